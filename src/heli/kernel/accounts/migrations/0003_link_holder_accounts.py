"""A link says whom it is for and where they belong; one that opens for each at most."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_cache_table_accounts")]

    operations = [
        migrations.AddField(
            "personallink", "name", models.CharField(max_length=80, default=""), preserve_default=False
        ),
        migrations.AddField(
            "personallink", "scope", models.CharField(max_length=255, default=""), preserve_default=False
        ),
        migrations.AlterField("personallink", "digits_hash", models.CharField(max_length=64)),
        migrations.AddConstraint(
            "personallink",
            models.UniqueConstraint(
                "subject", condition=models.Q(revoked_at=None), name="one_living_link_each"
            ),
        ),
    ]
