import pytest

from mailer.articles.agency import agency_of, is_agency


@pytest.mark.parametrize(
    ("byline", "text", "expected"),
    [
        ("MAP", "Le roi", "MAP"),
        ("Le Matin avec MAP", "Le roi", "MAP"),
        ("", "RABAT, 21 mai (MAP) - Le roi a reçu", "MAP"),
        ("", "Rabat – MAP – Le roi a reçu", "MAP"),
        ("", "الرباط - (و م ع) أكد الوزير", "MAP"),
        ("", "PARIS (Reuters) - The minister", "Reuters"),
        ("", "Le ministre a parlé.\n(AFP)", "AFP"),
        ("", "Le ministre a parlé. (avec AFP)", "AFP"),
        ("", "قال الوزير\nالمصدر: أ ف ب", "AFP"),
        ("", "Le ministre a parlé.\nSource : EFE", "EFE"),
        ("Australian Associated Press", "A town", ""),
        ("Amina Idrissi", "The MAP of the town shows (AP style) houses. They are old.", ""),
        ("", "I read the map\nand went home", ""),
    ],
)
def test_an_agency_is_found_where_agencies_sign(byline: str, text: str, expected: str) -> None:
    assert agency_of(byline, text.split("\n")) == expected


@pytest.mark.parametrize(
    "name", ["MAP", "AFP", "EFE", "Reuters", "AP", "APS", "TAP", "ANSA", "Belga", "DPA"]
)
def test_each_agency_is_known_by_byline_dateline_and_last_line(name: str) -> None:
    assert agency_of(name, ["Le roi a reçu"]) == name
    assert agency_of("", [f"RABAT, 21 mai ({name}) - Le roi a reçu"]) == name
    assert agency_of("", ["Le roi a reçu", f"({name})"]) == name


def test_an_agency_alone_is_no_person() -> None:
    assert is_agency("AFP")
    assert is_agency("avec l'AFP")
    assert not is_agency("Amina Idrissi avec AFP")
