"""Invitations, the table that counts wrong passwords, and the roles as they are now."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.core.management import call_command
from django.db import migrations, models

make_roles = import_module("mailer.web.migrations.0001_roles").make


def make_cache(apps, schema_editor):
    """Django has a command for the table of its own cache, and no migration."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("web", "0001_roles"),
        ("trail", "0001_initial"),
    ]
    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.CharField(max_length=254)),
                ("role", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=8)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at", None), ("withdrawn_at", None)),
                        fields=("email",),
                        name="one_open_invitation_per_address",
                    )
                ],
            },
        ),
        migrations.RunPython(make_cache, migrations.RunPython.noop),
        migrations.RunPython(make_roles, migrations.RunPython.noop),
    ]
