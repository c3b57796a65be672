"""Karim imports readers from the desk."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mailer.subscribers import imports
from mailer.subscribers.models import Import, Subscriber, Subscription
from mailer.web.desk import import_add
from tests.web.staff import said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]
LISTMONK = (
    "uuid,email,name,attributes,status,created_at,updated_at\n"
    '1,amina@example.org,أمينة,"{""city"": ""Salé"", ""beats"": [1]}",enabled,,\n'
    "2,youssef@example.org,Youssef,{},blocklisted,,\n"
    "3,=cmd@,,{},enabled,,\n"
)


def _upload(karim: Client, content: str | bytes, name: str = "people.csv") -> str:
    raw = content if isinstance(content, bytes) else content.encode()
    form = {"file": SimpleUploadedFile(name, raw)}
    where = {"referer": "http://testserver/desk/imports/"}
    return said(karim.post("/desk/imports/add/", form, follow=True, headers=where))


def _begin(karim: Client, one: Import, act: str, **form: str) -> str:
    columns = {f"column-{at}": meaning for at, meaning in enumerate(one.meanings)}
    whole = {**columns, "list": "revue-de-presse", "act": act, **form}
    where = {"referer": f"http://testserver/desk/imports/{one.pk}/"}
    path = f"/desk/imports/{one.pk}/begin/"
    return said(karim.post(path, whole, follow=True, headers=where))


def test_an_export_of_listmonk_is_known_tried_and_imported(karim: Client) -> None:
    page = _upload(karim, LISTMONK)
    one = Import.objects.get()
    assert "written by listmonk" in page
    assert "Attributes, as JSON" in page
    proof = {"how": "confirmed", "consent": "They signed up at our old mailer."}
    assert "as soon as a worker is free" in _begin(karim, one, "try", **proof)
    imports.work(one.pk)
    page = said(karim.get(f"/desk/imports/{one.pk}/"))
    assert "A trial: nothing is written." in page
    assert "had left, by the mailer that wrote the file" in page
    assert not Subscriber.objects.exists()
    _begin(karim, one, "import", **proof)
    imports.work(one.pk)
    assert "confirmed, with their proof" in said(karim.get(f"/desk/imports/{one.pk}/"))
    amina = Subscriber.objects.get()
    assert amina.attributes == {"city": "Salé", "beats": "[1]"}
    assert Subscription.objects.get().state == "confirmed"


def test_the_lines_refused_are_a_file_in_which_nothing_is_a_formula(karim: Client) -> None:
    _upload(karim, LISTMONK)
    one = Import.objects.get()
    _begin(karim, one, "import", how="ask")
    imports.work(one.pk)
    answer = karim.get(f"/desk/imports/{one.pk}/refused.csv")
    told = b"".join(answer.streaming_content).decode().removeprefix("\ufeff").splitlines()  # type: ignore[attr-defined]  # a stream
    assert told[0].endswith("updated_at,refused_line,refused_why")
    assert told[2].startswith("3,'=cmd@,")
    assert "not an e-mail address" in told[2]
    _upload(karim, "\n".join(told))
    again = Import.objects.latest("pk")
    assert again.meanings[-2:] == ["", ""]


def test_people_without_proof_are_said_to_be_asked_and_a_proof_needs_words(karim: Client) -> None:
    _upload(karim, LISTMONK)
    one = Import.objects.get()
    assert "Write down what these people agreed to" in _begin(
        karim, one, "import", how="confirmed", consent=" "
    )
    _begin(karim, one, "import", how="ask")
    imports.work(one.pk)
    assert "each asked by mail to confirm" in said(karim.get(f"/desk/imports/{one.pk}/"))


def test_the_part_that_moves_asks_for_the_whole_page_once_it_is_over(karim: Client) -> None:
    _upload(karim, LISTMONK)
    one = Import.objects.get()
    _begin(karim, one, "try", how="ask")
    part = f"/desk/imports/{one.pk}/progress/"
    assert f'hx-get="{part}"' in said(karim.get(part))
    imports.work(one.pk)
    answer = karim.get(part)
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (286, "true")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "No file came with the form"),
        (b"\x89PNG\r\n\x1a\n\0", "not text"),
        (b"email" + b",x" * 500, "501 columns"),
    ],
)
def test_what_is_no_list_of_people_is_refused_on_the_page(
    karim: Client, data: Path, content: bytes, says: str
) -> None:
    assert says in _upload(karim, content)
    assert not Import.objects.exists()
    assert not list((data / "imports").glob("*"))


def test_a_file_without_an_address_is_mapped_by_hand(karim: Client) -> None:
    _upload(karim, "contact;ville\namina@example.org;Salé\n")
    one = Import.objects.get()
    assert one.meanings == ["attribute:contact", "attribute:ville"]
    assert "No column is named" in _begin(karim, one, "try", how="ask")
    _begin(karim, one, "try", how="ask", **{"column-0": "email"})
    imports.work(one.pk)
    one.refresh_from_db()
    assert (one.accepted, one.refused) == (1, 0)


def test_a_file_that_is_too_large_is_read_past(
    karim: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_add, "MOST_BYTES", 1_000_000)
    page = _upload(karim, "email\n" + "a@example.org\n" * 100_000)
    assert "more than 1 MB" in page
    assert not Import.objects.exists()


def test_an_import_is_ended_before_it_begins(karim: Client) -> None:
    _upload(karim, LISTMONK)
    one = Import.objects.get()
    assert "was ended" in said(karim.post(f"/desk/imports/{one.pk}/cancel/", follow=True))
    one.refresh_from_db()
    assert one.state == "cancelled"
