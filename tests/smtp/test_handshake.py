"""Shaking hands: TLS, passwords, old servers, and servers that put words in our mouth."""

import base64
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop

from mailer.errors import RelayError
from mailer.smtp.handshake import open_line, tls_context
from mailer.smtp.relay import parse_relay
from mailer.smtp.timeouts import Timeouts
from tests.fakes.certificate import self_signed
from tests.fakes.post import QUICK, crowd, kinds, post
from tests.fakes.smtp import FakeSmtp


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The certificate, believed by this machine."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


def url_of(server: FakeSmtp, options: str, user: str = "", host: str = "localhost") -> str:
    return f"smtp://{user}{host}:{server.port}?connections=2&{options}"


def refusal(url: str, timeouts: Timeouts = QUICK) -> str:
    """The sentence with which the relay turns out to be unusable."""

    async def go() -> None:
        relay = parse_relay(url)
        await open_line(relay, tls_context(relay), timeouts)

    with pytest.raises(RelayError) as caught:
        uvloop.run(go())
    return str(caught.value)


def test_mail_travels_behind_starttls(trusted: Path) -> None:
    with FakeSmtp(certificate=trusted) as server:
        assert kinds(post(url_of(server, "tls=starttls"), crowd(60))) == {"sent": 60}
        # What was said in clear is asked again behind TLS (RFC 3207 section 4.2).
        assert server.commands[0][:4] == "EHLO"
        assert server.commands.count("STARTTLS") == 2
        assert sum(line.startswith("EHLO") for line in server.commands) == 4


def test_mail_travels_through_tls_from_the_first_byte(trusted: Path) -> None:
    with FakeSmtp(certificate=trusted, implicit_tls=True) as server:
        assert kinds(post(url_of(server, "tls=tls"), crowd(60))) == {"sent": 60}
        assert "STARTTLS" not in server.commands


def test_a_large_body_travels_through_tls(trusted: Path) -> None:
    with FakeSmtp(certificate=trusted) as server:
        (envelope,) = crowd(1)
        body = b"Subject: large\r\n\r\n" + b"line of the body\r\n" * 100_000
        large = type(envelope)(1, envelope.sender, envelope.recipient, body)
        assert kinds(post(url_of(server, "tls=starttls"), [large])) == {"sent": 1}
        assert server.accepted[0].body == body


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path, tls: str) -> None:
    with FakeSmtp(certificate=certificate, implicit_tls=tls == "tls") as server:
        assert "self-signed certificate" in refusal(url_of(server, f"tls={tls}"))
        assert not any(line.startswith("MAIL") for line in server.commands)


def test_a_certificate_for_another_name_is_refused(trusted: Path) -> None:
    with FakeSmtp(certificate=trusted) as server:
        assert "not valid for" in refusal(url_of(server, "tls=starttls", host="127.0.0.1"))


def test_the_operator_may_do_without_the_certificate(certificate: Path) -> None:
    with FakeSmtp(certificate=certificate) as server:
        url = url_of(server, "tls=starttls&verify=no", host="127.0.0.1")
        assert kinds(post(url, crowd(3))) == {"sent": 3}


def test_a_server_without_starttls_is_not_trusted_with_the_mail() -> None:
    with FakeSmtp(users={"amina": "secret"}) as server:
        assert "STARTTLS" in refusal(url_of(server, "tls=starttls", user="amina:secret@"))
        assert [line[:4] for line in server.commands] == ["EHLO"]


def test_words_put_in_ahead_of_tls_are_not_taken_for_the_servers(trusted: Path) -> None:
    with FakeSmtp(certificate=trusted) as server:
        server.at("STARTTLS", b"220 go ahead\r\n250 injected\r\n")
        assert "replies to nothing" in refusal(url_of(server, "tls=starttls"))
    with FakeSmtp(certificate=trusted) as server:
        server.at("STARTTLS", b"220 go ahead\r\n250-half of an")
        assert "replies to nothing" in refusal(url_of(server, "tls=starttls"))


@pytest.mark.parametrize("mechanisms", ["PLAIN", "LOGIN", "CRAM-MD5", "CRAM-MD5 LOGIN PLAIN"])
def test_a_password_opens_the_door(mechanisms: str) -> None:
    with FakeSmtp(users={"amina@press.ma": "clé secrète"}, mechanisms=mechanisms) as server:
        url = url_of(server, "tls=none", user="amina%40press.ma:cl%C3%A9%20secr%C3%A8te@")
        assert kinds(post(url, crowd(3))) == {"sent": 3}


def ways(server: FakeSmtp) -> set[str]:
    """How clients have logged in."""
    return {line.split(" ")[1] for line in server.commands if line.startswith("AUTH ")}


def test_in_clear_the_password_stays_here_where_the_server_lets_it(trusted: Path) -> None:
    users = {"amina": "secret"}
    with FakeSmtp(users=users, mechanisms="PLAIN CRAM-MD5", certificate=trusted) as server:
        assert kinds(post(url_of(server, "tls=none", user="amina:secret@"), crowd(1)))
        assert ways(server) == {"CRAM-MD5"}
        server.commands.clear()
        assert kinds(post(url_of(server, "tls=starttls", user="amina:secret@"), crowd(1)))
        assert ways(server) == {"PLAIN"}
        server.commands.clear()
        # Whoever does not look at the certificate may be speaking to anybody.
        options = "tls=starttls&verify=no"
        assert kinds(post(url_of(server, options, user="amina:secret@"), crowd(1)))
        assert ways(server) == {"CRAM-MD5"}


