"""An HTTP answer, and what its status means for a source (pure): a sentence to act on."""

from dataclasses import dataclass

from mailer.errors import N_, FetchError

LARGEST = 5_000_000  # bytes of a body that are taken, after decompression
#: Answers that will not change: there is nothing, or it is not for us.
FINAL = (401, 403, 404, 410, 451)


class TooLarge(FetchError):
    """A body of more than that."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `body` is empty but for a 200.

    `final_url` is where the redirects ended, `moved_to` the same when all of them were permanent
    (else empty). `fresh_for` and `retry_after` are seconds, 0 where the answer asks for none.
    """

    status: int
    body: bytes
    content_type: str
    final_url: str
    moved_to: str = ""
    etag: str = ""
    last_modified: str = ""
    fresh_for: int = 0
    retry_after: int = 0


_SENTENCES = {
    401: N_("%(url)s asks for a password (401). Ask the publisher for access."),
    403: N_("%(url)s refuses us (403). Ask the publisher to let us fetch it."),
    404: N_("%(url)s is not there (404). Look for its new address on the site."),
    410: N_("%(url)s is gone for good (410). It is not fetched any more; look for another feed."),
    429: N_("%(url)s asks us to come less often (429). It is tried again later."),
    503: N_("%(url)s is out of service for now (503). It is tried again later."),
}


def refusal(status: int, url: str) -> FetchError | None:
    """The sentence for a status that brought no feed; None for 200 and 304."""
    if status in (200, 304):
        return None
    if status in _SENTENCES:
        return FetchError(_SENTENCES[status], url=url)
    if status >= 500:
        return FetchError(
            N_("%(url)s has a fault of its own (%(status)s). It is tried again later."),
            url=url,
            status=status,
        )
    return FetchError(
        N_("%(url)s answered %(status)s instead of a feed. Check the address in a browser."),
        url=url,
        status=status,
    )
