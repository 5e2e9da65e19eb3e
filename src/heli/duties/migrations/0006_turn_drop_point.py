from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duties", "0005_swap_declined")]
    operations = [
        migrations.AddField(
            "turn",
            "drop_point",
            models.ForeignKey("duties.postrow", models.PROTECT, null=True, related_name="+"),
        )
    ]
