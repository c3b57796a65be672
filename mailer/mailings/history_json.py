"""A person's history as plain values, as the command line and the API print it."""

from typing import Any

from mailer.mailings.history import Entry, History, Step
from mailer.mailings.meaning import Said
from mailer.rendering import sentence


def as_json(history: History) -> dict[str, Any]:
    """`{subscriber, address, erased_at, language, suppressed, folded, older, deliveries}`.

    `suppressed` is null or `{reason, at}`. A delivery is `{mailing, issue, number, title, date,
    language, state, at, due_at, attempts, smtp_code, smtp_text, meaning, message_id, events}`, an
    event `{at, state, smtp_code, smtp_text, meaning, by}`. Moments are ISO 8601, `meaning` is a
    sentence in the active language.
    """
    person, suppression = history.person, history.suppression
    return {
        "subscriber": person.pk,
        "address": history.address,
        "erased_at": person.erased_at and person.erased_at.isoformat(),
        "language": person.language,
        "suppressed": suppression
        and {"reason": suppression.reason, "at": suppression.at.isoformat()},
        "folded": history.folded,
        "older": history.older,
        "deliveries": [_delivery(entry) for entry in history.entries],
    }


def _delivery(entry: Entry) -> dict[str, Any]:
    issue = entry.issue
    return {
        "mailing": entry.mailing.pk,
        "issue": issue.pk,
        "number": issue.number,
        "title": issue.publication.name(entry.language),
        "date": issue.date.isoformat(),
        "language": entry.language,
        "state": entry.state,
        "at": entry.at.isoformat(),
        "due_at": entry.due_at and entry.due_at.isoformat(),
        "attempts": entry.attempts,
        **_said(entry.said),
        "message_id": entry.message_id,
        "events": [_step(step) for step in entry.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "at": step.at.isoformat(),
        "state": step.state,
        **_said(step.said),
        "by": step.by or None,
    }


def _said(said: Said) -> dict[str, Any]:
    meaning = sentence(said.meaning) if said.meaning else ""
    return {"smtp_code": said.code, "smtp_text": said.text, "meaning": meaning}
