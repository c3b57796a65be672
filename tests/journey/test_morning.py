"""The morning at the desk, in French and in Arabic: from the night's press to one reader's mail.

Salma works the inbox and composes, Karim approves, the clock sends, Karim looks up a reader: in
browsers, over HTTP, through a relay. `pytest tests/journey/test_morning.py --pictures` keeps what
each step looks like in docs/desk/.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.utils import timezone

from mailer.curation.models import Approval, Issue, Item, Proposal, Publication
from mailer.curation.propose import sort_and_propose
from mailer.mailings.clock import keep_calendar
from mailer.mailings.models import Mailing
from mailer.web.roles import EDITOR, PUBLISHER
from tests.fakes.smtp import FakeSmtp
from tests.mailings.story import assert_nobody_lost_nobody_twice, child, until
from tests.people import article, reader, review, source
from tests.web.browser import CHROMIUM, FLAGS
from tests.web.staff import SECRET, member

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,  # the pages do not depend on the database, and each stage is told on both
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not on this machine"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
PLACE = Path(__file__).resolve().parents[2] / "docs" / "desk"
Keep = Callable[[Any, str], None]


@dataclass(frozen=True)
class Tongue:
    """A language of the newsroom, what its press wrote, and what Salma makes of it."""

    code: str
    locale: str
    names: tuple[str, str]
    press: tuple[tuple[str, str, str], ...]
    headline: str
    word: str
    comment: str


FRENCH = Tongue(
    "fr",
    "fr-FR",
    ("Salma Idrissi", "Karim Benali"),
    (
        (
            "matin",
            "Les transferts des Marocains du monde dépassent 117 milliards",
            "L’Office des changes publie les chiffres de l’année écoulée.",
        ),
        (
            "opinion",
            "À Lyon, une exposition raconte trois générations de mineurs",
            "Photographies et lettres y sont montrées jusqu’en juin.",
        ),
        (
            "economiste",
            "Deux consulats ouvrent le samedi pendant l’été",
            "La mesure concerne Amsterdam et Milan.",
        ),
        (
            "matin",
            "Une bourse pour les étudiants de la diaspora",
            "Quarante places sont offertes à la rentrée.",
        ),
        ("opinion", "Résultats du tournoi de pétanque de Berkane", ""),
        (
            "economiste",
            "Le port de Tanger attend les premiers voyageurs de la saison",
            "Les traversées reprennent vendredi.",
        ),
    ),
    "Transferts : une année record",
    "Bonjour à tous. La semaine a été celle des chiffres.",
    "Le titre sur les transferts est de moi : à relire.",
)
ARABIC = Tongue(
    "ar",
    "ar-MA",
    ("سلمى الإدريسي", "كريم بنعلي"),
    (
        (
            "sabah",
            "تحويلات مغاربة العالم تتجاوز 117 مليار درهم",
            "مكتب الصرف ينشر أرقام السنة الماضية.",
        ),
        (
            "alam",
            "معرض في ليون يروي قصة ثلاثة أجيال من عمال المناجم",
            "صور ورسائل تُعرض حتى شهر يونيو.",
        ),
        ("massae", "قنصليتان تفتحان أبوابهما يوم السبت خلال الصيف", "يهم القرار أمستردام وميلانو."),
        ("sabah", "منحة دراسية لطلبة الجالية", "أربعون مقعدًا في الدخول المقبل."),
        ("alam", "نتائج دوري الكرة الحديدية ببركان", ""),
        ("massae", "ميناء طنجة ينتظر أول المسافرين هذا الموسم", "تُستأنف الرحلات يوم الجمعة."),
    ),
    "التحويلات: سنة قياسية",
    "صباح الخير جميعًا. كان هذا أسبوع الأرقام.",
    "عنوان التحويلات من عندي: المرجو مراجعته.",
)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; the rows of a test are no part of it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        connections.close_all()
        opened.close()


@pytest.fixture
def relay(settings: Any, data: Path) -> Iterator[FakeSmtp]:
    with FakeSmtp() as server:
        settings.SMTP_URL = server.url
        yield server


@pytest.mark.timeout(300)
@pytest.mark.parametrize("tongue", [FRENCH, ARABIC], ids=lambda one: one.code)
def test_a_number_goes_from_the_nights_press_to_its_readers(
    browser: Any,
    live_server: Any,
    relay: FakeSmtp,
    tongue: Tongue,
    pytestconfig: pytest.Config,
) -> None:
    keep = _camera(tongue, pytestconfig.getoption("pictures"))
    _night(tongue)
    salma = _comes_in(browser, live_server.url, tongue, "salma", keep)

    _works_the_inbox(salma, keep)
    issue = _composes(salma, tongue, keep)
    karim = _comes_in(browser, live_server.url, tongue, "karim")
    _approves(karim, issue, tongue, keep)
    mailing = _lets_the_clock_send(karim, issue, keep)
    _watches(karim, mailing, relay, keep)
    _looks_up(karim, f"amina@{tongue.code}.example", keep)


def _night(tongue: Tongue) -> None:
    """What was there before anybody came: the press, the readers, two people with a password."""
    now = timezone.now()
    outlets = {
        name: source(name, language=tongue.code) for name in {one[0] for one in tongue.press}
    }
    for number, (name, title, lead) in enumerate(tongue.press):
        article(outlets[name], title, lead=lead, at=now - timedelta(hours=number + 1))
    sort_and_propose(now)
    # Who made a number does not approve it.
    Publication.objects.filter(pk=review().pk).update(
        four_eyes=True,
        sender="Revue de presse <revue@example.org>",
        postal_address="10, rue de la Presse, Rabat",
    )
    for name in ("amina", "youssef", "hanane", "driss", "leila"):
        reader(f"{name}@{tongue.code}.example", tongue.code)
    reader("pending@example.org", tongue.code, state="pending")
    for name, role, whole in zip(
        ("salma", "karim"), (EDITOR, PUBLISHER), tongue.names, strict=True
    ):
        made = member(name, role, SECRET)
        made.first_name, made.last_name = whole.split(" ")
        made.save()


def _comes_in(browser: Any, base: str, tongue: Tongue, name: str, keep: Keep | None = None) -> Any:
    """By name and password; the desk speaks what the browser asks for."""
    size = {"width": 1280, "height": 860}
    page = browser.new_context(locale=tongue.locale, base_url=base, viewport=size).new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto("/desk/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", SECRET)
    if keep:
        keep(page, "log-in")
    page.keyboard.press("Enter")
    page.wait_for_selector("nav.rooms")
    assert page.locator("html").get_attribute("lang") == tongue.code
    if keep:
        keep(page, "today")
    return page


def _works_the_inbox(page: Any, keep: Keep) -> None:
    """By keys: one is kept, one dropped, one put off."""
    page.locator("nav.rooms a[href='/desk/inbox/']").click()
    page.wait_for_selector(".tale:focus")
    keep(page, "inbox")
    first = Proposal.objects.filter(state="new").count()
    for done, key in enumerate("adl", start=1):
        page.keyboard.press(key)
        until(partial(_left, first - done))
    assert set(Proposal.objects.values_list("state", flat=True)) == {
        *("new", "kept", "dropped", "later")
    }


def _left(count: int) -> bool:
    return Proposal.objects.filter(state="new").count() == count


def _composes(page: Any, tongue: Tongue, keep: Keep) -> Issue:
    """The number is drafted, a headline rewritten, an entry moved, a word put above, read again."""
    page.goto("/desk/issues/")
    page.locator("form[action='/desk/issues/new/'] button").first.click()
    page.wait_for_selector("#bench li.slip")
    issue = Issue.objects.get()
    first, second, *others = issue.items.order_by("position")
    # What was dropped or put off did not enter.
    assert len(others) == len(tongue.press) - 4
    page.locator(f"#item-{first.pk} details.edit summary").click()
    page.fill(f"#headline-{first.pk}", tongue.headline)
    page.locator(f"#item-{first.pk} .saving:not(:empty)").wait_for()
    until(lambda: Item.objects.get(pk=first.pk).headline == tongue.headline)
    page.locator("#audience-" + _counted(issue, tongue) + " .big").wait_for()
    keep(page, "compose")
    page.locator(f"#item-{second.pk}").focus()
    page.keyboard.press("Alt+ArrowUp")
    page.locator(f"ol[data-section] > li:first-child#item-{second.pk}").wait_for()
    page.locator("#word summary").click()
    page.fill("#word textarea", tongue.word)
    page.locator("#word form button").click()
    page.locator("#word > p").get_by_text(tongue.word).wait_for()
    page.check("#wide-375")
    mail = page.frame_locator("iframe.as-light")
    mail.get_by_text(tongue.word).first.wait_for()
    mail.get_by_role("heading", name=tongue.headline).wait_for()
    page.locator("#preview-title").evaluate("one => one.scrollIntoView()")
    keep(page, "preview")
    page.fill("form[action$='/comment/'] textarea", tongue.comment)
    page.locator("form[action$='/comment/'] button").click()
    page.locator(".said").get_by_text(tongue.comment).wait_for()
    page.locator("form[action$='/review/'] button").click()
    page.wait_for_selector("#notices .notice")
    assert page.locator("form[action$='/approve/']").count() == 0
    return issue


def _counted(issue: Issue, tongue: Tongue) -> str:
    return f"{issue.pk}-{tongue.code}-0"


def _approves(page: Any, issue: Issue, tongue: Tongue, keep: Keep) -> None:
    """Karim finds it among what waits, reads what Salma said, and signs what he sees."""
    page.locator(f"main a[href='/desk/issues/{issue.pk}/']").first.click()
    page.locator(".said").get_by_text(tongue.comment).wait_for()
    page.frame_locator("iframe.as-light").get_by_role("heading", name=tongue.headline).wait_for()
    page.locator("#signoff .big").wait_for()
    keep(page, "approve")
    page.locator("form[action$='/approve/'] button").click()
    page.wait_for_selector("form[action$='/schedule/']")
    signed = Approval.objects.get(voided_at=None)
    assert signed.by is not None
    assert signed.by.username == "karim"


def _lets_the_clock_send(page: Any, issue: Issue, keep: Keep) -> Mailing:
    """He gives it an hour; the clock comes by then."""
    hour = (timezone.now() + timedelta(hours=2)).replace(second=0, microsecond=0)
    page.fill("[name=at]", _local(hour, issue.publication.zone))
    page.locator("form[action$='/schedule/'] button").click()
    page.wait_for_selector(".state.scheduled")
    keep(page, "schedule")
    # Two hours pass.
    now = timezone.now()
    Issue.objects.filter(pk=issue.pk, send_at=hour).update(send_at=now)
    (started,) = keep_calendar(now)
    return Mailing.objects.get(pk=started)


def _local(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def _watches(page: Any, mailing: Mailing, relay: FakeSmtp, keep: Keep) -> None:
    """The page moves by itself until everybody has it."""
    page.reload()
    page.locator(f"#signoff a[href='/desk/mailings/{mailing.pk}/']").click()
    page.locator("#progress .big").wait_for()
    assert "0" in page.locator("#progress .big").inner_text()
    page.evaluate("window.stayed = true")
    worker = child(mailing)
    assert worker.wait(60) == 0
    page.locator("#progress .big").get_by_text("100").wait_for()
    assert page.evaluate("window.stayed") is True
    keep(page, "mailing")
    assert_nobody_lost_nobody_twice(mailing, relay)
    assert len(relay.copies()) == 5


def _looks_up(page: Any, address: str, keep: Keep) -> None:
    """Who asks whether they were written to is told."""
    page.locator("nav.rooms a[href='/desk/subscribers/']").click()
    page.fill("[name=q]", address[:5])
    page.keyboard.press("Enter")
    page.locator("table").get_by_text(address).click()
    page.locator(".delivery-sent").wait_for()
    keep(page, "reader")


def _camera(tongue: Tongue, wanted: bool) -> Keep:
    """Keeps what a step looks like, numbered as the steps come; nothing unless it is asked to."""
    steps: list[str] = []

    def keep(page: Any, step: str) -> None:
        steps.append(step)
        if wanted:
            page.wait_for_load_state("networkidle")
            _write(page.screenshot(), f"{tongue.code}-{len(steps):02}-{step}.png")

    return keep


def _write(png: bytes, name: str) -> None:
    """In few colours: a page of the desk has no more."""
    from PIL import Image

    PLACE.mkdir(exist_ok=True)
    few = Image.open(io.BytesIO(png)).convert("RGB").quantize(96, dither=Image.Dither.NONE)
    few.save(PLACE / name, optimize=True)
