"""The doorways: what is asked for reaches the queue that its worker hears."""

import os
import subprocess
import sys

import pytest
import redis

from tests.parts import own_redis

pytestmark = pytest.mark.once

_ASK = """
import threading
import django
django.setup()
from mailer.tasks import ring, send_mailing, take_requests
def ask():
    assert ring(take_requests)
    assert ring(send_mailing, 7)
thread = threading.Thread(target=ask)
thread.start()
thread.join()
"""


def _ask(redis_url: str, code: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "REDIS_URL": redis_url,
        "DJANGO_SETTINGS_MODULE": "mailer.settings",
    }
    words = [sys.executable, "-c", code]
    return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60)


def test_a_thread_of_the_web_rings_at_the_right_doors() -> None:
    with own_redis() as url:
        assert url
        asked = _ask(url, _ASK)
        assert asked.returncode == 0, asked.stderr
        with redis.Redis.from_url(url) as line:
            assert line.llen("letters") == 1
            assert line.llen("mailings") == 1


def test_without_redis_a_ring_says_no_at_once_and_raises_nothing() -> None:
    code = "import django; django.setup()\nfrom mailer.tasks import *\nprint(ring(send_letters))"

    asked = _ask("redis://127.0.0.1:1/0", code)

    assert asked.stdout.strip() == "False", asked.stderr
