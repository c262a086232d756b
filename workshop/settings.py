"""One settings file for every place the site runs; the environment says which.

Safe unless told otherwise: no secret, no start; HTTPS only; no debug pages. `.env.example`
explains every variable.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from workshop.logs import LOGGING as LOGGING

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

# What the site writes here: collected static files, the embedded database.
VAR_DIR = BASE_DIR / (env("VAR_DIR", default="") or "var")

DEBUG = env.bool("DEBUG", default=False)
HTTPS = env.bool("HTTPS", default=not DEBUG)

SECRET_KEY = env("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Put a long random text into the environment or into .env "
        "(see .env.example)."
    )

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- Apps and the request's way through them -------------------------------------------------

INSTALLED_APPS = [
    "workshop",
    # In the order in which a lost admission frees what was held: see registration/signals.py.
    "agenda",
    "worldcafe",
    "registration",
    "foundation.accounts",
    "foundation.mail",
    "foundation.backoffice",
    "foundation.series",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "workshop.apps.WorkshopAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_countries",
    "django_include_bootstrap",
    "lucide",
    "simple_history",
]

MIDDLEWARE = [
    "workshop.middleware.RequestId",
    "workshop.metrics.CountRequests",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "workshop.inputs.ReadableInput",
    "django.middleware.csrf.CsrfViewMiddleware",
    "workshop.middleware.UserForLogs",
    "workshop.middleware.SignInFirst",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "workshop.middleware.StaffNeedsSecondFactor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "workshop.middleware.CurrentWorkshop",
    "workshop.middleware.PageForWrongMethod",
]

ROOT_URLCONF = "workshop.urls"
WSGI_APPLICATION = "workshop.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "workshop.context.site",
            ],
        },
    },
]

# --- Database, cache --------------------------------------------------------------------------

# Unset, our backend starts the embedded PostgreSQL at the first connection.
if env("DATABASE_URL", default=""):
    DATABASES = {"default": env.db("DATABASE_URL")}
else:
    DATABASES = {"default": {"ENGINE": "tools.embedded_postgresql", "NAME": "workshop"}}
# What waits longer than these ends with templates/503.html. A pooler doesn't pass them on: behind
# one the role has them (deploy/database.sql).
DATABASE_LIMITS = {
    "lock_timeout": "4s",
    "statement_timeout": "20s",
    "idle_in_transaction_session_timeout": "60s",
}
# A cursor kept on the server is lost where a pooler gives its connection to the next transaction.
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
_limits = " ".join(f"-c {name}={value}" for name, value in DATABASE_LIMITS.items())
_given = DATABASES["default"].get("OPTIONS", {})
DATABASES["default"]["OPTIONS"] = {"connect_timeout": 5, "options": _limits} | _given
EMBEDDED_POSTGRESQL: dict[str, Any] = {
    "folder": VAR_DIR / "postgres",
    "bin_dir": env("POSTGRESQL_BIN_DIR", default=""),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if env("CACHE_URL", default=""):
    CACHES = {"default": env.cache("CACHE_URL")}
    if CACHES["default"]["BACKEND"].endswith("RedisCache"):  # its client would wait for ever
        CACHES["default"].setdefault("OPTIONS", {"socket_connect_timeout": 2, "socket_timeout": 2})
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
            # What is counted for the limits: a few rows for each mailbox and network. Past this
            # number a third is thrown away, and with it the limits; Django's own is 300.
            "OPTIONS": {"MAX_ENTRIES": 50_000},
        }
    }

# --- People and sign-in -----------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "foundation.accounts.sign_in.AccountAdapter"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# A mailed code proves the address, and passwords are given to operators alone. So allauth keeps no
# addresses of its own beside `User.email`: one left behind there would go on signing people in.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "confirm_login_code": "foundation.accounts.code_forms.ConfirmCodeForm",
    "request_login_code": "foundation.accounts.sign_in_form.RequestCodeForm",
}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # mail can be slow; `templates/account` says ten minutes
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_LOGIN_TIMEOUT = 3 * ACCOUNT_LOGIN_BY_CODE_TIMEOUT  # a code, and the two sent again
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_PREVENT_ENUMERATION = True
# A key is a mailbox and the network that asks for it: nobody uses up what is somebody else's
# (foundation/accounts/limits.py). A network alone is counted loosely: a hotel, an office. What is
# refused by its key does not count for its network. `templates/429.html` says five minutes of
# allauth's own limits: none lasts longer.
ACCOUNT_RATE_LIMITS = {
    "login": "100/5m/ip",
    "login_failed": "5/5m/key,100/5m/ip",
    "register": "5/h/key,20/m/ip,100/h/ip",
    "request_login_code": None,  # counted as sign_in_code, with each code that is sent again
    "sign_in_code": "3/m/key,10/h/key,100/m/ip,1000/h/ip",
}
MFA_RATE_LIMITS = {"webauthn_login": "100/5m/ip"}
ACCOUNT_SESSION_REMEMBER = True
# Nobody signs up, but the form to sign in by password has its field only where this names it.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
MFA_FORMS = {
    "activate_totp": "foundation.accounts.code_forms.ActivateTOTPForm",
    "authenticate": "foundation.accounts.code_forms.AuthenticateForm",
    "reauthenticate": "foundation.accounts.code_forms.ReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A browser counts 127.0.0.1 as secure; WebAuthn itself wants HTTPS everywhere else.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_TOLERANCE = 1  # telephones' clocks run early or late
SITE_NAME = MFA_TOTP_ISSUER = env("SITE_NAME", default="Regional workshops")

# How many proxies of ours stand in front; an address in X-Forwarded-For is believed only from them.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# Where the site is reached from outside: mails carry whole addresses.
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")

# --- Mail: written as messages, delivered by `manage.py worker` (docs/mail.md) -------------------

EMAIL_BACKEND = "foundation.mail.backend.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
DELIVERY = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25")
globals().update({name: value for name, value in DELIVERY.items() if name != "EMAIL_BACKEND"})
# The way out; an SMTP server's is ours, which knows how far a conversation had come.
MAIL_DELIVERY_BACKEND = DELIVERY["EMAIL_BACKEND"].replace(SMTP, "foundation.mail.smtp.SMTPBackend")
EMAIL_TIMEOUT = 10  # seconds until the mail server has greeted
MAIL_ANSWER_TIMEOUT = 30  # seconds for each answer after that
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="workshop@example.org")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Language, time -----------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
USE_I18N = True
FORMAT_MODULE_PATH = ["workshop.formats"]
USE_TZ = True
TIME_ZONE = "UTC"  # each workshop's pages switch to the workshop's own zone

COUNTRIES_COMMON_NAMES = True
# As the customer writes them; South Korea, Taiwan and the like are common names already.
COUNTRIES_OVERRIDE = {"TL": "Timor Leste", "VN": "Viet Nam"}

# --- Static files, forms ------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Files go by their hashed names alone: half as many to compress and to keep.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Security -----------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^(?:healthz|readyz|metrics)$"]  # asked from inside, past the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:"],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
    }
}

# --- Privacy ------------------------------------------------------------------------------------

# Dietary, access and other sensitive answers are erased this many days after the workshop's end.
SENSITIVE_DETAILS_KEPT_DAYS = env.int("SENSITIVE_DETAILS_KEPT_DAYS", default=30)
# How long the link in a registration mail, and a personal invitation, stay good.
VERIFY_LINK_GOOD_FOR = timedelta(days=3)
INVITATION_GOOD_FOR = timedelta(days=30)
# How long a freed seat is kept for the first in line; never past the workshop's first day.
OFFER_GOOD_FOR = timedelta(days=3)

# Who has it may read /metrics; without one there is no such address.
METRICS_TOKEN = env("METRICS_TOKEN", default="")
