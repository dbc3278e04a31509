"""Settings of Khumkan. What differs between offices comes from the environment; no setting switches safety off.

`KHUMKAN_PRODUCTION=1` asks for every secret from the environment. Without it, secrets are made once and kept in `var/`,
the address is loopback, and the demonstration may be on.
"""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from khumkan.config import environment, secrets

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("KHUMKAN_VAR", ROOT / "var"))
PRODUCTION = os.environ.get("KHUMKAN_PRODUCTION") == "1"
KHUMKAN_DEMO = os.environ.get("KHUMKAN_DEMO") == "1"
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
DEBUG = False

ALLOWED_HOSTS = environment.text("KHUMKAN_HOSTS", ",".join(LOOPBACK)).split(",")
if KHUMKAN_DEMO and (PRODUCTION or not set(ALLOWED_HOSTS) <= set(LOOPBACK)):
    raise ImproperlyConfigured("The demonstration signs people in with one click: it runs on loopback only.")
if not PRODUCTION and not set(ALLOWED_HOSTS) <= set(LOOPBACK):
    raise ImproperlyConfigured("KHUMKAN_HOSTS names more than this machine: that asks for KHUMKAN_PRODUCTION=1.")
#: How many proxies of ours a request passes; each adds to X-Forwarded-For whom it saw.
KHUMKAN_PROXIES = environment.number("KHUMKAN_PROXIES", 0)

_secrets = secrets.from_environment() if PRODUCTION else secrets.kept_in(VAR)
SECRET_KEY = _secrets.secret_key
#: Sealing keys by id (1 to 255), base64 of 32 bytes; the highest id seals, all of them open.
KHUMKAN_KEYS = _secrets.sealing_keys
KHUMKAN_INDEX_KEY = _secrets.index_key
#: Ed25519 private key (base64 of 32 bytes) that signs the seals of the record.
KHUMKAN_RECORD_KEY = _secrets.record_key
#: Ed25519 keys of vaccination certificates by number: the highest private one signs, all of them verify.
KHUMKAN_CERTIFICATE_KEYS = _secrets.certificate_keys

#: Ours come first: where Django has another Thai word for the same English one, ours is used.
INSTALLED_APPS = [
    "khumkan.ui",
    "khumkan.record",
    "khumkan.registry",
    "khumkan.places",
    "khumkan.accounts",
    "khumkan.policies",
    "khumkan.messages",
    "khumkan.capacity",
    "khumkan.screening",
    "khumkan.isolation",
    "khumkan.vaccination",
    "khumkan.loans",
    "khumkan.hotline",
    "khumkan.situation",
    "khumkan.journeys",
    "khumkan.web",
    "khumkan.web.sign_in",
    "khumkan.api",
    "khumkan.simulation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "procrastinate.contrib.django",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "khumkan.web.middleware.PersonalPages",
    "khumkan.web.middleware.ReadableAddresses",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "khumkan.ui.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "khumkan.accounts.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "khumkan.web.middleware.Refusals",
    "khumkan.record.idempotency.IdempotencyMiddleware",
]

ROOT_URLCONF = "khumkan.config.urls"
WSGI_APPLICATION = "khumkan.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "khumkan" / "ui"],  # each component keeps its template in its own folder
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "khumkan.ui.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "khumkan.ui.context.page",
            ],
        },
    }
]
FORM_RENDERER = "khumkan.ui.renderer.Renderer"
#: What pages need from above the `ui` layer: dotted paths of functions of the request.
UI_NAVIGATION = "khumkan.web.navigation.for_request"
UI_PERSON_TABS = "khumkan.web.navigation.tabs_of_person"
#: What roles and tokens are limited to, by name: a class as `khumkan.accounts.scopes.Directory`.
ACCOUNTS_SCOPES = "khumkan.web.scopes.Directory"
#: How another system is told what went wrong: `(request, status, code=…, detail=…)`.
UI_API_PROBLEM = "khumkan.api.problems.for_status"
#: How a request that was repeated wrongly is answered: `(request, status, text=…, code=…)`.
RECORD_REFUSAL_PAGE = "khumkan.ui.errors.error_page"
#: The page that shows every component, for those who build pages.
GALLERY = KHUMKAN_DEMO
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"


def _database(url: str) -> dict[str, object]:
    """Return Django's settings for a `postgresql://` URL; a socket folder may stand in `?host=`."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql:// : Khumkan runs on PostgreSQL only.")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "khumkan.config.database",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,  # by the socket: see the backend
        "OPTIONS": {"application_name": "khumkan", **options},
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL") or "postgresql://postgres@/khumkan")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "khumkan.ui.errors.csrf_failed"
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

LANGUAGE_CODE = "th"
LANGUAGES = [("th", _("Thai")), ("en", _("English"))]
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Asia/Bangkok"
USE_TZ = True
USE_I18N = True
#: The kernel is no application, but it speaks.
LOCALE_PATHS = [ROOT / "khumkan" / "kernel" / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "files"}},
    "staticfiles": {"BACKEND": "khumkan.ui.static_files.StaticFiles"},
}
WHITENOISE_MANIFEST_STRICT = True

PROCRASTINATE_ON_APP_READY = None
EMAIL_BACKEND = environment.text("KHUMKAN_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = environment.text("KHUMKAN_EMAIL_HOST", "localhost")
EMAIL_PORT = environment.number("KHUMKAN_EMAIL_PORT", 25)
EMAIL_HOST_USER = environment.text("KHUMKAN_EMAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("KHUMKAN_EMAIL_PASSWORD")
_email_tls = environment.text("KHUMKAN_EMAIL_TLS", "none")
if _email_tls not in ("none", "starttls", "always"):
    raise ImproperlyConfigured("KHUMKAN_EMAIL_TLS must be none, starttls or always.")
EMAIL_USE_TLS, EMAIL_USE_SSL = _email_tls == "starttls", _email_tls == "always"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("KHUMKAN_EMAIL_FROM", f"khumkan@{ALLOWED_HOSTS[0]}")
#: The address of this installation, for links in messages.
KHUMKAN_ADDRESS = environment.text(
    "KHUMKAN_ADDRESS",
    f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else f"http://127.0.0.1:{os.environ.get('PORT') or '8000'}",
)
#: How messages leave the house: JSON, described in `khumkan.messages.config`. Without it they go to the inbox page.
KHUMKAN_MESSAGES = environment.mapping("KHUMKAN_MESSAGES")
if PRODUCTION and not KHUMKAN_MESSAGES:
    raise ImproperlyConfigured("KHUMKAN_MESSAGES is missing in the environment: messages would reach nobody.")
#: Codes by SMS that the office pays for in an hour; half of them at once.
KHUMKAN_SMS_CODES_AN_HOUR = environment.number("KHUMKAN_SMS_CODES_AN_HOUR", 100_000)
#: Other providers that sign people in, such as ThaiD: JSON, described in `khumkan.accounts.oidc.providers`.
KHUMKAN_OIDC = environment.mapping("KHUMKAN_OIDC")
#: The domain that passkeys of staff are bound to; without it the host of each request.
KHUMKAN_PASSKEY_SITE = environment.text("KHUMKAN_PASSKEY_SITE")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("KHUMKAN_LOG", "WARNING")},
}
