"""Settings of every process.  What comes from outside is checked in servicedesk/environment.py."""

import importlib.util
import os
from pathlib import Path

from csp.constants import NONE, SELF
from whitenoise.compress import Compressor

from servicedesk import environment, state
from servicedesk.log import LOGGING as LOGGING

BASE_DIR = Path(__file__).resolve().parent.parent

try:
    ENVIRONMENT = environment.read(os.environ)
    STATE = state.folder()
except (environment.Refusal, state.StateError) as refusal:
    raise SystemExit(f"启动中止：{refusal}") from None

# Handed to the code -----------------------------------------------------------------------------

DEMO = ENVIRONMENT.demo
DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
RECEIPT_KEY = ENVIRONMENT.receipt_key
PUBLIC_URL = ENVIRONMENT.public_url
REDIS_URL = ENVIRONMENT.redis_url
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts

# The house ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "tickets",
    "volunteers",
    "notices",
    "accounts",
    "stations",
    "accounts.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servicedesk.apps.StaticFiles",
    "django.contrib.postgres",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "csp",
]

MIDDLEWARE = [
    # The first four see every response, whoever made it: pages, errors, static files.
    "servicedesk.middleware.ResponseHeaders",
    "django.middleware.security.SecurityMiddleware",
    "servicedesk.middleware.PlainRefusals",
    "servicedesk.middleware.NotedRefusals",
    "servicedesk.middleware.CleanRequests",
    "servicedesk.health.Probes",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.DeviceMiddleware",
    "servicedesk.middleware.SignInRequired",
    "accounts.middleware.MustChangePasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "servicedesk.urls"
WSGI_APPLICATION = "servicedesk.wsgi.application"
FORM_RENDERER = "servicedesk.widgets.Renderer"
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
                "servicedesk.context.product",
                "tickets.context.navigation",
                "accounts.context.shell",
                "notices.context.bell",
            ],
            "libraries": {"frame": "servicedesk.frame", "heroicons": "servicedesk.icons"},
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Database ----------------------------------------------------------------------------------------

IS_WEB = os.environ.get("SERVICEDESK_PROCESS") == "web"
# A page that waits longer than this has lost its reader; migrations and backups may take long.
WEB_LIMITS = "-c statement_timeout=10000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=30000"
# Queries prepared by stations.composed and stations.together: else those whose values change PostgreSQL's estimates
# are planned at every call, which takes ten times as long as running them.
PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan"
# Seconds after which a quiet line is asked whether the other machine is still there, and how often it may not answer.
KEEPALIVES = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}

DATABASES = {
    "default": {
        **ENVIRONMENT.database,
        "ENGINE": "servicedesk.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "connect_timeout": 3,
            **KEEPALIVES,
            **({"options": f"{WEB_LIMITS} {PLANNED_ONCE}"} if IS_WEB else {}),
            **ENVIRONMENT.database.get("OPTIONS", {}),
        },
    }
}

# People ------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.PersonBackend"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "accounts.passwords.CommonValidator"},
    {"NAME": "accounts.passwords.DigitsValidator"},
    {
        "NAME": "accounts.passwords.SimilarValidator",
        "OPTIONS": {"user_attributes": ("phone", "name")},
    },
    {"NAME": "accounts.passwords.OwnWordsValidator"},
]
# Who above accounts is told when somebody's posts change; imports run downwards only.
POST_FOLLOWERS = ["volunteers.profiles.follow"]
# Who above accounts says beforehand what else the end of a post would change.
POST_WARNINGS = ["volunteers.seating.leaving.warning"]
# Own proxies in front of us whose X-Forwarded-For counts for the sign-in throttle (docs/decisions/0004).
TRUSTED_HOPS = 0 if DEMO else 1

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# What the browser is told ------------------------------------------------------------------------

_COOKIE = "" if DEMO else "__Host-"
SESSION_COOKIE_NAME = f"{_COOKIE}session"
CSRF_COOKIE_NAME = f"{_COOKIE}csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# The resident's receipt in a browser; with a path of its own it may not carry the __Host- prefix.
RECEIPT_COOKIE_NAME = "receipt" if DEMO else "__Secure-receipt"
RECEIPT_COOKIE_PATH = "/t/"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "servicedesk.views.csrf_failure"

SECURE_SSL_REDIRECT = not DEMO
# Probes come from the machine itself, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if DEMO else 2 * 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Bootstrap's own stylesheet draws check marks and arrows from data: images.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "report-uri": "/csp-report/",
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# Files -------------------------------------------------------------------------------------------

