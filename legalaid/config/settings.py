"""Settings of one installation. Every variable read here is documented in docs/configuration.md."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from legalaid.config.logs import logging_config
from legalaid.ops.postgres import url as private_database

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(env.str("STATE_DIR", default="./var")).resolve()

DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not DEMO:
        raise ImproperlyConfigured("SECRET_KEY is not set. Outside the demo the service does not start without it.")
    # The demo keeps its own random key in STATE_DIR, so links survive a restart and no key stands in the code.
    from legalaid.config.demo_key import demo_key

    SECRET_KEY = demo_key(STATE_DIR)

PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
REGION_NAME = env.str("REGION_NAME", default="Ростовская область")
REGION_CODE = env.str("REGION_CODE", default="61")
SUPPORT_PHONE = env.str("SUPPORT_PHONE", default="8 (800) 000-00-00")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    *(["django_linear_migrations"] if find_spec("django_linear_migrations") else []),  # a tool of development
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_cotton",
    "django_htmx",
    "django_vite",
    "procrastinate.contrib.django",
    "legalaid.journal",
    "legalaid.messaging",
    "legalaid.people",
    "legalaid.directory",
    "legalaid.intake",
    "legalaid.reception",
    "legalaid.dialogue",
    "legalaid.result",
    "legalaid.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "legalaid.web.headers.policies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "legalaid.people.backends.StaffMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "legalaid.web.wrong_way.wrong_way_page",
]

ROOT_URLCONF = "legalaid.config.urls"
WSGI_APPLICATION = "legalaid.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "legalaid.web.context.site",
                "legalaid.web.appearance.context.appearance",
                "legalaid.web.words.client_words",
            ],
        },
    }
]


def _database() -> dict[str, Any]:
    """DATABASE_URL, or the private server that `legalaid demo` keeps in STATE_DIR (see legalaid/ops/postgres.py)."""
    url = env.str("DATABASE_URL", default="")
    if not url:
        url = private_database(STATE_DIR)
    config: dict[str, Any] = environ.Env.db_url_config(url)
    config["ENGINE"] = "legalaid.kernel.postgres"
    config["HOST"] = unquote(str(config["HOST"]))  # a socket's folder comes quoted
    # A pool belongs to `live`, whose threads come and go. Elsewhere each thread keeps one connection (DB_POOL=0): a
    # pool hands it out and takes it back at every request, which costs more than it saves.
    size = env.int("DB_POOL", default=0)
    options = dict(config.get("OPTIONS") or {})
    # Hand-written statements are prepared by the server: planning one costs more than running it (kernel/sql.py).
    options["prepare_threshold"] = env.int("DB_PREPARE_AFTER", default=2) or None
    if options["prepare_threshold"]:
        # … and is planned once. Left to itself, the server takes to planning the large ones anew at every run as soon
        # as it has statistics of the tables: measured, 1.7 ms of processor a booking, 250 bookings a second for 400.
        options["options"] = f"{options.get('options', '')} -c plan_cache_mode=force_generic_plan".strip()
    config["OPTIONS"] = options
    if size:
        options["pool"] = {"min_size": 1, "max_size": size, "timeout": 10}
    else:
        config["CONN_MAX_AGE"] = 60
    # A server that was restarted must not cost one refused page for each connection kept (kernel/postgres/base.py).
    config["CONN_HEALTH_CHECKS"] = True
    config["TEST"] = {"NAME": f"test_{config['NAME']}"}
    return config


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "legalaid.people.backends.StaffBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/staff/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_ADAPTER = "legalaid.web.accounts.ClosedSignupAdapter"
ACCOUNT_FORMS = {
    "login": "legalaid.web.account_forms.StaffLoginForm",
    "request_login_code": "legalaid.web.account_forms.StaffCodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Русский")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
REGION_TIME_ZONE = env.str("REGION_TIME_ZONE", default="Europe/Moscow")

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "web" / "static"]
WHITENOISE_USE_FINDERS = True  # files are served from where the build put them: no collectstatic step to forget
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[.-][0-9a-zA-Z_-]{8,12}\..+$"
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "static_url_prefix": "client",
        "manifest_path": BASE_DIR / "web" / "static" / "client" / ".vite" / "manifest.json",
    }
}

# Own host only: no font, script, picture, socket or frame comes from elsewhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"  # the secret link never leaves in a Referer
X_FRAME_OPTIONS = "DENY"
HTTPS = PUBLIC_URL.startswith("https://")
SESSION_ENGINE = "legalaid.people.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
FILE_UPLOAD_HANDLERS = [
    "legalaid.web.uploads.Quota",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # tasks live in jobs.py of their app

EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = STATE_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="Правовая помощь онлайн <noreply@localhost>")

SMS_URL = env.str("SMS_URL", default="")
SMS_TOKEN = env.str("SMS_TOKEN", default="")
SMS_RECEIPT_SECRET = env.str("SMS_RECEIPT_SECRET", default="")

BUS_URL = env.str("BUS_URL", default="postgres:")
TURN_URLS = env.list("TURN_URLS", default=[])
TURN_SECRET = env.str("TURN_SECRET", default="")
TURN_ONLY = env.bool("TURN_ONLY", default=False)
if TURN_ONLY and not (TURN_URLS and TURN_SECRET):
    raise ImproperlyConfigured("TURN_ONLY is set without TURN_URLS and TURN_SECRET: nobody could talk to anybody.")
SFU_SECRET = env.str("SFU_SECRET", default="")
RECORDING_KEY = env.str("RECORDING_KEY", default="")
RECORDINGS_DIR = env.str("RECORDINGS_DIR", default=str(STATE_DIR / "recordings"))

LOGGING = logging_config(env.str("LOG_LEVEL", default="WARNING"))
