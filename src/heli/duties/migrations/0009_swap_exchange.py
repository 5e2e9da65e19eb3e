"""Two turns are exchanged: a swap names the turn wanted in return, and the first of two halves."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("duties", "0008_swap_without_giver"),
    ]

    operations = [
        migrations.AddField(
            model_name="swap",
            name="exchange",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="duties.swap"
            ),
        ),
        migrations.AddField(
            model_name="swap",
            name="wanted",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="duties.turn"
            ),
        ),
        migrations.AddField(
            model_name="swap",
            name="wanted_on",
            field=models.DateField(null=True),
        ),
    ]
