"""Every setting of the mailer. This file alone reads the environment.

`docs/settings.md` describes each name for the operator; a test holds the two together.
"""

import fcntl
import hashlib
import json
import os
import secrets
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.utils.translation import gettext_lazy as _

from mailer.subscribers import network

ROOT = Path(__file__).resolve().parents[1]

#: The names that the environment gave; all others are at what they are by themselves.
MAILER_GIVEN: set[str] = set()


def _env(name: str, default: str = "") -> str:
    """A setting that is there but empty counts as none: compose files write them so."""
    given = os.environ.get(name, "").strip()
    if given:
        MAILER_GIVEN.add(name)
    return given or default


def _list(name: str) -> list[str]:
    return [part for part in _env(name).replace(",", " ").split() if part]


def _percent(name: str, default: str) -> float:
    value = _env(name, default)
    try:
        found = float(value)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 100:
        raise ValueError(f"{name} is {value}: it takes a number from 0 to 100")
    return found


def _count(name: str, default: str) -> int:
    value = _env(name, default)
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise ValueError(f"{name} is {value}: it takes a whole number")
    return int(value)


# -- The data folder: what the mailer writes that is not a row ----------------------------------

MAILER_DATA = Path(_env("MAILER_DATA", "var")).resolve()
# Addresses, mails and password hashes lie in it: another user of the machine has no business there.
MAILER_DATA.mkdir(mode=0o700, parents=True, exist_ok=True)

#: What a running `mailer up` wrote down for the other commands: its Redis, its catcher, its port.
SERVICES_FILE = MAILER_DATA / "services.json"
#: Held by a running `mailer up` as long as it lives.
UP_LOCK = MAILER_DATA / "up.lock"