# The package puts its files beside its module: .../site-packages/bootstrap/{css,js}.
_BOOTSTRAP = importlib.util.find_spec("bootstrap_wrapper")
assert _BOOTSTRAP and _BOOTSTRAP.origin
STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/bootstrap", Path(_BOOTSTRAP.origin).parent.parent / "bootstrap"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "servicedesk.static_files.Storage"},
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Photos are handed out by views that ask who is looking: no URL leads into the folder.
MEDIA_ROOT = ENVIRONMENT.media_root
FILE_UPLOAD_PERMISSIONS = 0o640
# Backups hold everything: a folder of their own, better on another disk.
BACKUP_ROOT = ENVIRONMENT.backup_root or STATE / "backups"

# Mail --------------------------------------------------------------------------------------------

vars().update(ENVIRONMENT.email)
EMAIL_TIMEOUT = 10  # seconds, for each answer of the server; a letter in all: notices.channels.alarm
DEFAULT_FROM_EMAIL = ENVIRONMENT.email_from
# Where messages to groups may go, scheme and host; all else is refused when it is typed and when it is sent.
ROBOT_ORIGINS = ["https://qyapi.weixin.qq.com"]

# Celery: a message is only a nudge, the truth stands in tables -----------------------------------

BROKER_FOLDER = STATE / "broker"
CELERY_BROKER_URL = REDIS_URL or "folders://localhost"  # servicedesk/folders.py
# A worker that dies gives its message back after ten minutes; three times the longest task takes less.
OVER_REDIS = {"visibility_timeout": 600, "socket_timeout": 1, "socket_connect_timeout": 1}
IN_FOLDERS = {
    "data_folder_in": str(BROKER_FOLDER / "queue"),
    "data_folder_out": str(BROKER_FOLDER / "queue"),
    "control_folder": str(BROKER_FOLDER / "control"),
    "processed_folder": str(BROKER_FOLDER / "processed"),
    "unreadable_folder": str(BROKER_FOLDER / "unreadable"),
    "polling_interval": 0.5,  # seconds; a worker that takes one message at a time does so twice a second
}
CELERY_BROKER_TRANSPORT_OPTIONS = OVER_REDIS if REDIS_URL else IN_FOLDERS
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False  # beat comes again soon; one retry with a Redis that hangs took 3 s, not 1
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# Seconds until a killed child's message is given back; no result could still come.
CELERY_WORKER_LOST_WAIT = 1
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_IMPORTS = ["servicedesk.jobs"]
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE / "beat-schedule")
# Seconds. Every job asks the database what there is to do, so none has to run at a certain hour, and beat may lose
# its file. A message that nobody took in time is no use any more: the next one asks the same.
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "servicedesk.heartbeat", "schedule": 60, "options": {"expires": 60}},
    "deliver notices": {
        "task": "notices.deliver", "schedule": 15, "options": {"expires": 15},
    },
    "flag overdue clocks": {
        "task": "tickets.flag_overdue", "schedule": 60, "options": {"expires": 60},
    },
    "end the waiting for residents": {
        "task": "tickets.lapse_waiting", "schedule": 60, "options": {"expires": 60},
    },
    "close unrated tickets": {
        "task": "tickets.close_unrated", "schedule": 600, "options": {"expires": 600},
    },
    "sweep photos": {
        "task": "tickets.sweep_photos", "schedule": 3600, "options": {"expires": 3600},
    },
    "tell what nobody can act on": {
        "task": "tickets.tell_ownerless", "schedule": 300, "options": {"expires": 300},
    },
    "note who came and who did not": {
        "task": "volunteers.attend", "schedule": 300, "options": {"expires": 300},
    },
    "count for the reports": {
        "task": "tickets.tally", "schedule": 60, "options": {"expires": 60},
    },
    "reconcile once a night": {
        "task": "tickets.reconcile", "schedule": 600, "options": {"expires": 600},
    },
    "make a backup once a night": {
        "task": "tickets.backup", "schedule": 600, "options": {"expires": 600},
    },
    "make the shifts of the weeks to come": {
        "task": "volunteers.generate_shifts", "schedule": 3600, "options": {"expires": 3600},
    },
    "remind of shifts": {
        "task": "volunteers.remind", "schedule": 300, "options": {"expires": 300},
    },
    "give free seats to who waits": {
        "task": "volunteers.move_up", "schedule": 300, "options": {"expires": 300},
    },
    "import old ledgers": {
        "task": "tickets.import_ledgers", "schedule": 15, "options": {"expires": 15},
    },
    "forget old deliveries": {
        "task": "notices.forget_old", "schedule": 3600, "options": {"expires": 3600},
    },
    "forget old sessions": {
        "task": "servicedesk.forget_old_sessions", "schedule": 3600, "options": {"expires": 3600},
    },
}  # fmt: skip
