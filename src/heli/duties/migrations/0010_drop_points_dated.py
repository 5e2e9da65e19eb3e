"""Drop points begin on a day; the opening times that they had before others are kept."""

import django.db.models.deletion
from django.db import migrations, models

import heli.kernel.lib.dated
import heli.kernel.lib.keys


class Migration(migrations.Migration):
    dependencies = [
        ("duties", "0009_swap_exchange"),
    ]

    operations = [
        migrations.AddField(
            model_name="postrow",
            name="begins_on",
            field=models.DateField(null=True),
        ),
        migrations.CreateModel(
            name="FormerHours",
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
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("slots", models.JSONField(default=list)),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former",
                        to="duties.postrow",
                    ),
                ),
            ],
            options={
                "db_table": "duties_former_hours",
                "ordering": ("since", "id"),
            },
            bases=(heli.kernel.lib.dated.Span, models.Model),
        ),
    ]
