"""`mailer add-source URL`: a source, and its place in a publication."""

import argparse

from django.db import transaction
from django.utils import timezone

from mailer.articles.refresh import add_source
from mailer.curation.compose import find_publication
from mailer.curation.placing import place


def arguments(parser: argparse.ArgumentParser) -> None:
    """URL [--publication SLUG] [--section SLUG] [--language L] [--allow-local]."""
    parser.add_argument("url", metavar="URL", help="a feed, a site, or a file:// path")
    parser.add_argument("--publication", default="revue-de-presse", metavar="SLUG")
    parser.add_argument("--section", metavar="SLUG", help="the first one, where none is named")
    parser.add_argument("--language", default="", metavar="L", help="fr, ar, en; else detected")
    parser.add_argument("--allow-local", action="store_true", help="accept a file:// path")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Add it, and say under which id; nothing is kept when its place is refused."""
    with transaction.atomic():
        publication = find_publication(args.publication)
        source = add_source(
            args.url, language=args.language, allow_local=args.allow_local, now=timezone.now()
        )
        placement = place(source, publication, args.section)
    if not args.json:
        print(f"Source {source.pk}: {source.url} → {placement.section.name('en')}")
    return {
        "source": source.pk,
        "url": source.url,
        "publication": publication.slug,
        "section": placement.section.slug,
    }
