"""The roles as they are now: publishers import readers and settle the lists."""

from importlib import import_module

from django.db import migrations

make_roles = import_module("mailer.web.migrations.0001_roles").make


class Migration(migrations.Migration):
    dependencies = [("web", "0002_accounts"), ("subscribers", "0005_imports")]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
