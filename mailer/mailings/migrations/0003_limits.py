"""Limits of pace, and the alarms of mailings that were paused by themselves."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mailings", "0002_spans"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("why", models.JSONField()),
                ("raised_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "mailing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alarms",
                        to="mailings.mailing",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Limit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[("relay", "Relay"), ("domain", "Domain")], max_length=12
                    ),
                ),
                ("name", models.CharField(max_length=260)),
                ("per_second", models.DecimalField(decimal_places=3, max_digits=9, null=True)),
                ("changed_at", models.DateTimeField()),
                ("let_go_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("scope", "name"), name="one_limit_per_name")
                ],
            },
        ),
    ]
