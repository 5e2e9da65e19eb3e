"""Which key proves the lines, and the restore since which they count."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_head_ops")]

    operations = [
        migrations.AddField("Head", "era", models.CharField(blank=True, default="", max_length=16)),
        migrations.AddField("Head", "key", models.CharField(blank=True, default="", max_length=16)),
    ]
