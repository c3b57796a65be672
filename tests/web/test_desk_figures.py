"""The pages of figures: sums for whoever may read them, and nobody's address."""

import pytest
from django.test import Client
from django.utils import timezone

from mailer.figures.counting import count_due
from mailer.web.roles import READER
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


def test_before_anything_was_sent_the_page_says_so(karim: Client) -> None:
    assert "Nothing was sent yet." in said(karim.get("/desk/figures/"))
