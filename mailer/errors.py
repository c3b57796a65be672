"""Errors that a person reads.

    MailerError               something was refused; the sentence says what, of what, and what next
    ├── NotFound              the thing named does not exist
    ├── Refused               the state does not allow it, or a rule forbids it
    ├── BadAddress            an e-mail address that cannot be used
    ├── BadToken              a link that is altered, expired, or for another purpose
    ├── FetchError            a source that could not be fetched
    ├── ParseError            a source that was fetched and could not be read
    ├── RelayError            an SMTP relay that cannot be reached or used
    └── Misconfigured         a setting that is missing or wrong

The sentence is an English message id and its values, so that it can be stored in a row and shown
to each person in their own language; the technical cause travels as `__cause__`, for the log.
"""

from typing import Any, TypedDict


class StoredSentence(TypedDict):
    """A sentence as a JSON column keeps it: message id and values."""

    id: str
    values: dict[str, str | int]


def N_(message: str) -> str:
    """Mark a message id for the catalogues; the sentence is translated where it is shown."""
    return message


class MailerError(Exception):
    """An expected failure, told as a sentence.

    `message` is a message id marked with `N_`, with `%(name)s` places; `values` fill them.
    """

    def __init__(self, message: str, **values: str | int) -> None:
        self.message = message
        self.values = values
        super().__init__(message)

    def __str__(self) -> str:
        return self.message % self.values if self.values else self.message

    def stored(self) -> StoredSentence:
        """The sentence for a JSON column; `rendering.sentence` shows it."""
        return {"id": self.message, "values": self.values}

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.message, self.values))


def _rebuild(kind: type[MailerError], message: str, values: dict[str, str | int]) -> MailerError:
    return kind(message, **values)


class NotFound(MailerError):
    """The thing named does not exist."""


class Refused(MailerError):
    """The state does not allow it, or a rule forbids it."""


class BadAddress(MailerError):
    """An e-mail address that cannot be used."""


class BadToken(MailerError):
    """A link that is altered, expired, or for another purpose."""


class FetchError(MailerError):
    """A source that could not be fetched."""


class ParseError(MailerError):
    """A source that was fetched and could not be read."""


class RelayError(MailerError):
    """An SMTP relay that cannot be reached or used."""


class Misconfigured(MailerError):
    """A setting that is missing or wrong."""
