"""`mailer export-sources`: the sources on standard output, as OPML."""

import argparse
import sys

from django.utils import timezone

from mailer.articles import opml
from mailer.curation.listing import listed


def arguments(parser: argparse.ArgumentParser) -> None:
    """Takes no options."""


def run(_args: argparse.Namespace) -> None:
    """Write the list, in folders named by section."""
    sys.stdout.write(opml.write("mailer", listed(), timezone.now()).decode() + "\n")
