"""The pages of figures: sums for whoever may read them, and nobody's address."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from mailer.curation.models import Publication
from mailer.figures.counting import count_due
from mailer.receipts import clicks
from mailer.web.roles import READER
from tests.people import reader
from tests.web.outcomes import POLICY, SENT, ended
from tests.web.staff import at_work, said

pytestmark = pytest.mark.django_db


def test_leila_reads_the_figures_and_no_address(karim: Client) -> None:
    mailing = ended(karim, SENT, SENT, SENT, POLICY)
    leila = at_work(READER, "leila")
    assert "counted when the mailing is over" in said(leila.get(f"/desk/figures/{mailing.pk}/"))
    count_due(timezone.now())
    for path in ("/desk/figures/", f"/desk/figures/{mailing.pk}/"):
        page = said(leila.get(path))
        assert '<td class="figure">3</td>' in page
        assert "@" not in page
        assert "<svg" in page
    assert leila.get("/desk/figures/999/").status_code == 404


def test_leila_sees_which_links_were_followed_where_that_is_counted(karim: Client) -> None:
    Publication.objects.update(count_clicks=True)
    for number in range(16):
        reader(f"reader{number}@example.org")
    mailing = ended(karim, *[SENT] * 20)
    french = mailing.issue.editions.get(language="fr")
    for number in (2, 2, 2, 1):
        clicks.count(clicks.find(french.clicks_key, number))
    count_due(timezone.now())
    page = said(at_work(READER, "leila").get(f"/desk/figures/{mailing.pk}/"))
    (table,) = re.findall(
        r"<table[^>]*>\s*<caption>Links that were followed, Français.*?</table>", page, re.DOTALL
    )
    assert re.findall(r'<td class="figure ?(?:none)?\s*">(\d+)</td>', table) == ["1", "3", "4"]
    assert re.findall(r'<rect class="sent" x="0" width="([\d.]+)"', table) == ["333.3", "1000.0"]
    assert "Une exposition à Lyon" in table


def test_before_anything_was_sent_the_page_says_so(karim: Client) -> None:
    assert "Nothing was sent yet." in said(karim.get("/desk/figures/"))
