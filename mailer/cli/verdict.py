"""Who would get an issue, and who is left out, in words (pure)."""

from collections.abc import Mapping

#: The reasons as a command says them, in this order.
_REASONS = {
    "unconfirmed": "unconfirmed",
    "suppressed": "suppressed",
    "unsubscribed": "unsubscribed",
    "paused": "paused",
    "outside": "outside the segment",
    "no_edition": "without an edition in their language",
    "erased": "erased",
}


def verdict_in_words(would_send: int, left_out: Mapping[str, int]) -> str:
    """`would send 4,812; left out 31: 12 unconfirmed, 9 suppressed, 10 unsubscribed`."""
    told = left_out_in_words(left_out)
    return f"would send {would_send:,}" + (f"; left out {told}" if told else "")


def left_out_in_words(left_out: Mapping[str, int]) -> str:
    """`31: 12 unconfirmed, 9 suppressed, 10 unsubscribed`; empty when nobody is."""
    counts = [(left_out.get(code, 0), words) for code, words in _REASONS.items()]
    told = [f"{count:,} {words}" for count, words in counts if count]
    return f"{sum(count for count, _ in counts):,}: {', '.join(told)}" if told else ""
