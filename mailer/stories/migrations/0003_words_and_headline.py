"""A telling keeps words instead of stems, and its headline: all are read again, the newest first."""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations, models


def _unread(apps: Any, schema_editor: Any) -> None:
    telling = apps.get_model("stories", "Telling")
    telling.objects.update(read_at=datetime(1970, 1, 1, tzinfo=UTC))


class Migration(migrations.Migration):
    dependencies = [("stories", "0002_search")]

    operations = [
        migrations.RemoveField(model_name="telling", name="stems"),
        migrations.AddField(
            model_name="telling", name="words", field=models.JSONField(default=dict)
        ),
        migrations.AddField(
            model_name="telling", name="headline", field=models.JSONField(default=dict)
        ),
        migrations.RunPython(_unread, migrations.RunPython.noop),
    ]
