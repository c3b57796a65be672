import pytest

from mailer.articles.answers import refusal

URL = "https://presse.example/feed"


@pytest.mark.parametrize("status", [200, 304])
def test_a_good_answer_is_no_refusal(status: int) -> None:
    assert refusal(status, URL) is None


@pytest.mark.parametrize("status", [204, 301, 400, 401, 403, 404, 410, 418, 429, 500, 503, 599])
def test_every_other_answer_is_a_sentence_with_the_address_and_the_status(status: int) -> None:
    sentence = str(refusal(status, URL))
    assert URL in sentence
    assert str(status) in sentence
