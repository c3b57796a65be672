"""Pictures of ours on the page, and in a mail that brings them within."""

import pytest

from mailer.editions.figures import article, content_id, disclosed, enclosed, figure, logo
from mailer.pictures.prepared import Room

FILE = "0123456789abcdef0123456789abcdef.jpg"
FOLDER = "https://press.example/pictures/"


@pytest.mark.parametrize(
    ("dots", "shown"),
    [((1120, 700), (560, 350)), ((560, 1400), (560, 1400)), ((300, 200), (300, 200))],
)
def test_a_picture_goes_across_the_text_and_no_further(
    dots: tuple[int, int], shown: tuple[int, int]
) -> None:
    made = figure(FOLDER + FILE, "Le musée", Room(*dots))
    assert (made.width, made.height) == shown


@pytest.mark.parametrize(
    ("dots", "shown"),
    [((560, 192), (280, 96)), ((200, 40), (100, 20)), ((192, 192), (96, 96)), ((560, 1), (280, 1))],
)
def test_a_logo_stays_in_its_box(dots: tuple[int, int], shown: tuple[int, int]) -> None:
    made = logo(FOLDER + FILE, "Le Conseil", Room(*dots))
    assert (made.width, made.height) == shown


@pytest.mark.parametrize(
    ("dots", "shown"),
    [((840, 472), (560, 315)), ((840, 840), (315, 315)), ((300, 200), (300, 200))],
)
def test_a_picture_of_an_outlets_is_low_and_never_larger_than_it_is(
    dots: tuple[int, int], shown: tuple[int, int]
) -> None:
    made = article(FOLDER + FILE, Room(*dots))
    assert (made.width, made.height, made.alt) == (*shown, "")


def test_a_mail_names_a_picture_it_brings_and_a_page_the_one_we_serve() -> None:
    html = f'<p><img src="{FOLDER}{FILE}" alt="Le musée"></p>'
    within = enclosed(html, {FILE: FOLDER + FILE})
    assert within == f'<p><img src="cid:{content_id(FILE)}" alt="Le musée"></p>'
    assert disclosed(within, FOLDER) == html


def test_words_that_speak_of_a_content_id_stay_words() -> None:
    said = f"<p>cid:{content_id(FILE)}</p>"
    assert disclosed(said, FOLDER) == said
