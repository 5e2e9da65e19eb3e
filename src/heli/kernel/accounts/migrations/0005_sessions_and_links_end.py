"""Sessions end with an account that is switched off; a link follows the phone in force, and can be locked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_looks_live_in_cookies")]

    operations = [
        migrations.AddField("account", "sessions_ended", models.PositiveIntegerField(default=0)),
        migrations.RemoveField("personallink", "digits_hash"),
        migrations.AddField("personallink", "closings", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("personallink", "locked_out", models.BooleanField(default=False)),
    ]
