"""`mailer up`: what is looked at before anything starts."""

from typing import Any

import pytest

from mailer.cli import up
from mailer.errors import Misconfigured


def test_a_wrong_address_of_the_bounce_box_is_told_before_anything_starts(settings: Any) -> None:
    settings.IMAP_URL = "imap://nobody"
    with pytest.raises(Misconfigured, match="IMAP_URL is no box"):
        up._given(8000, {})


@pytest.mark.parametrize("url", ["", "imaps://revue:secret@imap.example.org/INBOX"])
def test_somebody_stays_at_the_box_where_there_is_one(settings: Any, url: str) -> None:
    settings.IMAP_URL = url
    assert up._given(8000, {}).box is bool(url)
