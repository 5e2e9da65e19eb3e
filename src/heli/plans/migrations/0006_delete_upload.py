from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("plans", "0005_copy_uploads")]

    operations = [migrations.DeleteModel(name="Upload")]
