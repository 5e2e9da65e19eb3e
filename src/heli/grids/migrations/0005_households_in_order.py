"""The households of a village in the order of its book, so that a page of the list is read and not sorted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grids", "0004_refusals")]

    operations = [
        migrations.AddIndex(
            "HouseholdRow", models.Index(fields=("village", "order", "id"), name="households_in_order")
        ),
    ]
