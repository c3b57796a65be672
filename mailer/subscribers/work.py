"""A proof of work that a browser adds to a form: self-hosted, and asked of nobody (pure).

The proof is `hour:nonce`, such that SHA-256 of `mailer:hour:address:nonce` begins with BITS zero
bits; `hour` counts from 1970 and `address` is what stands in the form. Nothing is handed out or
kept for it: it is bound to one address, whose mails are counted from rows, and to a few hours.
`signup.js` finds one; who has no JavaScript is let through by stricter limits (quota.py).
"""

import hashlib
from datetime import datetime

#: Zero bits at the head: 32,768 hashes on the average, about half a second in a phone's browser.
BITS = 15
#: Hours by which the clock of a browser, or a page left open, may differ from ours.
AWAY = 3
#: Characters of the longest proof that is looked at.
LONGEST = 40


def proves(proof: str, address: str, now: datetime) -> bool:
    """Whether the proof was worked for this address, as it was typed, and not long ago."""
    hour, _, nonce = proof.partition(":")
    if len(proof) > LONGEST or not (hour.isascii() and hour.isdigit() and nonce):
        return False
    if abs(int(hour) - int(now.timestamp()) // 3600) > AWAY:
        return False
    text = f"mailer:{hour}:{address.strip()}:{nonce}"
    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0
