"""A turn for which nobody could be found can be given to somebody: such a swap has no giver."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duties", "0007_turns_know_their_drop_points")]

    operations = [
        migrations.AlterField(
            model_name="swap",
            name="giver",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.memberrow",
            ),
        ),
    ]
