"""The ledger of a mailing as a file, from the desk and from the API."""

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from mailer.mailings import control, retention
from mailer.mailings.models import Mailing
from tests.mailings.story import settled
from tests.web.staff import mailed, said

pytestmark = pytest.mark.django_db


def folded(karim: Client) -> Mailing:
    """A mailing whose rows are gone."""
    mailing = mailed(karim)
    settled(mailing, 4)
    control.finish(mailing.pk, timezone.now())
    Mailing.objects.update(finished_at=timezone.now() - timedelta(days=500))
    retention.fold_old(timezone.now())
    return mailing


def rows(answer: Any) -> list[dict[str, str]]:
    assert isinstance(answer, StreamingHttpResponse)
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def test_karim_downloads_a_row_per_reader(karim: Client) -> None:
    mailing = mailed(karim)
    address = f"/desk/mailings/{mailing.pk}/ledger.csv"
    assert f'href="{address}"' in said(karim.get(f"/desk/mailings/{mailing.pk}/"))
    answer: Any = karim.get(address)
    assert [one["address"] for one in rows(answer)] == [
        f"{name}@example.org" for name in ("youssef", "hanane", "driss", "leila")
    ]
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="revue-de-presse-1-mailing-{mailing.pk}.csv"'
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_salma_sees_the_mailing_and_nobodys_address(karim: Client, salma: Client) -> None:
    mailing = mailed(karim)
    assert "ledger.csv" not in said(salma.get(f"/desk/mailings/{mailing.pk}/"))
    assert salma.get(f"/desk/mailings/{mailing.pk}/ledger.csv").status_code == 403
    assert salma.get(f"/api/v1/mailings/{mailing.pk}/ledger").status_code == 403


def test_asking_for_the_heading_alone_reads_no_row(karim: Client) -> None:
    mailing = mailed(karim)
    answer: Any = karim.head(f"/desk/mailings/{mailing.pk}/ledger.csv")
    assert (answer.status_code, answer.getvalue()) == (200, b"")


def test_the_api_writes_json_or_csv(karim: Client) -> None:
    mailing = mailed(karim)
    address = f"/api/v1/mailings/{mailing.pk}/ledger"
    assert len(rows(karim.get(f"{address}?format=csv"))) == 4
    assert karim.get(address).headers["Content-Type"] == "application/json"
    refused = karim.get(f"{address}?format=xlsx")
    assert refused.status_code == 409
    assert "json or csv" in refused.json()["error"]


def test_of_a_folded_mailing_the_page_shows_the_sums_and_when_its_rows_went(karim: Client) -> None:
    mailing = folded(karim)
    page = said(karim.get(f"/desk/mailings/{mailing.pk}/"))
    assert "4 of 4 settled" in page
    assert "The rows were folded on" in page
    assert "ledger.csv" not in page
    refused = karim.get(f"/desk/mailings/{mailing.pk}/ledger.csv")
    assert refused.status_code == 409
    assert "were folded into its sums on" in refused.content.decode()
    told = karim.get(f"/api/v1/mailings/{mailing.pk}/ledger")
    assert told.status_code == 409
    assert "were folded into its sums on" in told.json()["error"]
    assert karim.get(f"/api/v1/mailings/{mailing.pk}").json()["sent"] == 4
