"""The keys that sign our mail, in their files."""

from pathlib import Path

import pytest

from mailer.errors import Misconfigured
from mailer.mime.dkim import new_pem
from mailer.mime.keyring import Keyring, keyring


def made(folder: Path, *domains: str) -> Keyring:
    """A keyring of a fresh key for each domain."""
    entries = []
    for domain in domains:
        path = folder / f"{domain}.pem"
        path.write_bytes(new_pem())
        entries.append(f"{domain}:s1:{path}")
    return keyring(tuple(entries))


def test_a_sender_has_the_key_of_its_domain_or_of_the_nearest_above(tmp_path: Path) -> None:
    keys = made(tmp_path, "ccme.example", "news.ccme.example", "press.example")

    def domain(sender: str) -> str | None:
        key = keys.of(sender)
        return key.domain if key else None

    assert domain("revue@ccme.example") == "ccme.example"
    assert domain("revue@CCME.example") == "ccme.example"
    assert domain("revue@news.ccme.example") == "news.ccme.example"
    assert domain("revue@deep.news.ccme.example") == "news.ccme.example"
    assert domain("revue@mail.ccme.example") == "ccme.example"
    assert domain("revue@press.example") == "press.example"
    assert domain("revue@nccme.example") is None
    assert domain("revue@example") is None
    assert keyring(()).of("revue@ccme.example") is None


def test_a_key_is_read_once_and_again_when_it_has_changed(tmp_path: Path) -> None:
    keys = made(tmp_path, "ccme.example")
    first = keys.of("revue@ccme.example")
    assert first is not None
    assert keys.of("revue@ccme.example") is first
    # As a careful hand does it: written aside, and put in its place.
    fresh = tmp_path / "fresh.pem"
    fresh.write_bytes(new_pem())
    fresh.rename(tmp_path / "ccme.example.pem")
    second = keys.of("revue@ccme.example")
    assert second is not None
    assert second.record != first.record


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read: No such file"), (b"", "no RSA key"), (b"s3cret", "no RSA key")],
)
def test_a_key_that_cannot_be_read_is_told_and_its_content_is_not(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "key.pem"
    if content is not None:
        path.write_bytes(content)
    keys = keyring((f"ccme.example:s1:{path}",))
    with pytest.raises(Misconfigured, match=said) as caught:
        keys.of("revue@ccme.example")
    assert str(path) in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert keys.of("revue@press.example") is None
    path.write_bytes(new_pem())
    assert keys.of("revue@ccme.example") is not None


def test_a_key_that_goes_away_is_missed(tmp_path: Path) -> None:
    keys = made(tmp_path, "ccme.example")
    assert keys.of("revue@ccme.example") is not None
    (tmp_path / "ccme.example.pem").unlink()
    with pytest.raises(Misconfigured, match="cannot be read"):
        keys.of("revue@ccme.example")


@pytest.mark.parametrize(
    "entry",
    [
        "ccme.example",
        "ccme.example:s1",
        "ccme.example:s1:key.pem",
        "ccme.example::/k.pem",
        "example:s1:/k.pem",
        ":s1:/k.pem",
        "ccme.example:s_1:/k.pem",
        "ccme.example:s1;t=y:/k.pem",
        "ccme..example:s1:/k.pem",
    ],
)
def test_an_entry_that_means_nothing_is_told(entry: str) -> None:
    with pytest.raises(Misconfigured, match="MAILER_DKIM cannot be read"):
        keyring((entry,))


def test_one_key_signs_for_a_domain_and_its_name_may_be_arabic(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="two keys for ccme"):
        keyring(("ccme.example:s1:/a.pem", "CCME.example:s2:/b.pem"))
    path = tmp_path / "key.pem"
    path.write_bytes(new_pem())
    key = keyring((f"مثال.إختبار:s1:{path}",)).of("revue@أخبار.مثال.إختبار")
    assert key is not None
    assert key.domain == "xn--mgbh0fb.xn--kgbechtv"
