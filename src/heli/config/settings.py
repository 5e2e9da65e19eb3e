"""Settings of the Django side, one typed file. What an office may set comes from the environment (HELI_…)."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from heli.config.files import (
    FORMAT_MODULE_PATH,
    LANGUAGE_CODE,
    LANGUAGES,
    LOCALE_PATHS,
    PACKAGE,
    TIME_ZONE,
    USE_I18N,
    USE_TZ,
)
from heli.kernel.lib.private import checked_secret, kept_secret

__all__ = [
    "FORMAT_MODULE_PATH",
    "LANGUAGES",
    "LANGUAGE_CODE",
    "LOCALE_PATHS",
    "TIME_ZONE",
    "USE_I18N",
    "USE_TZ",
]

DEMO = os.environ.get("HELI_DEMO", "") == "1"
"""A demo on this machine alone: plain HTTP, invented people, passwords that everybody knows."""
LOCAL = os.environ.get("HELI_LOCAL", "") == "1"
"""Real use tried on this machine alone (``serve --local``): plain HTTP, nobody else can reach it."""
PLAIN_HTTP = DEMO or LOCAL

DATA = Path(os.environ.get("HELI_DATA", "heli-data")).resolve() / ("demo" if DEMO else "")
"""Where the database file, the secret and collected static files are; a demo has its own."""

DEBUG = False


_BAD_ADDRESS = (
    "HELI_DATABASE / HELI_DISTRICTS：数据库的地址写得不对 / the address of a database is not right "
    "(sqlite:////srv/heli/heli.sqlite3, postgresql://user:word@host:5432/heli)"
)


def _database(address: str) -> dict[str, object]:
    """A database from its address: ``sqlite:///path`` or ``postgresql://user:word@host:port/name?schema=x``.

    Each thread keeps its connection, and asks before each request whether it still is good: after a restart
    of the database or a restore it is made anew.

    Raises ``ImproperlyConfigured`` for any other address.
    """
    kept: dict[str, object] = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(_BAD_ADDRESS) from None
    if parts.scheme == "sqlite" and len(parts.path) > 1:
        return {
            **kept,
            "ENGINE": "heli.kernel.lib.sqlite3",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    if parts.scheme != "postgresql" or len(parts.path) < 2:
        raise ImproperlyConfigured(_BAD_ADDRESS)
    schema = dict(parse_qsl(parts.query)).get("schema", "")
    return {
        **kept,
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": port or "",
        "OPTIONS": {
            "connect_timeout": 5,
            **({"options": f"-c search_path={schema}"} if schema else {}),
        },
    }


def _secret(variable: str, name: str) -> str:
    """A secret from the environment, else one made once and kept in the data folder.

    Raises ``ImproperlyConfigured`` for one that is empty or cut off.
    """
    try:
        if given := os.environ.get(variable):
            return checked_secret(given, variable)
        return kept_secret(DATA / name)
    except ValueError as error:
        raise ImproperlyConfigured(str(error)) from None


def _proxies() -> int:
    """How many proxies stand before the server: none when it is reached from this machine alone."""
    given = os.environ.get("HELI_PROXIES", "") or "0"
    if not given.isdecimal() or len(given) > 2:
        raise ImproperlyConfigured(
            "HELI_PROXIES：要写一个小的整数 / HELI_PROXIES must be a small whole number"
        )
    return 0 if PLAIN_HTTP else int(given)


PROXIES = _proxies()
"""So that the lock-out counts the right address, and HTTPS is believed to the proxy and nobody else."""
SECRET_KEY = _secret("HELI_SECRET", "secret")
AUDIT_KEY = _secret("HELI_AUDIT_KEY", "audit-key")
"""What proves that Heli wrote a line of the audit or a backup; never in the database (``docs/audit.md``)."""
AUDIT_HEADS = Path(os.environ.get("HELI_AUDIT_HEADS") or DATA)
"""The folder of the files to which the audit's heads are added; better on another machine's disk."""
ALLOWED_HOSTS = (
    ["127.0.0.1", "localhost"] if LOCAL else os.environ.get("HELI_HOSTS", "127.0.0.1,localhost").split(",")
)
DATABASES = {"default": _database(os.environ.get("HELI_DATABASE", f"sqlite:///{DATA / 'heli.sqlite3'}"))}
DISTRICTS = {"default": "default"}
"""The districts and their databases. ``HELI_DISTRICTS``: ``zone-a=sqlite:///…;zone-b=postgresql://…``."""
if _several := os.environ.get("HELI_DISTRICTS"):
    _parts = [one.strip().partition("=") for one in _several.split(";") if one.strip()]
    _addresses = {name: address for name, _sign, address in _parts}
    DISTRICTS = {name: name for name in _addresses}
    DATABASES = {"default": {}, **{name: _database(address) for name, address in _addresses.items()}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS: list[str] = [
    "heli.demo",
    "heli.insight",
    "heli.plans",
    "heli.grids",
    "heli.duties",
    "heli.people",
    "heli.orgs",
    "heli.kernel.imports",
    "heli.kernel.web",
    "heli.kernel.jobs",
    "heli.kernel.settings",
    "heli.kernel.files",
    "heli.kernel.audit",
    "heli.kernel.access",
    "heli.kernel.accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
"""The slices, each above those that it may import: the one list of them (``kernel.lib.registry``)."""

MIDDLEWARE = [
    # the headers first: they are on the answers of every middleware below, refusals too
    "heli.kernel.web.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "heli.kernel.lib.districts.DistrictMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "heli.kernel.web.bodies.BodyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "heli.kernel.web.bodies.TextMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "heli.kernel.web.middleware.PersonMiddleware",
]

ROOT_URLCONF = "heli.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "kernel" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "heli.kernel.web.context.page",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "heli.kernel.web.sign_in.AuditedAccounts"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/5m/key", "find_member": "20/10m/ip,200/d/ip"}
"""allauth counts wrong codes of the second step, and who asks for the member of a house; wrong passwords are
counted by ``accounts.commands``."""
ACCOUNT_FORMS = {
    "login": "heli.kernel.accounts.forms.SignIn",
    "change_password": "heli.kernel.accounts.forms.NewPassword",
    "reauthenticate": "heli.kernel.accounts.forms.PasswordAgain",
}
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
"""With none, what a request says of its origin (``X-Forwarded-For``) is not believed."""
MFA_ADAPTER = "heli.kernel.accounts.adapter.SecondStep"
MFA_FORMS = {
    "authenticate": "heli.kernel.web.sign_in.AuditedCode",
    "reauthenticate": "heli.kernel.web.sign_in.AuditedCodeAgain",
    "activate_totp": "heli.kernel.accounts.forms.FirstCode",
    "add_webauthn": "heli.kernel.accounts.forms.AddPasskey",
    "edit_webauthn": "heli.kernel.accounts.forms.NamePasskey",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Heli"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PLAIN_HTTP
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
"""In the database, so that codes that were used are known to all server processes; and with room for many
more entries than there are accounts, since entries that do not fit are forgotten before their time."""

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEMO
"""A demo (and the tests) serve static files from the package, with nothing to collect first."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 2**18
"""Bytes of a form, files aside; which pages take files, and how large, is said where they are."""
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**30
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
"""What is handed in goes to the database and never through the folder for temporary files."""

SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not PLAIN_HTTP
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
"""Without a proxy anybody could send the header."""
SECURE_REFERRER_POLICY = "strict-origin"
"""Never a path: no personal link leaks. With "no-referrer" browsers send `Origin: null`, which fails CSRF."""
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not PLAIN_HTTP
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "heli.kernel.web.views.csrf_failed"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

WORKERS = int(os.environ.get("HELI_WORKERS") or min(4, max(2, os.cpu_count() or 1)))
"""Worker processes beside the server: two or more, so that one long job does not hold up all others."""

COMPLAINTS_URL = os.environ.get("HELI_COMPLAINTS_URL", "/complaints/")
COMPLAINTS_TEXT = os.environ.get("HELI_COMPLAINTS_TEXT", "")
"""Whom to ask, until a district says it on its page of settings; empty: the usual words."""
MAP_TILES = os.environ.get("HELI_MAP_TILES", "")
"""A base map, https://…/{z}/{x}/{y}.png; empty: points on an empty ground, nothing fetched."""
MAP_CREDIT = os.environ.get("HELI_MAP_CREDIT", "")
if MAP_TILES:
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"].append(
        "{0.scheme}://{0.netloc}".format(urlsplit(MAP_TILES))
    )

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "masked": {
            "()": "heli.kernel.lib.logs.MaskedFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "masked"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # who asks for a connection is told; every try in between is a line too much
    "loggers": {"psycopg.pool": {"level": "ERROR"}},
}
