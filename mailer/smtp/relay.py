"""The relay that takes our mail, as `SMTP_URL` names it (pure)."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from mailer.errors import N_, Misconfigured
from mailer.smtp.sasl import AUTHS, Auth

Tls = Literal["none", "starttls", "tls"]

_TLS: tuple[Tls, ...] = ("none", "starttls", "tls")
_OPTIONS = {"tls", "connections", "messages", "verify", "auth", "token_file", "weight"}


@dataclass(frozen=True, slots=True)
class Relay:
    """An SMTP relay and how to speak to it.

    `connections` are kept open at most, each for `messages_per_connection` mails; `verify` asks
    for a certificate that names `host`. `auth` insists on a way to log in; `token_file` is an
    absolute path whose text is read anew at each opening. `weight` counts beside other relays
    (see `weights`). The password never shows in a repr.
    """

    host: str
    port: int = 25
    username: str = ""
    password: str = field(default="", repr=False)
    tls: Tls = "none"
    connections: int = 10
    messages_per_connection: int = 1000
    verify: bool = True
    auth: Auth | None = None
    token_file: str = ""
    weight: int = 1

    @property
    def name(self) -> str:
        """`host:port`, as it is shown to people."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether the relay is this machine itself."""
        return _is_loopback(self.host)


def parse_relay(url: str) -> Relay:
    """The relay of `smtp://user:pass@host:port?tls=…&connections=…&messages=…&verify=yes|no`.

    More options: `auth` and `token_file`, see `sasl` and `docs/settings.md`.

    User and password are percent-decoded. Without a port it is 25, or 465 for `tls=tls`.
    Without `tls`: port 465 speaks TLS (RFC 8314), port 587 STARTTLS, and so does any relay
    that is given a password or a token and is not on loopback; the others speak in clear.

    Raises Misconfigured, whose sentence never holds the password.
    """
    parts, port = _parts(url)
    options = _options(parts.query)
    username, password = _decoded(parts.username), _decoded(parts.password)
    host = parts.hostname or ""
    if not port:
        port = 465 if options.get("tls") == "tls" else 25
    token_file = options.get("token_file", "")
    secret_abroad = bool(password or token_file) and not _is_loopback(host)
    return Relay(
        host=host,
        port=port,
        username=username,
        password=password,
        tls=_tls(options.get("tls"), port, secret_abroad=secret_abroad),
        connections=_number(options, "connections", 10, most=500),
        messages_per_connection=_number(options, "messages", 1000, most=1_000_000),
        verify=_yes(options, "verify"),
        auth=_auth(options.get("auth"), token_file, username, password),
        token_file=token_file,
        weight=_number(options, "weight", 1, most=100),
    )


def parse_relays(urls: str) -> tuple[Relay, ...]:
    """The relays of one or several such URLs, parted by spaces. Raises Misconfigured."""
    return tuple(parse_relay(url) for url in urls.split(" ") if url) or (parse_relay(urls),)


def only_loopback(relays: Iterable[Relay]) -> bool:
    """Whether no mail leaves this machine by these."""
    return all(relay.is_loopback for relay in relays)


def _parts(url: str) -> tuple[SplitResult, int | None]:
    if any(character <= " " or character == "\x7f" for character in url):
        raise Misconfigured(N_("SMTP_URL holds a space or a control character: percent-encode it."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # The cause would quote what stands behind a colon, which may be half a password.
        raise Misconfigured(
            N_(
                "The host or the port of SMTP_URL cannot be read: write smtp://host:port, and "
                "percent-encode the signs / : ? # @ in a password."
            )
        ) from None
    if parts.scheme != "smtp":
        raise Misconfigured(N_("SMTP_URL does not begin with smtp://."))
    if not parts.hostname or port == 0:
        raise Misconfigured(N_("SMTP_URL names no host and port: write smtp://host:port."))
    if parts.path not in {"", "/"} or parts.fragment:
        raise Misconfigured(
            N_(
                "Something stands behind the host of SMTP_URL: percent-encode the signs "
                "/ : ? # @ in a password."
            )
        )
    return parts, port


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    if unknown := sorted(options.keys() - _OPTIONS):
        raise Misconfigured(
            N_("SMTP_URL has an unknown option, %(option)s: it takes %(options)s."),
            option=unknown[0][:40],
            options=", ".join(sorted(_OPTIONS)),
        )
    return options


def _decoded(text: str | None) -> str:
    decoded = unquote(text or "")
    # RFC 4616 parts user and password of AUTH PLAIN by NUL.
    if "\0" in decoded:
        raise Misconfigured(N_("The user or the password of SMTP_URL holds a NUL."))
    return decoded


def _tls(asked: str | None, port: int, *, secret_abroad: bool) -> Tls:
    if asked is None:
        return "tls" if port == 465 else "starttls" if port == 587 or secret_abroad else "none"
    for known in _TLS:
        if asked == known:
            return known
    raise Misconfigured(N_("The tls of SMTP_URL is none, starttls or tls."))


def _auth(asked: str | None, token_file: str, username: str, password: str) -> Auth | None:
    auth = next((known for known in AUTHS if asked == known), None)
    if asked is not None and auth is None:
        raise Misconfigured(
            N_("The auth of SMTP_URL is %(ways)s, or is left out."), ways=", ".join(AUTHS)
        )
    if token_file and auth not in {None, "xoauth2"}:
        raise Misconfigured(N_("The token_file of SMTP_URL is for auth=xoauth2 alone."))
    if token_file and (password or not token_file.startswith("/")):
        raise Misconfigured(
            N_(
                "The token_file of SMTP_URL is a whole path, such as /run/secrets/token, and "
                "stands instead of a password."
            )
        )
    auth = "xoauth2" if token_file else auth
    if auth is not None and not username:
        raise Misconfigured(N_("SMTP_URL says how to log in and not as whom: write smtp://user@…"))
    if auth == "xoauth2" and not (password or token_file):
        raise Misconfigured(
            N_(
                "SMTP_URL asks for auth=xoauth2 and has no token: put it in the password's place, "
                "or name its file with token_file=."
            )
        )
    return auth


def _number(options: dict[str, str], name: str, default: int, *, most: int) -> int:
    text = options.get(name, str(default))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most):
        raise Misconfigured(
            N_("The option %(option)s of SMTP_URL is a number from 1 to %(most)s."),
            option=name,
            most=most,
        )
    return int(text)


def _yes(options: dict[str, str], name: str) -> bool:
    text = options.get(name, "yes")
    if text not in {"yes", "no"}:
        raise Misconfigured(N_("The option %(option)s of SMTP_URL is yes or no."), option=name)
    return text == "yes"


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
