from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscribers", "0005_imports"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailinglist",
            name="counted_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="mailinglist",
            name="counts",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
    ]
