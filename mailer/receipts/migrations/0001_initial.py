"""Reports that came back, what they led to, and those that were nobody's."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("mailings", "0006_holds"),
        ("subscribers", "0002_first_list"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("mailbox", "Mailbox"),
                            ("pipe", "Pipe"),
                            ("lmtp", "Lmtp"),
                            ("dialogue", "Dialogue"),
                            ("ses", "Ses"),
                            ("sendgrid", "Sendgrid"),
                            ("postmark", "Postmark"),
                            ("mailgun", "Mailgun"),
                        ],
                        max_length=12,
                    ),
                ),
                ("received_at", models.DateTimeField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("hard", "hard"),
                            ("full", "full"),
                            ("temporary", "temporary"),
                            ("policy", "policy"),
                            ("content", "content"),
                            ("delayed", "delayed"),
                            ("delivered", "delivered"),
                            ("complaint", "complaint"),
                            ("unsubscribe", "unsubscribe"),
                            ("reply", "reply"),
                            ("mail", "mail"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("counted", "Counted"),
                            ("known", "Known"),
                            ("suppressed", "Suppressed"),
                            ("unsubscribed", "Unsubscribed"),
                            ("asks", "Asks"),
                            ("doubted", "Doubted"),
                        ],
                        max_length=12,
                    ),
                ),
                ("delivery", models.BigIntegerField(null=True)),
                ("domain", models.CharField(blank=True, max_length=253)),
                ("provider", models.CharField(blank=True, max_length=253)),
                ("status", models.CharField(blank=True, max_length=12)),
                ("code", models.PositiveSmallIntegerField(null=True)),
                ("text", models.TextField(blank=True)),
                ("proof", models.CharField(blank=True, max_length=12)),
                ("undo", models.JSONField(default=dict)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "acted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mailing",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="mailings.mailing",
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="subscribers.subscriber",
                    ),
                ),
                (
                    "undone_by",
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
            name="Progress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=20, unique=True)),
                ("last", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Original",
            fields=[
                (
                    "receipt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="original",
                        serialize=False,
                        to="receipts.receipt",
                    ),
                ),
                ("raw", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Stray",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("mailbox", "Mailbox"),
                            ("pipe", "Pipe"),
                            ("lmtp", "Lmtp"),
                            ("dialogue", "Dialogue"),
                            ("ses", "Ses"),
                            ("sendgrid", "Sendgrid"),
                            ("postmark", "Postmark"),
                            ("mailgun", "Mailgun"),
                        ],
                        max_length=12,
                    ),
                ),
                ("why", models.CharField(max_length=12)),
                ("count", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "way", "why"), name="one_stray_count")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(fields=["subscriber", "received_at"], name="receipt_of_person"),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(
                fields=["mailing", "provider", "verdict"], name="receipt_of_mailing"
            ),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(fields=["received_at"], name="receipt_by_time"),
        ),
    ]
