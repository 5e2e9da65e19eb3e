from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_upload")]

    operations = [
        migrations.AddField(
            "upload", "same", models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
        ),
    ]
