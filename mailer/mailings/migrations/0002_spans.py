"""What waits stands in spans and not in an index; the sums in tallies; events beside the rows."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A run of ids in which each follows the last has one `id - ROW_NUMBER()`.
_SPANS = """
INSERT INTO mailings_span (mailing_id, first, last, due_at, lease_id)
SELECT mailing_id, MIN(id), MAX(id), MIN(due_at), {lease} FROM (
    SELECT id, mailing_id, due_at, lease_id,
           id - ROW_NUMBER() OVER (PARTITION BY mailing_id, due_at, lease_id ORDER BY id) AS run
    FROM mailings_delivery WHERE state IN {states}
) AS open
GROUP BY mailing_id, due_at, lease_id, run
"""
_ORPHANS = """
UPDATE mailings_delivery SET state = 6 WHERE state = 2
AND NOT EXISTS (SELECT 1 FROM mailings_lease l WHERE l.id = mailings_delivery.lease_id)
"""
_TALLIES = """
INSERT INTO mailings_tally (mailing_id, state, domain, count)
SELECT mailing_id, state, '', COUNT(*) FROM mailings_delivery GROUP BY mailing_id, state
"""
_ENDS = """
UPDATE mailings_mailing SET
    first = COALESCE((SELECT MIN(id) FROM mailings_delivery WHERE mailing_id = mailings_mailing.id), 0),
    last = COALESCE((SELECT MAX(id) FROM mailings_delivery WHERE mailing_id = mailings_mailing.id), -1)
"""


def carry_over(apps: Any, schema_editor: Any) -> None:
    """Spans, tallies and ends of the mailings there are; leased rows are queued ones again."""
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            # Room in each page for the second version of its rows: sent without an index touched.
            cursor.execute("ALTER TABLE mailings_delivery SET (fillfactor = 50)")
        cursor.execute(_ORPHANS)
        cursor.execute("UPDATE mailings_delivery SET state = 0, lease_id = NULL WHERE state = 1")
        cursor.execute(_SPANS.format(states="(0, 5)", lease="NULL"))
        cursor.execute(_SPANS.format(states="(2)", lease="lease_id"))
        cursor.execute("UPDATE mailings_lease SET begun_at = until")
        cursor.execute(_TALLIES)
        cursor.execute(_ENDS)


class Migration(migrations.Migration):
    dependencies = [
        ("editions", "0002_entries"),
        ("mailings", "0001_initial"),
        ("subscribers", "0002_first_list"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Queued"),
                            (1, "Leased"),
                            (2, "Sending"),
                            (3, "Sent"),
                            (4, "Refused"),
                            (5, "Deferred"),
                            (6, "Uncertain"),
                            (7, "Suppressed"),
                            (8, "Cancelled"),
                        ]
                    ),
                ),
                ("smtp_code", models.PositiveSmallIntegerField(null=True)),
                ("smtp_text", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.CreateModel(
            name="Span",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("due_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Queued"),
                            (1, "Leased"),
                            (2, "Sending"),
                            (3, "Sent"),
                            (4, "Refused"),
                            (5, "Deferred"),
                            (6, "Uncertain"),
                            (7, "Suppressed"),
                            (8, "Cancelled"),
                        ]
                    ),
                ),
                ("domain", models.CharField(blank=True, max_length=253)),
                ("count", models.BigIntegerField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="one_delivery_per_person",
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_due",
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_in_hand",
        ),
        migrations.AddField(
            model_name="lease",
            name="begun_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="mailing",
            name="domains",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="mailing",
            name="first",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="mailing",
            name="folded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="mailing",
            name="last",
            field=models.BigIntegerField(default=-1),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="subscriber",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="subscribers.subscriber",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("subscriber", "mailing"), name="one_delivery_per_person"
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="delivery",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="events",
                to="mailings.delivery",
            ),
        ),
        migrations.AddField(
            model_name="span",
            name="lease",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="spans",
                to="mailings.lease",
            ),
        ),
        migrations.AddField(
            model_name="span",
            name="mailing",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="spans",
                to="mailings.mailing",
            ),
        ),
        migrations.AddField(
            model_name="tally",
            name="mailing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tallies",
                to="mailings.mailing",
            ),
        ),
        migrations.AddIndex(
            model_name="span",
            index=models.Index(
                condition=models.Q(("lease", None)),
                fields=["mailing", "due_at", "first"],
                name="span_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="span",
            index=models.Index(
                condition=models.Q(("lease__isnull", False)), fields=["lease"], name="span_in_hand"
            ),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
