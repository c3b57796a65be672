"""Logging in to a relay, and what is told when it fails: never a secret (an edge: a token's file).

`sasl` decides what is said; here it is said, and judged.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from mailer.errors import N_, RelayError
from mailer.smtp import sasl
from mailer.smtp.capabilities import Capabilities
from mailer.smtp.relay import Relay
from mailer.smtp.reply import Reply

#: Writes a line and waits for its reply.
Ask = Callable[[str], Awaitable[Reply]]


async def log_in(relay: Relay, server: Capabilities, ask: Ask) -> None:
    """Log in to a relay that has a user name, in one of the ways of `sasl`. Raises RelayError."""
    private = relay.tls != "none" and relay.verify
    auth = sasl.chosen(server.auth, relay.auth, private=private)
    if auth is None:
        raise _no_way_in(relay, server)
    secret = _token(relay) if relay.token_file else relay.password
    told = sasl.exchange(auth, relay.username, secret)
    said = [secret, *told.command.split()[2:]]
    reply = await ask(told.command)
    for answer in told.answers:
        if reply.code != 334:
            raise refusal(relay, reply, said)
        said.append(sasl.encoded(answer(sasl.decoded(reply.text))))
        reply = await ask(said[-1])
    if auth == "xoauth2" and reply.code == 334:
        # The challenge says what is wrong with the token; the refusal waits for our answer.
        why = sasl.token_refusal(reply.text)
        raise _bad_token(relay, await ask(""), why, said)
    if reply.code != 235:
        raise refusal(relay, reply, said)


def refusal(relay: Relay, reply: Reply, said: list[str] | None = None) -> RelayError:
    """The sentence for a reply that ends the handshake; `said` are secrets that it may repeat."""
    return RelayError(
        N_("The SMTP relay %(relay)s refused us, saying: %(reply)s"),
        relay=relay.name,
        reply=_shown(reply, said or []),
    )


def _shown(reply: Reply, said: list[str]) -> str:
    # First the secrets, then the cut: half of one would not be known again.
    text = sasl.without_secrets(reply.text, said) if said else reply.line
    return f"{reply.code} {reply.enhanced} {text[:500]}".replace("  ", " ")


def _no_way_in(relay: Relay, server: Capabilities) -> RelayError:
    if relay.auth is None:
        return RelayError(
            N_("The SMTP relay %(relay)s offers no way to log in that is known here."),
            relay=relay.name,
        )
    return RelayError(
        N_(
            "The SMTP relay %(relay)s does not offer auth=%(way)s, which SMTP_URL asks for. "
            "It offers: %(offered)s"
        ),
        relay=relay.name,
        way=relay.auth,
        offered=" ".join(sorted(server.auth)).lower()[:200] or "–",
    )


def _bad_token(relay: Relay, reply: Reply, why: str, said: list[str]) -> RelayError:
    why = sasl.without_secrets(why, said)
    return RelayError(
        N_(
            "The SMTP relay %(relay)s does not take the token of SMTP_URL: have it renewed. "
            "It said: %(reply)s"
        ),
        relay=relay.name,
        reply=_shown(reply, said) + (f" ({why})" if why else ""),
    )


def _token(relay: Relay) -> str:
    """The token of the relay's file, as it is now: others renew it there."""
    try:
        token = Path(relay.token_file).read_text(encoding="utf-8").strip()
    except UnicodeError:
        token = ""
    except OSError as error:
        raise RelayError(
            N_("The token_file of SMTP_URL, %(file)s, cannot be read: %(reason)s."),
            file=relay.token_file,
            reason=error.strerror or str(error),
        ) from error
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise RelayError(
            N_("The token_file of SMTP_URL, %(file)s, does not hold a token and nothing else."),
            file=relay.token_file,
        )
    return token
