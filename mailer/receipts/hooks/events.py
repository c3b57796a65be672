"""What the providers' modules share: JSON read with care, and a finding made of a provider's word.

(pure)
"""

import hashlib
import json
from typing import Any

from mailer.receipts.clues import Clues
from mailer.receipts.judging import code_in, judge, status_in
from mailer.receipts.notice import Notice
from mailer.receipts.verdicts import Finding, Verdict

#: Events of one call that are looked at.
MOST = 2000


class Unreadable(ValueError):
    """A body that is not what the provider says it sends."""


def parsed(body: bytes) -> Any:
    """JSON; raises Unreadable, also for what is nested without end."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from error


def text(of: Any, *path: str) -> str:
    """A text somewhere in nested objects; empty where there is none."""
    for name in path:
        of = of.get(name) if isinstance(of, dict) else None
    return of if isinstance(of, str) else str(of) if isinstance(of, int) else ""


def many(of: Any, *path: str) -> list[Any]:
    """A list somewhere in nested objects; empty where there is none."""
    for name in path:
        of = of.get(name) if isinstance(of, dict) else None
    return of[:MOST] if isinstance(of, list) else []


def bounced(recipient: str, said: str, *, status: str = "", gone: bool = False) -> Finding:
    """A bounce in a server's words. `gone`: the provider itself calls the mailbox unknown."""
    enhanced, code = status_in(f"{status} {said}"), code_in(said)
    verdict = judge(enhanced, code, said or status, "in reply to RCPT TO")
    if gone and verdict is Verdict.TEMPORARY and not enhanced.startswith("4"):
        verdict = Verdict.HARD
    return Finding(verdict, recipient, enhanced, code, said[:1000])


def notice(way: str, finding: Finding, clues: Clues, *identity: str, original: bytes) -> Notice:
    """A notice; `identity` is what makes two copies of an event one."""
    key = hashlib.sha256("\0".join((way, *identity)).encode()).hexdigest()
    return Notice(way, key, (finding,), clues, trusted=True, original=original)


def brackets(message_id: str) -> tuple[str, ...]:
    """A Message-ID as mails write it."""
    bare = message_id.strip().strip("<>")
    return (f"<{bare}>",) if bare else ()
