import gzip
import os
import socket
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailer.articles.answers import LARGEST, Fetched
from mailer.articles.asking import Ask, Asking, hops
from mailer.articles.canonical import shown
from mailer.articles.door import Policy
from mailer.articles.fetch import fetch as fetch_hop
from mailer.articles.guard import exceptions
from mailer.errors import FetchError
from tests.fakes.feeds import Press, item, rss

NOW = datetime(2025, 5, 21, 6, 30, tzinfo=UTC)
FEED = rss("Le Matin", item("Un titre"))


def policy(press: Press, seconds: float = 10, entry: str = "127.0.0.1") -> Policy:
    """A policy that lets this press be reached, on its own port alone."""
    return Policy(
        "mailer/test (+mailto:desk@ccme.example)", exceptions([f"{entry}:{press.port}"]), seconds
    )


def fetch(
    url: str,
    *,
    policy: Policy,
    now: datetime,
    etag: str = "",
    last_modified: str = "",
    allow_local: bool = False,
) -> Fetched:
    """The answer at the end of the redirects, as a visit alone in the world gets it."""

    def one() -> Asking[Fetched]:
        return (yield Ask(url, etag, last_modified, allow_local))

    steps = hops(one(), policy.seconds)
    try:
        hop = next(steps)
        while True:
            try:
                answer = fetch_hop(hop, policy=policy, now=now)
            except FetchError as refusal:
                hop = steps.throw(refusal)
            else:
                hop = steps.send(answer)
    except StopIteration as end:
        fetched: Fetched = end.value
        return fetched


def get(press: Press, path: str, **validators: str) -> Fetched:
    return fetch(press.url(path), policy=policy(press), now=NOW, **validators)


def test_a_feed_is_fetched_by_someone_who_says_who_they_are(press: Press) -> None:
    press.serves("/feed", FEED, etag='"1"', Cache_Control="max-age=7200")
    fetched = get(press, "/feed")
    assert (fetched.status, fetched.body, fetched.etag) == (200, FEED.encode(), '"1"')
    assert (fetched.fresh_for, fetched.final_url) == (7200, press.url("/feed"))
    (visit,) = press.visits("/feed")
    assert visit.headers["user-agent"] == "mailer/test (+mailto:desk@ccme.example)"
    assert visit.headers["host"] == f"127.0.0.1:{press.port}"
    assert "if-none-match" not in visit.headers


def test_an_unchanged_feed_is_a_304_without_a_body(press: Press) -> None:
    press.serves("/feed", FEED, etag='"1"', last_modified="Wed, 21 May 2025 06:00:00 GMT")
    again = get(press, "/feed", etag='"1"')
    assert (again.status, again.body) == (304, b"")
    dated = get(press, "/feed", last_modified="Wed, 21 May 2025 06:00:00 GMT")
    assert dated.status == 304


def test_permanent_redirects_name_a_new_address(press: Press) -> None:
    press.serves("/new", FEED)
    press.redirects("/old", "/newer", 301)
    press.redirects("/newer", press.url("/new"), 308)
    press.redirects("/for-now", "/old", 302)
    assert get(press, "/old").moved_to == press.url("/new")
    assert get(press, "/for-now").moved_to == ""
    assert get(press, "/for-now").final_url == press.url("/new")


def test_more_than_five_redirects_are_a_loop(press: Press) -> None:
    press.redirects("/loop", "/loop")
    with pytest.raises(FetchError, match="more than 5 times"):
        get(press, "/loop")
    assert len(press.visits("/loop")) == 6


def test_a_redirect_with_an_endless_body_is_followed_without_reading_it(press: Press) -> None:
    press.serves("/feed", FEED)

    press.pours("/endless", status=302, Location="/feed")
    assert get(press, "/endless").body == FEED.encode()


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429, 500, 503])
def test_a_refusal_is_an_answer_whose_body_is_left_alone(press: Press, status: int) -> None:
    press.serves("/feed", b"x" * 1000, status=status, Retry_After="120")
    fetched = get(press, "/feed")
    assert (fetched.status, fetched.body, fetched.retry_after) == (status, b"", 120)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "[::1]", "2130706433"])
def test_a_private_address_is_refused_before_it_is_reached(press: Press, host: str) -> None:
    press.serves("/feed", FEED)
    url = press.url("/feed", host)
    with pytest.raises(FetchError, match="MAILER_ALLOW_PRIVATE"):
        fetch(url, policy=Policy("mailer/test"), now=NOW)
    assert not press.visits("/feed")


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "[fe80::1]", "[fd00::1]"],
)
def test_an_address_inside_is_refused_without_a_packet(address: str) -> None:
    with pytest.raises(FetchError, match="not on the public internet"):
        fetch(f"http://{address}/", policy=Policy("mailer/test"), now=NOW)


def test_a_redirect_from_an_exception_into_the_house_is_refused(press: Press) -> None:
    with Press() as inside:
        inside.serves("/secret", "secret")
        press.redirects("/feed", inside.url("/secret"))
        with pytest.raises(FetchError, match="MAILER_ALLOW_PRIVATE"):
            get(press, "/feed")
        assert not inside.visits("/secret")


def test_an_exception_by_name_covers_the_name_and_not_its_address(press: Press) -> None:
    press.serves("/feed", FEED)
    named = policy(press, entry="localhost")
    assert fetch(press.url("/feed", "localhost"), policy=named, now=NOW).status == 200
    with pytest.raises(FetchError, match="MAILER_ALLOW_PRIVATE"):
        fetch(press.url("/feed"), policy=named, now=NOW)


