"""The editions this process mails, compiled once each and filled for each recipient (an edge)."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from hashlib import sha256

from django.conf import settings

from mailer.curation.models import PdfUse
from mailer.editions.figures import content_id
from mailer.editions.freeze import edition_checksum
from mailer.editions.models import Edition
from mailer.editions.printed import pdf_name, printed
from mailer.errors import N_, Refused
from mailer.mailings.hands import Recipient
from mailer.mailings.message import Copy, compile_copy
from mailer.mailings.models import Mailing
from mailer.mime.addresses import ascii_address, ascii_domain
from mailer.mime.bodies import Attachment, Enclosed
from mailer.mime.headers import date_text
from mailer.mime.holes import Values, plain_writer, written_plainly
from mailer.mime.keyring import Keyring, keyring
from mailer.mime.verp import Verp
from mailer.pictures.models import Picture
from mailer.smtp.envelope import Body, Envelope
from mailer.subscribers.links import mail_links
from mailer.subscribers.tokens import LENGTH

#: An edition takes about 100 kB, one that carries its pictures and a PDF megabytes; three languages
#: of a few issues are in use at one time. Bytes.
_KEPT = 24_000_000


class Copies:
    """Compiled editions, by id and checksum."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, str], Copy] = OrderedDict()

    def of(self, mailing: Mailing) -> dict[int, Copy]:
        """The editions of a mailing, by id, each exactly as it was approved.

        Raises Refused when one is no longer that; BadAddress when its sender, or the domain of
        bounces, cannot be written; Misconfigured when its DKIM key cannot be read: that is nobody's
        fault who should get it.
        """
        if settings.MAILER_BOUNCE_DOMAIN:
            ascii_domain(settings.MAILER_BOUNCE_DOMAIN)
        keys = keyring(tuple(settings.MAILER_DKIM))
        return {int(pk): self._copy(int(pk), told, keys) for pk, told in mailing.editions.items()}

    def _copy(self, edition_id: int, checksum: str, keys: Keyring) -> Copy:
        key = edition_id, checksum
        if key not in self._kept:
            self._kept[key] = _compiled(edition_id, checksum)
            self._make_room()
        self._kept.move_to_end(key)
        copy = self._kept[key]
        signs, signed = keys.of(copy.sender), copy.signer.key if copy.signer else None
        if signs is not signed:
            copy = self._kept[key] = copy.signed_by(signs)
        return copy

    def _make_room(self) -> None:
        """Forget what was used longest ago, as far as the last one leaves it room."""
        while len(self._kept) > 1 and sum(one.compiled.size for one in self._kept.values()) > _KEPT:
            self._kept.popitem(last=False)


def _compiled(edition_id: int, checksum: str) -> Copy:
    edition = Edition.objects.filter(pk=edition_id).first()
    # Over the bytes themselves, not the stored figure: nothing leaves but what was approved.
    if edition is None or edition_checksum(edition) != checksum:
        raise Refused(_OTHER, edition=edition_id)
    return copy_of(edition)


_OTHER = N_("Edition %(edition)s is no longer what was approved: nothing more of it is sent.")


def copy_of(edition: Edition) -> Copy:
    """An edition as it is stored, with the files that go with it, ready to be joined.

    Raises Refused when one of them is not there any more, or is another: a picture's name and the
    PDF's digest stand under the signature.
    """
    return compile_copy(
        edition.pk,
        edition.headers,
        edition.subject,
        edition.text,
        edition.html,
        edition.nonce,
        attachments=_attachments(edition),
        enclosed=_enclosed(edition),
        leave_at=_leave_at(),
    )


def _leave_at() -> str:
    """Where a mail that unsubscribes goes: to the box that is read by itself, if there is one."""
    domain: str = settings.MAILER_BOUNCE_DOMAIN
    return f"unsubscribe@{ascii_domain(domain)}" if domain else ""


def _attachments(edition: Edition) -> list[Attachment]:
    if edition.pdf != PdfUse.ATTACHED:
        return []
    found = printed(edition)
    if found and found.failure:
        raise Refused(found.failure["id"], **found.failure["values"])
    content = bytes(found.content) if found else b""
    if not found or sha256(content).hexdigest() != found.digest:
        raise Refused(_OTHER, edition=edition.pk)
    return [Attachment(pdf_name(edition), "application/pdf", content)]


def _enclosed(edition: Edition) -> list[Enclosed]:
    found = {one.digest: one for one in Picture.objects.filter(digest__in=edition.enclosed)}
    contents = {digest: bytes(one.content) for digest, one in found.items()}
    if any(
        sha256(contents.get(digest, b"")).hexdigest()[:32] != digest for digest in edition.enclosed
    ):
        raise Refused(_OTHER, edition=edition.pk)
    return [
        Enclosed(content_id(found[digest].file), found[digest].media_type, contents[digest])
        for digest in edition.enclosed
    ]


class Envelopes:
    """The envelopes of a group: what is the same for all of them is read, and filled in, once.

    A mail is not written here, but by the pool when a connection is ready for it.
    """

    def __init__(self, copies: Mapping[int, Copy], now: datetime) -> None:
        self._date, signed_at = date_text(now), int(now.timestamp())
        self._bodies = {pk: self._body(copy, signed_at) for pk, copy in copies.items()}
        self._copies = copies
        links = mail_links(now)
        self._leave, self._prefer = links.unsubscribe_token, links.preferences_token
        self._leave_at = plain_writer(links.unsubscribe, LENGTH)
        self._prefer_at = plain_writer(links.preferences, LENGTH)
        domain: str = settings.MAILER_BOUNCE_DOMAIN
        # An address that names the delivery, where bounces have a domain of their own.
        self._verp = Verp(settings.SECRET_KEY.encode(), domain) if domain else None

    def to(self, one: Recipient) -> Envelope:
        """One person's. Raises BadAddress for an address that cannot be written."""
        copy, subscriber = self._copies[one.edition], one.subscriber
        address = ascii_address(one.email)
        token = self._leave(subscriber)
        values: Values = {
            "address": written_plainly(address) or address,
            "unsubscribe_url": self._leave_at(token),
            "unsubscribe_token": (token, token),
            "preferences_url": self._prefer_at(self._prefer(subscriber)),
            "message_id": copy.message_ids.of(str(subscriber)),
            "date": self._date,
        }
        sender = self._verp.of(one.delivery) if self._verp else copy.sender
        body = partial(self._bodies[one.edition], values)
        return Envelope(one.delivery, sender, address, body)

    def _body(self, copy: Copy, signed_at: int) -> Callable[[Values], Body]:
        if copy.signer is not None:
            return partial(_in_pieces, partial(copy.signer.filled, at=signed_at))
        return partial(_in_pieces, copy.compiled.bound({"date": self._date}).filled)


def _in_pieces(filled: Callable[[Values], list[bytes]], values: Values) -> Body:
    """One person's message. Compiled messages are of seven bits, whatever fills their holes."""
    pieces = filled(values)
    return Body(pieces, sum(map(len, pieces)), seven_bit=True)
