"""A new installation holds one publication, made for its first user, on the public list."""

from datetime import time

from django.db import migrations

SECTIONS = [
    (
        "ccme",
        {"fr": "Actualité du CCME", "ar": "أخبار المجلس", "en": "CCME news"},
    ),
    (
        "immigration-marocaine",
        {
            "fr": "Actualité de l’immigration marocaine",
            "ar": "أخبار الهجرة المغربية",
            "en": "Moroccan migration",
        },
    ),
    (
        "immigration-monde",
        {
            "fr": "Actualité de l’immigration dans le monde",
            "ar": "أخبار الهجرة في العالم",
            "en": "Migration worldwide",
        },
    ),
]


def make(apps, schema_editor):
    Publication = apps.get_model("curation", "Publication")
    Section = apps.get_model("curation", "Section")
    MailingList = apps.get_model("subscribers", "MailingList")
    publication = Publication.objects.create(
        slug="revue-de-presse",
        names={"fr": "Revue de presse", "ar": "النشرة الإخبارية", "en": "Press review"},
        languages=["fr", "ar", "en"],
        mode="approval",
        weekdays=[1],
        hour=time(8, 0),
        zone="Africa/Casablanca",
    )
    for position, (slug, names) in enumerate(SECTIONS, start=1):
        Section.objects.create(publication=publication, slug=slug, names=names, position=position)
    publication.lists.add(MailingList.objects.get(slug="revue-de-presse"))


class Migration(migrations.Migration):
    dependencies = [
        ("curation", "0001_initial"),
        ("subscribers", "0002_first_list"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
