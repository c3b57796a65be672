"""The archive before a screen reader's eye, at every width, in the light and in the dark."""

from typing import Any

import pytest

from mailer.curation.models import Publication
from mailer.editions.compile import compile_issue
from mailer.editions.figures import LOGO
from mailer.editions.freeze import issue_checksum, sign
from mailer.mailings import fanout
from mailer.pictures.store import keep
from tests.people import WEDNESDAY, article, reader, source
from tests.pictures.drawing import flag, saved
from tests.web.browser import CHROMIUM, FLAGS, violations
from tests.web.staff import drafted

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,  # what a page looks like does not depend on the database
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not on this machine"),
    pytest.mark.django_db(transaction=True),
]
_TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def _sent() -> None:
    """A number with a logo, a word without a space in it, and each language in the other's."""
    reader("youssef@example.org")
    logo, _ = keep(saved(flag(900, 300), "PNG"), LOGO, WEDNESDAY)
    Publication.objects.update(logo=logo, logo_alts={"fr": "Le Conseil", "ar": "المجلس"})
    gazette = source("gazette")
    article(gazette, "Anticonstitutionnellement" * 8, lead="x" * 150)
    article(gazette, "معرض في الجريدة الفرنسية", language="ar")
    article(gazette, "Un dernier mot")
    issue = drafted()
    issue.items.filter(language="ar").update(note="ملاحظة التحرير")
    issue.editor_words = {"fr": "Bonne lecture.", "ar": "قراءة طيبة."}
    issue.save()
    compile_issue(issue.pk, WEDNESDAY)
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    fanout.start(issue.pk, None, WEDNESDAY)


def test_it_fits_and_nothing_stands_in_the_way(live_server: Any) -> None:
    from playwright.sync_api import sync_playwright

    _sent()
    paths = ["", "revue-de-presse/?lang=ar", "revue-de-presse/?lang=fr&q=mot"]
    paths += ["revue-de-presse/1/fr/", "revue-de-presse/1/ar/"]
    complaints: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        # axe-core is brought into the page by a script, which its policy would not let run.
        judged = browser.new_page(bypass_csp=True)
        for path in paths:
            address = f"{live_server.url}/archive/{path}"
            for width in (320, 375, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                page.goto(address)
                assert page.evaluate(_TOO_WIDE) <= 0, (path, width)
                assert page.locator("h1").count() == 1, path
            judged.goto(address)
            for scheme in ("light", "dark"):
                judged.emulate_media(color_scheme=scheme)
                found = violations(judged)
                places = [(one["id"], node["html"][:90]) for one in found for node in one["nodes"]]
                assert places == [], (path, scheme)
        browser.close()
    assert complaints == []
