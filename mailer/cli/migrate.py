"""`mailer migrate`: bring the database up to date."""

import argparse


def arguments(_parser: argparse.ArgumentParser) -> None:
    """No options: every command does this before it starts."""


def run(_args: argparse.Namespace) -> None:
    """Say that it is done; the command line did it on its way here."""
    print("The database is up to date.")
