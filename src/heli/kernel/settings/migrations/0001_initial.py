"""The values of settings."""

from django.db import migrations, models

import heli.kernel.lib.keys


class Migration(migrations.Migration):
    initial = True
    dependencies = ()

    operations = [
        migrations.CreateModel(
            "Value",
            [
                (
                    "id",
                    models.UUIDField(
                        default=heli.kernel.lib.keys.new_key,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("setting", models.CharField(max_length=40)),
                ("value", models.TextField(blank=True)),
                ("source", models.CharField(max_length=120)),
                ("set_by", models.CharField(max_length=80)),
            ],
            options={"ordering": ("-id",)},
        ),
        migrations.AddConstraint(
            "Value",
            models.UniqueConstraint(
                models.F("setting"), condition=models.Q(until=None), name="one_value_in_force"
            ),
        ),
    ]
