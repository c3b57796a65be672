"""The environment of the tests, settled before Django reads it: named in pytest's `addopts`.

A conftest would come too late, for pytest-django loads the settings before it.
"""

import atexit
import os
import shutil
import tempfile

# Tests never touch the checkout's own data folder, and take the database and the Redis they are
# given, never those a developer has set for something else.
os.environ["MAILER_DATA"] = tempfile.mkdtemp(prefix="mailer-tests-")
_OURS = os.getpid()


@atexit.register
def _clean() -> None:
    if os.getpid() == _OURS:  # not in a process that a test forked
        shutil.rmtree(os.environ["MAILER_DATA"], ignore_errors=True)


os.environ.setdefault("MAILER_SECRET_KEY", "a-key-for-tests-alone")
for _name in (
    "SMTP_URL",
    "IMAP_URL",
    "MAILER_FROM",
    "MAILER_URL",
    "MAILER_ALLOW_PRIVATE",
    "MAILER_BOUNCE_DOMAIN",
    "MAILER_PAUSE_AT",
    "MAILER_DKIM",
    "MAILER_SECOND_PUBLISHER",
    "MAILER_DNS",
    "MAILER_FORM_ORIGINS",
    "MAILER_PROOF_NETWORK",
    "MAILER_SIGNUPS_PER_ADDRESS",
    "MAILER_CLICKS_PER_NETWORK",
    "MAILER_CLICKS_PER_HOUR",
    "MAILER_TRUSTED_PROXIES",
    "MAILER_SECOND_FACTOR",
    "MAILER_OIDC_URL",
):
    os.environ.pop(_name, None)
# All tests sign up from one address, and share one Redis: those of the limits set their own.
os.environ["MAILER_SIGNUPS_PER_HOUR"] = os.environ["MAILER_SIGNUPS_PER_NETWORK"] = "100000000"