def test_the_operator_insists_on_one_way() -> None:
    with FakeSmtp(users={"amina": "secret"}, mechanisms="PLAIN CRAM-MD5 LOGIN") as server:
        url = url_of(server, "tls=none&auth=login", user="amina:secret@")
        assert kinds(post(url, crowd(2))) == {"sent": 2}
        assert ways(server) == {"LOGIN"}
        said = refusal(url_of(server, "tls=none&auth=xoauth2", user="amina:secret@"))
        assert "does not offer auth=xoauth2" in said
        assert "cram-md5 login plain" in said


@pytest.mark.parametrize("mechanisms", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_a_wrong_password_is_told_without_being_shown(mechanisms: str) -> None:
    with FakeSmtp(users={"amina": "secret"}, mechanisms=mechanisms) as server:
        said = refusal(url_of(server, "tls=none", user="amina:hunter2@"))
        assert "535 5.7.8 bad credentials" in said
        assert "hunter2" not in said
        assert base64.b64encode(b"hunter2").decode() not in said


@pytest.mark.parametrize(
    ("mechanism", "sent"),
    [
        ("PLAIN", b"\0amina\0hunter2"),
        ("XOAUTH2", b"user=amina\1auth=Bearer hunter2\1\1"),
    ],
)
def test_a_server_that_repeats_the_password_is_not_quoted(mechanism: str, sent: bytes) -> None:
    quoted = f"AUTH {mechanism} {base64.b64encode(sent).decode()} (hunter2)"
    with FakeSmtp(users={"amina": "secret"}, mechanisms=mechanism) as server:
        server.at("AUTH", f"500 5.5.1 unknown command: {quoted}")
        url = url_of(server, f"tls=none&auth={mechanism.lower()}", user="amina:hunter2@")
        assert refusal(url).endswith(f"unknown command: AUTH {mechanism} … …")


@pytest.mark.parametrize("length", [20, 2000])
def test_a_token_opens_the_door(length: int) -> None:
    token = "t" * length
    with FakeSmtp(users={"amina@press.ma": token}, mechanisms="PLAIN XOAUTH2") as server:
        url = url_of(server, "tls=none&auth=xoauth2", user=f"amina%40press.ma:{token}@")
        assert kinds(post(url, crowd(3))) == {"sent": 3}
        assert ways(server) == {"XOAUTH2"}


@pytest.mark.parametrize("length", [20, 2000])
def test_a_token_that_has_run_out_is_told_as_a_sentence(length: int) -> None:
    with FakeSmtp(users={"amina": "fresh"}, mechanisms="XOAUTH2") as server:
        stale = "s" * length
        said = refusal(url_of(server, "tls=none&auth=xoauth2", user=f"amina:{stale}@"))
        assert "have it renewed" in said
        assert "535 5.7.8 bad credentials (status 401, scope https://mail.example/)" in said
        assert stale not in said
        # The refusal comes once the challenge has been answered by an empty line.
        assert server.commands[-1] == ""


def test_a_token_is_read_anew_at_each_opening(tmp_path: Path) -> None:
    place = tmp_path / "token"
    place.write_text("stale\n")
    with FakeSmtp(users={"amina": "fresh"}, mechanisms="XOAUTH2") as server:
        url = url_of(server, f"tls=none&token_file={place}", user="amina@")
        assert "have it renewed" in refusal(url)
        place.write_text("fresh\n")
        assert kinds(post(url, crowd(3))) == {"sent": 3}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read: No such file"),
        (b"", "does not hold a token"),
        (b"to ken", "does not hold a token"),
        (b"to\r\nken", "does not hold a token"),
        (b"\xff\xfe", "does not hold a token"),
    ],
)
def test_a_token_file_that_holds_none_is_told(
    tmp_path: Path, content: bytes | None, told: str
) -> None:
    place = tmp_path / "token"
    if content is not None:
        place.write_bytes(content)
    with FakeSmtp(users={"amina": "fresh"}, mechanisms="XOAUTH2") as server:
        said = refusal(url_of(server, f"tls=none&token_file={place}", user="amina@"))
        assert told in said
        assert str(place) in said
        assert ways(server) == set()


def test_a_server_that_knows_no_common_way_to_log_in_is_told() -> None:
    with FakeSmtp(users={"amina": "secret"}, mechanisms="GSSAPI") as server:
        assert "no way to log in" in refusal(url_of(server, "tls=none", user="amina:secret@"))


def test_a_server_older_than_ehlo_is_greeted_with_helo() -> None:
    with FakeSmtp() as server:
        server.at("EHLO", "502 5.5.1 what is EHLO")
        assert kinds(post(server.url, crowd(5))) == {"sent": 5}
        assert any(line.startswith("HELO ") for line in server.commands)


@pytest.mark.parametrize(
    ("say", "told"),
    [
        ("554 5.7.1 your address is on a list", "554 5.7.1 your address is on a list"),
        ("HTTP/1.1 400 Bad Request", "does not speak SMTP"),
        (b"2" * 1_000_000, "does not speak SMTP"),
        (b"220 one\r\n" * 9, "does not speak SMTP"),
        (b"220 one\r\n220 two\r\n", "does not speak SMTP"),
        (b"220-half", "cannot be reached"),
    ],
)
def test_what_answers_and_is_no_relay_is_told_in_a_sentence(say: str | bytes, told: str) -> None:
    with FakeSmtp() as server:
        server.at("BANNER", say, cut=say == b"220-half")
        assert told in refusal(server.url)


@pytest.mark.parametrize("tls", ["none", "tls"])
def test_a_server_that_says_nothing_is_left_in_time(tls: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}?tls={tls}"
        assert "in time" in refusal(url, replace(QUICK, connect=0.3, banner=0.3))


def test_a_host_that_is_none_is_told() -> None:
    assert "cannot be reached" in refusal(f"smtp://{'a' * 70}.localhost:25")
