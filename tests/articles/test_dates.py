from datetime import UTC, datetime

import pytest

from mailer.articles.dates import parse_date


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Wed, 21 May 2025 06:00:00 +0100", "", datetime(2025, 5, 21, 5, tzinfo=UTC)),
        ("2025-05-21T06:00:00Z", "", datetime(2025, 5, 21, 6, tzinfo=UTC)),
        ("2025-05-21", "", datetime(2025, 5, 21, tzinfo=UTC)),
        ("mercredi 21 mai 2025 à 14:30", "fr", datetime(2025, 5, 21, 14, 30, tzinfo=UTC)),
        ("21 août 2025", "fr", datetime(2025, 8, 21, tzinfo=UTC)),
        ("الأربعاء 21 ماي 2025", "ar", datetime(2025, 5, 21, tzinfo=UTC)),
        ("3 غشت 2025", "ar", datetime(2025, 8, 3, tzinfo=UTC)),
        ("٢١ يوليوز ٢٠٢٥", "ar", datetime(2025, 7, 21, tzinfo=UTC)),
        ("05/03/2024", "fr", datetime(2024, 3, 5, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_in_the_words_of_its_feed(
    text: str, language: str, expected: datetime
) -> None:
    assert parse_date(text, language=language) == expected


@pytest.mark.parametrize(
    "text", ["", "demain", "hier", "Thu, 01 Jan 1970 00:00:00 GMT", "99/99/9999", "x" * 500, "12"]
)
def test_what_is_no_date_of_an_article_is_none(text: str) -> None:
    assert parse_date(text) is None
