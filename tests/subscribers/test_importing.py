"""Taking people in from a file."""

from datetime import timedelta
from pathlib import Path

import pytest

from mailer.errors import MailerError, NotFound, ParseError, Refused
from mailer.letters.models import Letter
from mailer.subscribers import confirmation, erasing
from mailer.subscribers.importing import GROUP, Report, import_csv
from mailer.subscribers.models import Consent, MailingList, Subscriber, Subscription, Suppression
from tests.people import WEDNESDAY, reader
from tests.subscribers.readers import PAGE, token

pytestmark = pytest.mark.django_db
WORDS = "I agreed at the book fair of Rabat, on paper, on 9 May 2025."
CAST = "email,name,language,city\namina@example.org,أمينة,ar,Salé\ngrace@example.org,Grace,en,\n"


def _file(folder: Path, text: str | bytes) -> Path:
    path = folder / "people.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _confirmed(path: Path) -> Report:
    return import_csv(path, "revue-de-presse", now=WEDNESDAY, confirmed=True, consent=WORDS)


def test_people_with_proof_are_confirmed_and_each_has_the_proof(tmp_path: Path) -> None:
    report = _confirmed(_file(tmp_path, CAST))
    assert (report.accepted, report.known, report.refused) == (2, 0, [])
    amina = Subscriber.objects.get(email="amina@example.org")
    assert (amina.name, amina.language, amina.attributes) == ("أمينة", "ar", {"city": "Salé"})
    assert set(Subscription.objects.values_list("state", flat=True)) == {"confirmed"}
    proof = amina.consents.get()
    assert (proof.act, proof.text_shown, proof.origin) == ("imported", WORDS, "import people.csv")
    assert not Letter.objects.exists()


def test_people_without_proof_are_asked_by_mail_and_may_confirm(tmp_path: Path) -> None:
    report = import_csv(_file(tmp_path, CAST), "revue-de-presse", now=WEDNESDAY)
    assert report.accepted == 2
    assert set(Subscription.objects.values_list("state", flat=True)) == {"pending"}
    letter = Letter.objects.get(recipient="amina@example.org")
    assert (letter.kind, letter.language) == ("confirmation", "ar")
    assert Consent.objects.get(subscriber__language="ar").message_id == letter.message_id
    confirmed = confirmation.confirm(token("confirm", letter), where=PAGE, now=WEDNESDAY)
    assert confirmed.subscriber.email == "amina@example.org"


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = _file(tmp_path, CAST)
    import_csv(path, "revue-de-presse", now=WEDNESDAY)
    report = import_csv(path, "revue-de-presse", now=WEDNESDAY)
    assert (report.accepted, report.known) == (0, 2)
    assert set(Subscription.objects.values_list("state", flat=True)) == {"pending"}
    assert Letter.objects.count() == Consent.objects.count() == 2


def test_proof_on_paper_confirms_who_was_asked_and_has_not_answered(tmp_path: Path) -> None:
    amina = reader("amina@example.org", "ar", state="pending")
    later = WEDNESDAY + timedelta(hours=1)
    for taken in ((2, 0), (0, 2)):
        report = import_csv(
            _file(tmp_path, CAST), "revue-de-presse", now=later, confirmed=True, consent=WORDS
        )
        assert (report.accepted, report.known, report.left) == (*taken, 0)
    tie = amina.subscriptions.get()
    assert (tie.state, tie.confirmed_at) == ("confirmed", later)
    proof = amina.consents.get()
    assert (proof.act, proof.text_shown, proof.language) == ("imported", WORDS, "ar")
    assert proof.origin == "import people.csv"
    assert not Letter.objects.exists()


def test_a_pending_reader_of_another_list_stays_pending_there(tmp_path: Path) -> None:
    amina = reader("amina@example.org", "ar", state="pending")
    MailingList.objects.create(slug="newsletter")
    path = _file(tmp_path, CAST)
    import_csv(path, "newsletter", now=WEDNESDAY, confirmed=True, consent=WORDS)
    states = amina.subscriptions.values_list("mailing_list__slug", "state")
    assert set(states) == {("revue-de-presse", "pending"), ("newsletter", "confirmed")}


def test_a_suppressed_reader_of_the_list_is_known_and_stays_as_they_are(tmp_path: Path) -> None:
    amina = reader("amina@example.org", "ar", state="pending")
    Suppression.objects.create(email_key="amina@example.org", reason="bounce", at=WEDNESDAY)
    report = _confirmed(_file(tmp_path, CAST))
    assert (report.accepted, report.known, report.suppressed, report.refused) == (1, 1, 1, [])
    assert amina.subscriptions.get().state == "pending"
    assert not amina.consents.exists()


def test_nobody_who_left_is_brought_back_and_a_suppressed_address_is_refused(
    tmp_path: Path,
) -> None:
    reader("amina@example.org", "ar", state="unsubscribed")
    Suppression.objects.create(email_key="grace@example.org", reason="bounce", at=WEDNESDAY)
    report = _confirmed(_file(tmp_path, CAST))
    assert (report.accepted, report.known, report.left) == (0, 1, 1)
    assert [each.line for each in report.refused] == [3]
    assert "suppressed" in str(report.refused[0].reason)
    assert Subscription.objects.get().state == "unsubscribed"
    assert not Consent.objects.exists()


