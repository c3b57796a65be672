"""How far a mailing is."""

from mailer.web.desk.progress import STATES, Look, of_domains, of_sums

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
    shown = of_sums(sums, began=0, now=100, seen=Look(200, 98), running=True)
    assert shown.pace == 50
    assert shown.left == 14


def test_a_last_look_that_cannot_be_true_is_not_believed() -> None:
    sums = {**NOTHING, "recipients": 1000, "sent": 300, "queued": 700}
    for seen in [(400, 98.0), (-1, 98.0), (200, 120.0), (200, float("nan")), (200, -1e300)]:
        assert of_sums(sums, began=0, now=100, seen=Look(*seen), running=True).pace == 3


def test_an_empty_mailing_is_all_done() -> None:
    shown = of_sums({**NOTHING, "recipients": 0}, began=0, now=0, seen=None, running=False)
    assert (shown.percent, shown.left) == (100, None)


def test_the_pace_is_evened_out_over_some_looks() -> None:
    sums = {**NOTHING, "recipients": 1000, "sent": 300, "queued": 700}

    def pace(before: float, since: float) -> float:
        seen = Look(200, 100 - since, before)
        return of_sums(sums, began=0, now=100, seen=seen, running=True).pace

    assert 50 < pace(50, 1) < 100  # a hundred in this second, fifty before it
    assert pace(100, 1) == 100
    assert abs(pace(500, 50) - 2) < 0.1  # what was long ago counts for nothing
    for nonsense in (float("nan"), float("inf"), -1.0):
        assert pace(nonsense, 1) == 100


def test_domains_stand_by_size_and_the_rest_comes_last() -> None:
    told = {
        ("sent", "large.example"): 6,
        ("refused", "large.example"): 1,
        ("sent", "small.example"): 2,
        ("uncertain", ""): 1,
        ("suppressed", ""): 2,
        # Where they came from, not where they are: they say nothing of a domain.
        ("deferred", "large.example"): 4,
        ("queued", ""): -9,
    }
    rows = of_domains({"small.example": 2, "large.example": 10}, told, 17)
    assert [(one.name, one.recipients) for one in rows] == [
        ("large.example", 10),
        ("small.example", 2),
        ("", 5),
    ]
    large, small, others = rows
    assert (large.sent, large.refused, large.waiting) == (6, 1, 3)
    assert (small.sent, small.waiting) == (2, 0)
    assert (others.uncertain, others.out, others.waiting) == (1, 2, 2)
    for one in rows:
        assert abs(sum(part.width for part in one.parts) - 1000) < 0.1


def test_a_mailing_whose_domains_all_have_names_has_no_others() -> None:
    assert [one.name for one in of_domains({"a.example": 3}, {}, 3)] == ["a.example"]
