"""The programs of the mailer, as words of a command line."""

import sys
from pathlib import Path

from mailer.embedded import plan


def test_the_web_listens_where_it_is_told_and_keeps_no_file_in_a_home_directory() -> None:
    words = plan.web("127.0.0.1:8011")

    assert words[words.index("--bind") + 1] == "127.0.0.1:8011"
    assert "--no-control-socket" in words


def test_every_queue_has_a_worker_and_mailings_have_one_of_their_own() -> None:
    from mailer.celery import app

    queues = {route["queue"] for route in app.conf.task_routes.values()} | {"clock"}
    heard = [
        words[words.index("-Q") + 1].split(",") for words in (plan.mailings(1), plan.background())
    ]

    assert {name for names in heard for name in names} == queues
    assert heard[0] == ["mailings"]


def test_programs_run_under_the_python_that_started_them() -> None:
    assert all(
        program.command[:2] == (sys.executable, "-m")
        for program in plan.programs(port=8011, senders=1, box=True)
    )


def test_somebody_stays_at_the_bounce_box_where_there_is_one() -> None:
    names = [
        [program.name for program in plan.programs(port=8011, senders=1, box=box)]
        for box in (True, False)
    ]

    assert [told.count("mailbox") for told in names] == [1, 0]


def test_a_folder_with_a_space_is_one_word_for_the_catcher() -> None:
    assert "/var/press review" in plan.catcher(Path("/var/press review"), 2525).command
