import django.db.models.deletion
from django.db import migrations, models

# A range of the unique index is then whatever begins with some letters, so that a search needs no
# index of its own; both columns alike, for they are compared with each other. On SQLite it is so.
_BY_BYTES = """
ALTER TABLE subscribers_subscriber ALTER COLUMN email_key TYPE varchar(320) COLLATE "C";
ALTER TABLE subscribers_suppression ALTER COLUMN email_key TYPE varchar(320) COLLATE "C";
"""
_PATTERNS = """
SELECT indexname FROM pg_indexes
WHERE tablename IN ('subscribers_subscriber', 'subscribers_suppression')
  AND indexdef LIKE '%(email_key varchar_pattern_ops)'
"""
_APPEND_ONLY = """
CREATE TRIGGER IF NOT EXISTS consent_is_append_only BEFORE UPDATE ON subscribers_consent
BEGIN SELECT RAISE(ABORT, 'a consent is never changed'); END
"""


def compare_by_bytes(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_PATTERNS)
        for (name,) in cursor.fetchall():
            schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")
    schema_editor.execute(_BY_BYTES)


def refuse_changes_again(apps, schema_editor):
    """What migration 0003 forbids; SQLite lost the trigger with the copy of the table."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(_APPEND_ONLY, params=None)


def _key(to, **options):
    return models.ForeignKey(db_constraint=False, db_index=False, to=f"subscribers.{to}", **options)


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0003_proof_and_erasure")]

    operations = [
        migrations.RemoveConstraint("subscription", "one_subscription_per_list"),
        migrations.AlterField(
            "consent",
            "mailing_list",
            _key("mailinglist", null=True, on_delete=django.db.models.deletion.PROTECT),
        ),
        migrations.AlterField(
            "consent",
            "subscriber",
            _key(
                "subscriber",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consents",
            ),
        ),
        migrations.AlterField(
            "subscription",
            "mailing_list",
            _key(
                "mailinglist",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="subscriptions",
            ),
        ),
        migrations.AlterField(
            "subscription",
            "subscriber",
            _key(
                "subscriber",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="subscriptions",
            ),
        ),
        migrations.AddIndex(
            "subscription",
            models.Index(fields=["mailing_list", "state", "subscriber"], name="list_by_state"),
        ),
        migrations.AddConstraint(
            "subscription",
            models.UniqueConstraint(
                fields=("subscriber", "mailing_list"), name="one_subscription_per_list"
            ),
        ),
        migrations.AlterField(
            "consent",
            "wording",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="subscribers.wording",
            ),
        ),
        migrations.RunPython(compare_by_bytes, migrations.RunPython.noop),
        migrations.RunPython(refuse_changes_again, migrations.RunPython.noop),
    ]
