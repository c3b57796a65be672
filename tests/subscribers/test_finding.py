"""People by the beginning of their address, by list, or the newest; and how each is found."""

import pytest
from django.db import connection
from django.db.models import QuerySet

from mailer.subscribers import finding
from mailer.subscribers.models import MailingList, Subscriber
from tests.people import reader

pytestmark = pytest.mark.django_db


def _emails(found: QuerySet[Subscriber]) -> list[str]:
    return [one.email for one in found]


def test_the_beginning_of_an_address_finds_it_whatever_its_case_in_the_order_of_keys() -> None:
    for name in ("amina", "Amine", "am_ine", "ami", "bouchra", "é", "zoé"):
        reader(f"{name}@example.org")
    assert _emails(finding.beginning("AMI")) == [
        "ami@example.org", "amina@example.org", "Amine@example.org",
    ]  # fmt: skip
    assert _emails(finding.beginning("ami", after="ami@example.org")) == [
        "amina@example.org", "Amine@example.org",
    ]  # fmt: skip
    assert _emails(finding.beginning("am_")) == ["am_ine@example.org"]
    assert _emails(finding.beginning("%")) == []
    assert _emails(finding.beginning("e\u0301")) == ["é@example.org"]


def test_a_list_shows_those_of_one_state_the_newest_first() -> None:
    first, second = reader("a@example.org"), reader("b@example.org")
    reader("c@example.org", state="pending")
    the_list = MailingList.objects.get()
    assert _emails(finding.on_list(the_list.pk, "confirmed")) == [second.email, first.email]
    assert _emails(finding.on_list(the_list.pk, "confirmed", second.pk)) == [first.email]


@pytest.mark.parametrize(
    ("found", "index"),
    [
        (finding.beginning("ami", after="amina"), "email_key"),
        (finding.on_list(1, "confirmed", 9), "list_by_state"),
        (finding.newest(9), "PRIMARY KEY|pkey"),
    ],
)
def test_each_is_a_walk_along_one_index_and_sorts_nothing(
    found: QuerySet[Subscriber], index: str
) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A small table is read whole, and rightly.
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        plan = found[:51].explain()
    assert any(name in plan for name in index.split("|")) or "sqlite_autoindex" in plan, plan
    assert "Sort" not in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "SCAN subscribers_subscri" not in plan, plan
