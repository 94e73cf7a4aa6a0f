"""All settings, from environment variables. `.env.example` documents each of them."""

import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from diskcache import JSONDisk

from videostudio.env import Env
from videostudio.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")
env = Env(BASE_DIR)

# Who and where
DEBUG = env.flag("DEBUG")
PORT = env.whole("PORT", 8000, least=1, most=65535)
SITE_URL = env.url("SITE_URL", f"http://localhost:{PORT}")
SECRET_KEY = env.text("SECRET_KEY", "only-for-development" if DEBUG else "")
env.require(
    DEBUG or len(SECRET_KEY) >= 32,
    "SECRET_KEY is missing or shorter than 32 characters: set it to a long random text, for example from"
    " python3 -c 'import secrets; print(secrets.token_urlsafe(50))'.",
)
_host = urlsplit(SITE_URL).hostname or "localhost"
_is_local = _host in {"localhost", "127.0.0.1"}
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") + [_host] + (["localhost", "127.0.0.1"] if _is_local else [])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
_https = SITE_URL.startswith("https://")
env.require(_https or _is_local or DEBUG, "SITE_URL must start with https:// unless it is this machine.")

# What it is made of
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials",
    "django_q",
    "axes",
    "csp",
    "ninja",
    "ninja_jwt",
    "brands",
    "jobs",
]
MIDDLEWARE = [
    "videostudio.problems.ApiAnswers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "videostudio.urls"
WSGI_APPLICATION = "videostudio.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "videostudio.context.studio",
            ],
        },
    }
]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Data: SQLite or PostgreSQL
DATA_DIR = env.path("DATA_DIR", "var")
DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'studio.sqlite3'}")
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
_database = DATABASES["default"]
if "sqlite" in str(_database.get("ENGINE", "")):
    # Measured: without all of these, web and workers meet "database is locked".
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
    }
    DATA_DIR.mkdir(parents=True, exist_ok=True)
else:
    env.require(
        "postgresql" in str(_database.get("ENGINE", "")), "DATABASE_URL must start with sqlite:/// or postgres://."
    )
_database["CONN_MAX_AGE"] = 60

# Cache and queue: disk and database, or Redis
REDIS_URL = env.url("REDIS_URL", schemes=("redis", "rediss", "unix"))
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {
        "default": {
            "BACKEND": "diskcache.DjangoCache",
            "LOCATION": str(DATA_DIR / "cache"),
            # JSON, not pickle: a writable cache folder must not become code.
            "OPTIONS": {"disk": JSONDisk, "size_limit": 256 * 2**20},
        }
    }
WORKERS = env.whole("WORKERS", 2, least=1, most=64)
RENDER_WORKERS = env.whole("RENDER_WORKERS", 1, least=1, most=64)
_queue = {
    "name": "studio",
    "poll": 0.1,
    "save_limit": -1,
    "catch_up": False,
    "ack_failures": True,
    "guard_cycle": 1,
    "queue_limit": 8,
    **({"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}),
}
# The limits of ffmpeg and of a download (300 s) < timeout < retry: finished work must not come a second time.
Q_CLUSTER = _queue | {
    "workers": WORKERS,
    "timeout": 420,
    "retry": 1200,
    "ALT_CLUSTERS": {"render": _queue | {"workers": RENDER_WORKERS, "timeout": 600, "retry": 1800, "queue_limit": 2}},
}

# Files: a folder, or an S3 bucket
VIDEO_STORAGE_PATH = env.path("VIDEO_STORAGE_PATH", str(DATA_DIR / "files"))
STORAGE_RESERVE_MB = env.whole("STORAGE_RESERVE_MB", 200)
S3_BUCKET = env.text("S3_BUCKET")
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VIDEO_STORAGE_PATH}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if S3_BUCKET:
    from botocore.config import Config

    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.url("S3_ENDPOINT") or None,
            "access_key": env.text("S3_ACCESS_KEY") or None,
            "secret_key": env.text("S3_SECRET_KEY") or None,
            "region_name": env.text("S3_REGION", "us-east-1"),
            "file_overwrite": True,
            "client_config": Config(
                connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 3}
            ),
        },
    }
MEDIA_ROOT = VIDEO_STORAGE_PATH
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
if DEBUG or "pytest" in sys.modules:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# Engine: Replicate with a key, the local one without
REPLICATE_API_KEY = env.text("REPLICATE_API_KEY") or env.text("REPLICATE_API_TOKEN")
REPLICATE_API_BASE = env.url("REPLICATE_API_BASE", "https://api.replicate.com/v1")
ENGINE = env.text("ENGINE", "replicate" if REPLICATE_API_KEY else "local", choices=("local", "replicate"))
env.require(ENGINE != "replicate" or bool(REPLICATE_API_KEY), "ENGINE is replicate but REPLICATE_API_KEY is empty.")
BREAKER_SECONDS = env.whole("BREAKER_SECONDS", 60, least=1, most=3600)
"""How long a provider that fails again and again is left alone before one request tries it."""
PROVIDER_WEBHOOK_BASE = env.url("PROVIDER_WEBHOOK_BASE", SITE_URL if _https else "")
REPLICATE_WEBHOOK_SECRET = env.text("REPLICATE_WEBHOOK_SECRET")

# Money, US dollars
DAILY_BUDGET_SOFT = env.money("DAILY_BUDGET_SOFT", "100")
DAILY_BUDGET_HARD = env.money("DAILY_BUDGET_HARD", "150")
env.require(DAILY_BUDGET_SOFT <= DAILY_BUDGET_HARD, "DAILY_BUDGET_SOFT must not exceed DAILY_BUDGET_HARD.")

# Operators
ALERT_WEBHOOK_URL = env.text("ALERT_WEBHOOK_URL")
env.require(
    not ALERT_WEBHOOK_URL or urlsplit(ALERT_WEBHOOK_URL).scheme in ("http", "https"),
    "ALERT_WEBHOOK_URL must start with https:// or http://.",
)
METRICS_TOKEN = env.text("METRICS_TOKEN")
env.require(not METRICS_TOKEN or len(METRICS_TOKEN) >= 16, "METRICS_TOKEN is shorter than 16 characters.")

# People and what protects them
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=10)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "videos"
LOGOUT_REDIRECT_URL = "sign-in"
NINJA_JWT = {"ACCESS_TOKEN_LIFETIME": timedelta(minutes=15), "REFRESH_TOKEN_LIFETIME": timedelta(days=14)}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = False  # the proxy's task; redirecting here would hide a wrong SITE_URL
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_REFERRER_POLICY = "same-origin"
# Sending people to https, and preloading for the whole domain, are for whoever owns proxy and domain.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

LOGGING = logging_config(
    level=env.text("LOG_LEVEL", "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR")),
    style=env.text("LOG_FORMAT", "json", choices=("json", "text")),
)
env.check()
