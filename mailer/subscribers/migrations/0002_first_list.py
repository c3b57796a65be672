"""A new installation holds one public list."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SLUG = "revue-de-presse"
NAMES = {"fr": "Revue de presse", "ar": "النشرة الإخبارية", "en": "Press review"}


def add_list(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    mailing_list = apps.get_model("subscribers", "MailingList")
    mailing_list.objects.get_or_create(slug=SLUG, defaults={"names": NAMES, "public": True})


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0001_initial")]
    # Going back leaves the list: people may be on it.
    operations = [migrations.RunPython(add_list, migrations.RunPython.noop)]
