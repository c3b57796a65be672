"""How far a mailing is."""

from mailer.web.desk.progress import STATES, of_sums

NOTHING = dict.fromkeys(STATES, 0)


def test_the_parts_of_the_bar_fill_it_without_a_gap() -> None:
    sums = {**NOTHING, "recipients": 3, "sent": 1, "deferred": 1, "queued": 1}
    shown = of_sums(sums, began=0, now=10, seen=None, running=True)
    assert shown.percent == 33
    edge = 0.0
    for part in shown.parts:
        assert abs(part.start - edge) < 0.05
        edge = part.start + part.width
    assert abs(edge - 1000) < 0.05


def test_the_pace_is_that_since_the_last_look() -> None:
    sums = {**NOTHING, "recipients": 1000, "sent": 300, "queued": 700}
    shown = of_sums(sums, began=0, now=100, seen=(200, 98), running=True)
    assert shown.pace == 50
    assert shown.left == 14


def test_a_last_look_that_cannot_be_true_is_not_believed() -> None:
    sums = {**NOTHING, "recipients": 1000, "sent": 300, "queued": 700}
    for seen in [(400, 98.0), (-1, 98.0), (200, 120.0), (200, float("nan")), (200, -1e300)]:
        assert of_sums(sums, began=0, now=100, seen=seen, running=True).pace == 3


def test_an_empty_mailing_is_all_done() -> None:
    shown = of_sums({**NOTHING, "recipients": 0}, began=0, now=0, seen=None, running=False)
    assert (shown.percent, shown.left) == (100, None)
