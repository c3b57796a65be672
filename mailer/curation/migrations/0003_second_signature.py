"""Two signatures may stand under an issue, each of another person."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("curation", "0002_first_publication"),
    ]
    operations = [
        migrations.RemoveConstraint(model_name="approval", name="one_standing_approval"),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                fields=("issue", "by"),
                name="one_signature_each",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(
                condition=models.Q(("by__isnull", True), ("voided_at__isnull", True)),
                fields=("issue",),
                name="one_signature_of_the_clock",
            ),
        ),
    ]