def _services() -> dict[str, Any]:
    """What was written down, if its writer lives: a killed one could not take it away."""
    try:
        with UP_LOCK.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        pass
    except OSError:
        return {}
    else:
        return {}
    try:
        found: dict[str, Any] = json.loads(SERVICES_FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


_running = _services()


def _from_file(place: str) -> str:
    return Path(place).read_text(encoding="utf-8").strip() if place else ""


def _made_once(name: str) -> str:
    """A key in the data folder, made by the first process that asks for it."""
    place = MAILER_DATA / name
    if not place.exists():
        # Written aside and linked into place: two processes that start together agree on one.
        draft = MAILER_DATA / f"{name}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        try:
            os.link(draft, place)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return place.read_text(encoding="utf-8").strip()


SECRET_KEY = (
    _env("MAILER_SECRET_KEY")
    or _from_file(_env("MAILER_SECRET_KEY_FILE"))
    or _made_once("secret.key")
)
#: Older keys, newest first: links signed with them stay valid.
SECRET_KEY_FALLBACKS = _list("MAILER_SECRET_KEY_FALLBACKS")
#: What the addresses of erased people are hashed with. It is never rotated: there is nothing to
#: hash anew, for the addresses are gone.
MAILER_ERASURE_KEY = (
    _env("MAILER_ERASURE_KEY")
    or _from_file(_env("MAILER_ERASURE_KEY_FILE"))
    or _made_once("erasure.key")
)

# -- Where the mailer is seen from --------------------------------------------------------------

#: As the operator gave it, empty when they did not: `mailer up` then fills in its own.
GIVEN_URL = _env("MAILER_URL").rstrip("/")
MAILER_URL = GIVEN_URL or _running.get("url", "http://127.0.0.1:8000")
_public = urlsplit(MAILER_URL)
ALLOWED_HOSTS = [
    host for host in (_public.hostname, "127.0.0.1", "localhost", "[::1]") if host
] + _list("MAILER_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [MAILER_URL]
_https = _public.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
FILE_UPLOAD_HANDLERS = ["mailer.web.uploads.NoFiles"]
X_FRAME_OPTIONS = "SAMEORIGIN"  # the desk shows an edition in a frame of its own
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
DEBUG = False

# -- The public forms ---------------------------------------------------------------------------


def _proxies() -> tuple[frozenset[network.Network], bool]:
    words = _list("MAILER_TRUSTED_PROXIES")
    try:
        return network.trusted(words)
    except ValueError as error:
        raise ValueError(
            f"MAILER_TRUSTED_PROXIES: {error}; it takes addresses, networks and the word unix"
        ) from error


def _kept() -> network.Kept:
    value = _env("MAILER_PROOF_NETWORK", "truncated")
    for known in network.KEPT:
        if value == known:
            return known
    raise ValueError(f"MAILER_PROOF_NETWORK is {value}: it takes {', '.join(network.KEPT)}")


#: Whose X-Forwarded-For is believed.
MAILER_TRUSTED_PROXIES = _proxies()
#: How much of a reader's network address is kept with the proof of a consent.
MAILER_PROOF_NETWORK = _kept()
#: Mails that strangers can cause to one mailbox within 24 hours.
MAILER_SIGNUPS_PER_ADDRESS = _count("MAILER_SIGNUPS_PER_ADDRESS", "3")
#: Sign-ups within an hour from one network, and from all of them.
MAILER_SIGNUPS_PER_NETWORK = _count("MAILER_SIGNUPS_PER_NETWORK", "60")
MAILER_SIGNUPS_PER_HOUR = _count("MAILER_SIGNUPS_PER_HOUR", "10000")
#: Clicks that are counted within an hour, where they are: from one network, and from everybody.
MAILER_CLICKS_PER_NETWORK = _count("MAILER_CLICKS_PER_NETWORK", "600")
MAILER_CLICKS_PER_HOUR = _count("MAILER_CLICKS_PER_HOUR", "200000")
#: The other web sites whose pages may hold our form, as browsers name them.
MAILER_FORM_ORIGINS = frozenset(one.rstrip("/").lower() for one in _list("MAILER_FORM_ORIGINS"))

# -- Mail ---------------------------------------------------------------------------------------

#: The relay. Empty: the local catcher of `mailer up`, at the port it wrote down.
GIVEN_SMTP_URL = _env("SMTP_URL")
SMTP_URL = GIVEN_SMTP_URL or _running.get("smtp", "")
#: Who is asked whether a domain takes mail at all: `system`, `none`, or a server's `address:port`.
#: Where mail goes to the catcher alone, nobody.
MAILER_DNS = _env("MAILER_DNS", "system" if GIVEN_SMTP_URL else "none")
CATCHER_FOLDER = MAILER_DATA / "catcher"
#: The sender where a publication names none.
MAILER_FROM = _env("MAILER_FROM")
MAILER_BOUNCE_DOMAIN = _env("MAILER_BOUNCE_DOMAIN")
#: The box that bounces come to: imaps://user:password@host:993/INBOX. Empty: none is visited.
IMAP_URL = _env("IMAP_URL")
#: The topics of Amazon SNS, as ARNs, whose reports of SES are believed.
MAILER_SES_TOPICS = _list("MAILER_SES_TOPICS")
#: The public key of SendGrid's signed event webhook, in base64.
MAILER_SENDGRID_KEY = _env("MAILER_SENDGRID_KEY")
#: The `name:password` that stand in the address given to Postmark.
MAILER_POSTMARK_LOGIN = _env("MAILER_POSTMARK_LOGIN")
#: Mailgun's key for signing webhooks.
MAILER_MAILGUN_KEY = _env("MAILER_MAILGUN_KEY")
#: How many processes send one mailing together, each with the connections of SMTP_URL: one
#: interpreter fills one core. SQLite takes one writer at a time, so there a second only waits.
MAILER_SENDERS = _count(
    "MAILER_SENDERS", "2" if _env("DATABASE_URL").startswith("postgres") else "1"
)
#: Per cent of refused messages, of the last answers, at which a mailing is paused; 0: never.
MAILER_PAUSE_AT = _percent("MAILER_PAUSE_AT", "10")
#: The keys that sign our mail: `domain:selector:/path/to/key.pem` each.
MAILER_DKIM = _list("MAILER_DKIM")
#: Recipients above which two different publishers must have signed an issue; 0: never.
MAILER_SECOND_PUBLISHER = _count("MAILER_SECOND_PUBLISHER", "0")
#: Days for which a mailing's rows are kept after its end; 0 keeps them for ever.
MAILER_KEEP_DELIVERIES = _count("MAILER_KEEP_DELIVERIES", "400")
#: Hosts, networks and optional ports that fetching may reach although they are not public.
MAILER_ALLOW_PRIVATE = _list("MAILER_ALLOW_PRIVATE")
#: How to reach who fetches, told to every site that is fetched.
MAILER_CONTACT = _env("MAILER_CONTACT", MAILER_URL)

# -- Database: SQLite in the data folder, or what DATABASE_URL names ----------------------------

DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        _env("DATABASE_URL", f"sqlite:///{MAILER_DATA / 'mailer.sqlite3'}"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
_engine = DATABASES["default"]["ENGINE"].rpartition(".")[2]
if _engine not in ("postgresql", "sqlite3"):
    raise ValueError(f"DATABASE_URL names {_engine}: it takes postgres://… or sqlite:///…")
if _engine == "postgresql":
    # A process that is frozen in the middle of a transaction (a paused machine) would hold its
    # locks, and everybody's mail behind them, until it wakes up. Of ours none idles in one for a
    # second.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
        "options", "-c idle_in_transaction_session_timeout=30000"
    )
if _engine == "sqlite3":
    # IMMEDIATE takes the write lock at BEGIN: a claim is then as safe as SELECT … FOR UPDATE,
    # and a transaction never fails half-way for a lock it could have waited for.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=30000;"
        ),
    }
    # In memory, SQLite locks whole tables between threads, and no child process sees it: tests take
    # a file, as everybody does.
    DATABASES["default"]["TEST"] = {"NAME": MAILER_DATA / "test.sqlite3"}
