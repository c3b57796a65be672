"""The keys that sign our mail, in the files that MAILER_DKIM names (an edge).

A file is read once, and again when it has changed: a key is renewed by putting another in its
place. What cannot be read is told, and then nothing of that domain is signed, or sent, at all.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mailer.errors import N_, BadAddress, Misconfigured
from mailer.mime.addresses import ascii_domain
from mailer.mime.dkim import DkimKey

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_SELECTOR = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
# The entries of the setting are parted by spaces or commas.
_PATH = re.compile(r"/[^\s,]+")
#: What of a file tells that it has changed: when, how long, which one.
_State = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class KeyFile:
    """Where the key of a domain lies, and under which selector it is published."""

    domain: str
    selector: str
    path: Path


class Keyring:
    """The keys of several domains."""

    def __init__(self, files: Iterable[KeyFile]) -> None:
        self.files = tuple(files)
        self._by_domain = {file.domain: file for file in self.files}
        self._read: dict[KeyFile, tuple[_State, DkimKey]] = {}

    def of(self, sender: str) -> DkimKey | None:
        """The key that signs for an address: its domain's own, else that of the nearest above it.

        So a receiver sees it aligned with From (RFC 7489 §3.1.1, relaxed). None where no key is
        configured for it. Raises Misconfigured when the key cannot be read, BadAddress for a domain
        that is none.
        """
        domain = sender.rpartition("@")[2].lower()
        if not domain.isascii():
            domain = ascii_domain(domain)
        while domain:
            if file := self._by_domain.get(domain):
                return self.read(file)
            domain = domain.partition(".")[2]
        return None

    def read(self, file: KeyFile) -> DkimKey:
        """The key of a file as it is now. Raises Misconfigured."""
        try:
            found = file.path.stat()
            state = found.st_mtime_ns, found.st_size, found.st_ino
            known = self._read.get(file)
            if known is None or known[0] != state:
                key = DkimKey.from_pem(file.domain, file.selector, file.path.read_bytes())
                known = self._read[file] = state, key
        except OSError as error:
            raise Misconfigured(
                N_(
                    "The DKIM key of %(domain)s, %(file)s, cannot be read: %(reason)s. Until it "
                    "can be, nothing from this domain is sent."
                ),
                domain=file.domain,
                file=str(file.path),
                reason=error.strerror or str(error),
            ) from error
        except ValueError:
            # The cause could quote the file, which may be a key of another kind.
            raise Misconfigured(
                N_(
                    "The DKIM key of %(domain)s, %(file)s, is no RSA key in PEM of 2048 to 4096 "
                    "bits without a password: `mailer dkim-key` makes one. Until then nothing "
                    "from this domain is sent."
                ),
                domain=file.domain,
                file=str(file.path),
            ) from None
        return known[1]


@lru_cache(maxsize=4)
def keyring(entries: tuple[str, ...]) -> Keyring:
    """The keyring of MAILER_DKIM, one a process. Raises Misconfigured for what it cannot mean."""
    files = [key_file(entry) for entry in entries]
    domains = [file.domain for file in files]
    if twice := next((domain for domain in domains if domains.count(domain) > 1), None):
        raise Misconfigured(
            N_("MAILER_DKIM names two keys for %(domain)s: one signs."), domain=twice
        )
    return Keyring(files)


def key_file(entry: str) -> KeyFile:
    """What one entry of MAILER_DKIM says: `domain:selector:/path/to/key.pem`. Misconfigured."""
    domain, _, rest = entry.partition(":")
    selector, _, path = rest.partition(":")
    try:
        name = ascii_domain(domain).lower()
    except BadAddress:
        name = ""
    if "." not in name or not _SELECTOR.fullmatch(selector) or not _PATH.fullmatch(path):
        raise Misconfigured(
            N_(
                "MAILER_DKIM cannot be read at “%(entry)s”: write domain:selector:/path/to/key.pem."
            ),
            entry=entry[:100],
        )
    return KeyFile(name, selector, Path(path))