def test_faulty_lines_are_reported_and_stop_no_other(tmp_path: Path) -> None:
    text = (
        "email;langue\namina@example.org;ar\n\nnobody\nAMINA@EXAMPLE.ORG;fr\n"
        "a\0b@example.org;fr\nhans@example.org;de\n;fr\nyoussef@example.org;\n"
    )
    report = _confirmed(_file(tmp_path, text))
    assert (report.accepted, report.known) == (2, 1)
    assert [each.line for each in report.refused] == [4, 6, 7, 8]
    assert all(isinstance(each.reason, MailerError) for each in report.refused)
    assert Subscriber.objects.get(email="youssef@example.org").language == "fr"


def test_a_quotation_mark_left_open_swallows_nobody(tmp_path: Path) -> None:
    text = (
        'email,name,language\namina@example.org,"Bob,fr\ngrace@example.org,Grace,en\n'
        'youssef@example.org,"El Idrissi, Youssef",fr\n'
    )
    report = _confirmed(_file(tmp_path, text))
    assert report.accepted == 2
    (refused,) = report.refused
    assert refused.line == 2
    assert "line 2 runs on to line 4" in str(refused.reason)
    assert Subscriber.objects.get(language="en").name == "Grace"
    assert Subscriber.objects.get(language="fr").name == "El Idrissi, Youssef"


def test_a_name_of_a_million_characters_is_refused_and_the_next_line_taken(tmp_path: Path) -> None:
    text = f'email,name\namina@example.org,"{"x" * 1_000_000}"\ngrace@example.org,Grace\n'
    report = _confirmed(_file(tmp_path, text))
    assert (report.accepted, [each.line for each in report.refused]) == (1, [2])
    assert "longer than" in str(report.refused[0].reason)


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_what_excel_calls_unicode_text_is_read(tmp_path: Path, order: str) -> None:
    text = "\ufeffemail\tالاسم\r\namina@example.org\tأمينة\r\n".encode(order)
    assert _confirmed(_file(tmp_path, text)).accepted == 1
    assert Subscriber.objects.get().name == "أمينة"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is empty"),
        (b"\xff\xfe", "is empty"),
        (b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", "no spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not text"),
        (b"%PDF-1.7\n%\xb5\xb5", "not text"),
        ("email\n".encode("utf-16-le"), "not text"),
    ],
)
def test_an_empty_file_and_one_that_is_no_text_have_their_own_sentence(
    tmp_path: Path, raw: bytes, says: str
) -> None:
    with pytest.raises(ParseError, match=says):
        _confirmed(_file(tmp_path, raw))


def test_a_file_of_windows_1256_keeps_its_arabic(tmp_path: Path) -> None:
    text = "email;الاسم\namina@example.org;أمينة الإدريسي\n"
    _confirmed(_file(tmp_path, text.encode("windows-1256")))
    assert Subscriber.objects.get().name == "أمينة الإدريسي"


def test_more_people_than_a_group_are_all_taken_and_progress_is_told(tmp_path: Path) -> None:
    many = "email\n" + "".join(f"reader{number}@example.org\n" for number in range(GROUP + 5))
    told: list[int] = []
    report = import_csv(
        _file(tmp_path, many),
        "revue-de-presse",
        now=WEDNESDAY,
        confirmed=True,
        consent=WORDS,
        progress=told.append,
    )
    assert report.accepted == Subscription.objects.count() == GROUP + 5
    assert told == [GROUP, GROUP + 5]


@pytest.mark.parametrize(("confirmed", "consent"), [(True, " "), (False, "words")])
def test_confirmed_without_proof_is_refused_and_so_is_proof_without_confirmed(
    tmp_path: Path, confirmed: bool, consent: str
) -> None:
    path = _file(tmp_path, CAST)
    with pytest.raises(Refused):
        import_csv(path, "revue-de-presse", now=WEDNESDAY, confirmed=confirmed, consent=consent)
    assert not Subscriber.objects.exists()


def test_a_wrong_list_a_wrong_path_and_a_wrong_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="revue-de-presse"):
        import_csv(_file(tmp_path, CAST), "review", now=WEDNESDAY)
    with pytest.raises(NotFound, match="No such file"):
        _confirmed(tmp_path / "elsewhere.csv")
    with pytest.raises(ParseError):
        _confirmed(_file(tmp_path, "name\nAmina\n"))


def test_whoever_was_erased_is_brought_back_by_no_file(tmp_path: Path) -> None:
    """Only by themselves: after that they are as everybody."""
    amina = reader("amina@example.org", "ar")
    erasing.erase(amina.pk, where=PAGE, now=WEDNESDAY)
    report = _confirmed(_file(tmp_path, CAST))
    assert (report.accepted, [each.line for each in report.refused]) == (1, [2])
    assert "asked to be erased" in str(report.refused[0].reason)
    assert Subscriber.objects.filter(email_key="amina@example.org").count() == 0
    reader("amina@example.org", "ar")
    assert (_confirmed(_file(tmp_path, CAST)).known, report.refused[1:]) == (2, [])
