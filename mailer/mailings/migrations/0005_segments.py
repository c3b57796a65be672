from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mailings", "0004_stopped_by"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailing",
            name="segment",
            field=models.JSONField(null=True),
        ),
    ]
