"""Proof by version, erasure, pauses; and a proof that the database itself does not let change."""

import django.db.models.deletion
from django.db import migrations, models

_REFUSE = {
    "sqlite": """
        CREATE TRIGGER consent_is_append_only BEFORE UPDATE ON subscribers_consent
        BEGIN SELECT RAISE(ABORT, 'a consent is never changed'); END
    """,
    "postgresql": """
        CREATE FUNCTION consent_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'a consent is never changed'; END $$;
        CREATE TRIGGER consent_is_append_only BEFORE UPDATE ON subscribers_consent
        FOR EACH ROW EXECUTE FUNCTION consent_is_append_only()
    """,
}
_ALLOW = {
    "sqlite": "DROP TRIGGER consent_is_append_only",
    "postgresql": "DROP FUNCTION consent_is_append_only() CASCADE",
}


def refuse(apps, schema_editor):
    """SQLite loses the trigger with any later change of the table that Django makes by a copy."""
    schema_editor.execute(_REFUSE[schema_editor.connection.vendor], params=None)


def allow(apps, schema_editor):
    schema_editor.execute(_ALLOW[schema_editor.connection.vendor], params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("subscribers", "0002_first_list"),
    ]

    operations = [
        migrations.CreateModel(
            name="AddressChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.CharField(blank=True, max_length=320)),
                ("limit_key", models.CharField(max_length=64)),
                ("requested_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("key_mark", models.CharField(max_length=8)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=16, unique=True)),
                ("kind", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=8)),
                ("text", models.TextField()),
                ("first_shown_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="consent",
            name="site",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="signuprequest",
            name="kind",
            field=models.CharField(
                choices=[("list", "List"), ("data", "Data")],
                db_default="list",
                default="list",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="signuprequest",
            name="site",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="signuprequest",
            name="wording",
            field=models.CharField(blank=True, db_default="", max_length=16),
        ),
        migrations.AddField(
            model_name="subscriber",
            name="paused_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="subscription",
            name="reminded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                condition=models.Q(("state", "pending")),
                fields=["requested_at"],
                name="subscription_pending",
            ),
        ),
        migrations.AddField(
            model_name="addresschange",
            name="subscriber",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="address_changes",
                to="subscribers.subscriber",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="wording",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="subscribers.wording"
            ),
        ),
        migrations.AddIndex(
            model_name="addresschange",
            index=models.Index(fields=["limit_key", "requested_at"], name="address_change_mailed"),
        ),
        migrations.RunPython(refuse, allow),
    ]
