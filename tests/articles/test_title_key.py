from hypothesis import given
from hypothesis import strategies as st

from mailer.articles.title_key import title_key


def test_spellings_of_one_headline_share_a_key() -> None:
    assert title_key("Élections : « C'est fini ! »") == title_key("elections c est fini")
    assert title_key("الأُسْرَة والهجـــرة") == title_key("الاسره والهجرة")
    assert title_key("…!") == ""
    assert title_key("Le roi") != title_key("Le roman")


@given(st.text(max_size=400))
def test_a_key_fits_its_column(text: str) -> None:
    assert len(title_key(text)) <= 200
