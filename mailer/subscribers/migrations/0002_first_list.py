"""A new installation holds one public list."""

from django.db import migrations


def make(apps, schema_editor):
    apps.get_model("subscribers", "MailingList").objects.create(
        slug="revue-de-presse",
        names={"fr": "Revue de presse", "ar": "النشرة الإخبارية", "en": "Press review"},
        public=True,
    )


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0001_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
