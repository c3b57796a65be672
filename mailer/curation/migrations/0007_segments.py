import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("curation", "0006_picture_act"),
        ("subscribers", "0007_segments"),
    ]

    operations = [
        migrations.AddField(
            model_name="issue",
            name="segment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="subscribers.segment",
            ),
        ),
    ]
