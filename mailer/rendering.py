"""The Jinja2 environments of pages and mails."""

from typing import Any

from jinja2 import Environment


def environment(**options: Any) -> Environment:
    """The environment of pages, as Django's Jinja2 backend asks for it."""
    return Environment(**{**options, "autoescape": True})  # noqa: S701 - it is on
