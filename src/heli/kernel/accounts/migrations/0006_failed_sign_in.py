"""Wrong passwords are counted by name and address."""

import django.utils.timezone
from django.db import migrations, models

import heli.kernel.lib.keys


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_sessions_and_links_end"),
    ]

    operations = [
        migrations.CreateModel(
            name="FailedSignIn",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heli.kernel.lib.keys.new_key,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("address", models.CharField(max_length=64)),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["key", "at"], name="accounts_fa_key_e5ac8c_idx"),
                    models.Index(fields=["address", "at"], name="accounts_fa_address_564401_idx"),
                ],
            },
        ),
    ]