_parts = [str(DATABASES["default"].get(part)) for part in ("ENGINE", "HOST", "PORT", "NAME")]
#: Which database this is, and which the running `mailer up` works on, without a secret in it.
DATABASE_TAG = hashlib.sha256("|".join(_parts).encode()).hexdigest()[:12]
RUNNING_DATABASE = _running.get("database", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Redis: the server of `mailer up` on a socket, or what REDIS_URL names ----------------------


def _embedded_redis_socket() -> Path:
    """Where the embedded Redis listens: short, for a socket's path has 107 bytes at most."""
    tag = hashlib.sha256(f"{os.getuid()}:{MAILER_DATA}".encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"mailer-{tag}" / "redis.sock"


EMBEDDED_REDIS_SOCKET = _embedded_redis_socket()
GIVEN_REDIS_URL = _env("REDIS_URL")
REDIS_URL = GIVEN_REDIS_URL or _running.get("redis", f"unix://{EMBEDDED_REDIS_SOCKET}")

# -- Django -------------------------------------------------------------------------------------

ROOT_URLCONF = "mailer.urls"
WSGI_APPLICATION = "mailer.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "mailer.trail",
    "mailer.letters",
    "mailer.pictures",
    "mailer.subscribers",
    "mailer.articles",
    "mailer.stories",
    "mailer.curation",
    "mailer.editions",
    "mailer.mailings",
    "mailer.receipts",
    "mailer.figures",
    "mailer.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "mailer.web.compressed.CompressedStatic",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mailer.web.accounts.required.SecondFactor",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "mailer.rendering.environment",
            "context_processors": ["mailer.rendering.one_token"],
        },
    },
    {
        # For third-party apps alone: the admin has Django templates.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

# -- Accounts of the staff: django-allauth ------------------------------------------------------

#: Who must have a second factor: `optional`, `administrators`, `everybody`.
MAILER_SECOND_FACTOR = _env("MAILER_SECOND_FACTOR", "optional")
if MAILER_SECOND_FACTOR not in ("optional", "administrators", "everybody"):
    raise ValueError(
        f"MAILER_SECOND_FACTOR is {MAILER_SECOND_FACTOR}: it takes optional, administrators or"
        " everybody"
    )
#: How many proxies of ours stand before the web: by whose address tries are counted.
ALLAUTH_TRUSTED_PROXY_COUNT = _count("MAILER_PROXIES", "0")
#: The office's own login, an OpenID Connect issuer, beside or instead of passwords.
MAILER_OIDC_URL = _env("MAILER_OIDC_URL").rstrip("/")
MAILER_OIDC_CLIENT = _env("MAILER_OIDC_CLIENT")
MAILER_OIDC_NAME = _env("MAILER_OIDC_NAME", "OpenID Connect")


def _oidc_secret() -> str:
    if named := _env("MAILER_OIDC_SECRET_FILE"):
        return Path(named).read_text(encoding="utf-8").strip()
    return _env("MAILER_OIDC_SECRET")


LOGIN_URL = "/desk/login/"
LOGIN_REDIRECT_URL = "/desk/"
# What counts wrong passwords lies in the database, which every web process shares: somebody who
# can stop Redis neither keeps the newsroom out nor gets more tries.
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_RESET_TIMEOUT = 2 * 3600
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
CSRF_FAILURE_VIEW = "mailer.web.trouble.foreign_form"
ACCOUNT_ADAPTER = "mailer.web.accounts.adapter.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
# Addresses are proven by the invitation that came there, or vouched for by an administrator.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_ALLOW_UNVERIFIED_EMAIL = True
# allauth's own writes a row whenever somebody looks at a link.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - the name of a class
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "mailer.web.accounts.adapter.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Browsers give passkeys to https and to localhost alone; without https here it is this machine.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _https
SOCIALACCOUNT_ADAPTER = "mailer.web.accounts.office.Office"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
OIDC_PROVIDER = "office"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": OIDC_PROVIDER,
                "name": MAILER_OIDC_NAME,
                "client_id": MAILER_OIDC_CLIENT,
                "secret": _oidc_secret(),
                "settings": {"server_url": MAILER_OIDC_URL},
            }
        ]
        if MAILER_OIDC_URL
        else [],
    }
}
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "mailer" / "web" / "static"]
STATIC_ROOT = MAILER_DATA / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns of a folder that is not there
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# -- Languages and time -------------------------------------------------------------------------

USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("ar", _("Arabic")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]

# -- Logs: one line an event, to standard error -------------------------------------------------

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
    },
    "filters": {"discreet": {"()": "mailer.web.discreet.Discreet"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "stream": sys.stderr,
            "formatter": "line",
            "filters": ["discreet"],
        },
    },
    "root": {"handlers": ["stderr"], "level": _env("MAILER_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