def test_a_public_host_is_reached_on_the_ports_of_the_web_only() -> None:
    with pytest.raises(FetchError, match="port 8080"):
        fetch("http://93.184.215.14:8080/", policy=Policy("mailer/test"), now=NOW)


def test_no_proxy_of_the_environment_is_used(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    press.serves("/feed", FEED)
    monkeypatch.setenv("HTTP_PROXY", press.url("/proxy"))
    monkeypatch.setenv("ALL_PROXY", press.url("/proxy"))
    with pytest.raises(FetchError, match="MAILER_ALLOW_PRIVATE"):
        fetch("http://10.0.0.1/", policy=policy(press), now=NOW)
    assert get(press, "/feed").status == 200


@pytest.mark.parametrize("path", ["/head", "/body"])
def test_a_dripping_server_is_cut_off_at_the_end_of_the_whole_time(press: Press, path: str) -> None:
    assert Policy("mailer/test").seconds == 20
    press.dawdles("/head")
    press.dawdles("/body", head=b"HTTP/1.1 200 OK\r\n\r\n<rss>")
    with pytest.raises(FetchError, match="took longer"):
        fetch(press.url(path), policy=policy(press, seconds=0.4), now=NOW)
    for thread in [t for t in threading.enumerate() if t.name == "fetch"]:
        thread.join(5)
    assert not [t for t in threading.enumerate() if t.name == "fetch"]


def test_a_bomb_and_an_endless_body_are_left_at_five_megabytes(press: Press) -> None:
    press.bombs("/bomb")
    press.pours("/noise")
    for path in ("/bomb", "/noise"):
        with pytest.raises(FetchError, match="larger than 5 MB"):
            get(press, path)


def test_a_body_of_exactly_the_limit_is_read(press: Press) -> None:
    press.serves("/feed", gzip.compress(b"x" * LARGEST), Content_Encoding="gzip")
    assert len(get(press, "/feed").body) == LARGEST


def test_a_line_that_breaks_off_and_a_closed_port_are_sentences(press: Press) -> None:
    press.breaks_off("/half")
    with pytest.raises(FetchError, match="broke off"):
        get(press, "/half")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    allowed = Policy("mailer/test", exceptions(["127.0.0.1"]))
    with pytest.raises(FetchError, match="cannot be reached"):
        fetch(f"http://127.0.0.1:{port}/", policy=allowed, now=NOW)


def test_a_server_that_speaks_no_tls_has_no_certificate(press: Press) -> None:
    url = press.url("/feed").replace("http:", "https:")
    with pytest.raises(FetchError, match="certificate"):
        fetch(url, policy=policy(press), now=NOW)


@pytest.mark.parametrize(
    "url",
    ["ftp://h.ma/", "gopher://h.ma/", "http://", "http://[", "http://\x00/", "http://a..b/", ""],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(FetchError):
        fetch(url, policy=Policy("mailer/test"), now=NOW)


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "http://[", "javascript:x()", "ftp://h/"]
)
def test_a_redirect_out_of_the_web_is_refused(press: Press, location: str) -> None:
    press.redirects("/feed", location)
    with pytest.raises(FetchError, match=r"not on the web|no usable address"):
        get(press, "/feed")


def test_a_redirect_into_our_disk_is_refused_even_to_who_may_read_it(
    press: Press, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(FEED)
    press.redirects("/feed", (tmp_path / "secret").as_uri())
    with pytest.raises(FetchError, match="not on the web"):
        fetch(press.url("/feed"), policy=policy(press), now=NOW, allow_local=True)


def test_a_host_that_does_not_exist_is_named() -> None:
    with pytest.raises(FetchError, match=r"no host named nowhere\.invalid"):
        fetch("http://nowhere.invalid/", policy=Policy("mailer/test"), now=NOW)


def test_a_password_is_sent_and_never_told(press: Press) -> None:
    press.redirects("/loop", "/loop")
    press.serves("/feed", FEED)
    url = press.url("/feed").replace("://", "://amina:secret@")
    assert fetch(url, policy=policy(press), now=NOW).status == 200
    assert press.visits("/feed")[0].headers["authorization"].startswith("Basic ")
    with pytest.raises(FetchError) as refusal:
        fetch(url.replace("/feed", "/loop"), policy=policy(press), now=NOW)
    assert "secret" not in str(refusal.value)
    assert shown("https://a:b@h.ma/x") == "https://h.ma/x"


def test_a_local_file_is_read_only_where_it_is_allowed(tmp_path: Path) -> None:
    file = tmp_path / "un flux.xml"
    file.write_text(FEED)
    nobody = Policy("mailer/test")
    fetched = fetch(file.as_uri(), policy=nobody, now=NOW, allow_local=True)
    assert (fetched.status, fetched.body) == (200, FEED.encode())
    with pytest.raises(FetchError, match="--allow-local"):
        fetch(file.as_uri(), policy=nobody, now=NOW)
    with pytest.raises(FetchError, match="--allow-local"):
        fetch("file://other.host/x", policy=nobody, now=NOW, allow_local=True)


def test_a_local_name_that_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"x" * (LARGEST + 1))
    for name, says in (("pipe", "no ordinary file"), ("none", "cannot be read"), ("large", "5 MB")):
        with pytest.raises(FetchError, match=says):
            fetch(
                (tmp_path / name).as_uri(), policy=Policy("mailer/test"), now=NOW, allow_local=True
            )
    with pytest.raises(FetchError, match="cannot be read"):
        fetch(tmp_path.as_uri(), policy=Policy("mailer/test"), now=NOW, allow_local=True)
