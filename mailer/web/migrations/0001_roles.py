"""The three groups of staff. Their permissions are made here when Django has not yet made them."""

from django.db import migrations

from mailer.web.roles import PERMISSIONS


def make(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")

    def permission(name):
        app, codename = name.split(".")
        action, model = codename.split("_", 1)
        kind, _ = ContentType.objects.get_or_create(app_label=app, model=MODEL_OF.get(name, model))
        made, _ = Permission.objects.get_or_create(
            content_type=kind, codename=codename, defaults={"name": f"Can {action} {model}"}
        )
        return made

    for role, names in PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set([permission(name) for name in names])


#: Sending is a right over mailings, though what is sent is an issue.
MODEL_OF = {"mailings.send_issue": "mailing"}


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("curation", "0002_first_publication"),
        ("editions", "0001_initial"),
        ("letters", "0001_initial"),
        ("mailings", "0001_initial"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
