import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscribers", "0004_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("size", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reading", "Reading"),
                            ("uploaded", "Uploaded"),
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=12,
                    ),
                ),
                ("program", models.CharField(blank=True, max_length=40)),
                ("names", models.JSONField(default=list)),
                ("meanings", models.JSONField(default=list)),
                ("consent", models.TextField(blank=True)),
                ("trial", models.BooleanField(default=False)),
                ("lines", models.BigIntegerField(default=0)),
                ("line", models.BigIntegerField(default=1)),
                ("accepted", models.BigIntegerField(default=0)),
                ("known", models.BigIntegerField(default=0)),
                ("left", models.BigIntegerField(default=0)),
                ("suppressed", models.BigIntegerField(default=0)),
                ("roles", models.BigIntegerField(default=0)),
                ("refused", models.BigIntegerField(default=0)),
                ("failure", models.JSONField(blank=True, null=True)),
                ("kept", models.BooleanField(default=True)),
                ("lease", models.BigIntegerField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "mailing_list",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="subscribers.mailinglist",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportRefusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.BigIntegerField()),
                ("reason", models.JSONField()),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refusals",
                        to="subscribers.import",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["file", "line"], name="refusal_by_line")],
            },
        ),
    ]
