"""A worker in a process of its own, to be killed: `python -m tests.mailings.child ID SECONDS`."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailer.settings")

import django

django.setup()

from mailer.mailings import send  # noqa: E402 - Django must be set up first

if __name__ == "__main__":
    while send.work(int(sys.argv[1]), float(sys.argv[2])):
        pass
    send.close()
