"""When periodic work is due again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_started_and_outages")]

    operations = [
        migrations.CreateModel(
            "Tick",
            [
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("due_at", models.DateTimeField()),
            ],
        ),
    ]
