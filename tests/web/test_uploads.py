"""Files that strangers put into forms."""

import tempfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from mailer.subscribers import links
from tests.people import reader

pytestmark = pytest.mark.django_db


def test_a_file_is_read_past_and_the_fields_beside_it_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    much = SimpleUploadedFile("much.bin", b"x" * 6_000_000)
    request = RequestFactory().post("/subscribe/", {"before": "1", "file": much, "z": "2"})

    assert (request.POST["before"], request.POST["z"]) == ("1", "2")
    assert not request.FILES
    assert list(tmp_path.iterdir()) == []


def test_a_click_with_a_file_in_it_is_heard() -> None:
    amina = reader("amina@example.org", "ar")
    link = "/unsubscribe/" + links.unsubscribe_url(amina.pk).rpartition("/")[2]
    form = {"List-Unsubscribe": "One-Click", "file": SimpleUploadedFile("a", b"x" * 3_000_000)}

    assert Client(enforce_csrf_checks=True).post(link, form).status_code == 200
    assert amina.subscriptions.get().state == "unsubscribed"
