"""Django settings. Values that differ between installations come from `environment`."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from . import database, environment

# Whatever is wrong with the settings is told together, at the end.
environment.gather()

PACKAGE = Path(__file__).resolve().parent.parent
HOME = environment.home()

DEBUG = False
SECRET_KEY = environment.secret_key(HOME)
ALLOWED_HOSTS = environment.words(
    "XUECHENG_HOSTS", ["localhost", "127.0.0.1", "[::1]"], "Host names that this site answers to, separated by commas"
)
HTTPS = environment.flag("XUECHENG_HTTPS", "Whether people reach the site by https (cookies and HSTS)", default=False)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []

INSTALLED_APPS = [
    # Ours first: our templates stand in for those of the same name below.
    "xuecheng.web",
    "xuecheng.city.trace",
    "xuecheng.city.api",
    "xuecheng.city.vault",
    "xuecheng.city.territories",
    "xuecheng.city.organisations",
    "xuecheng.city.people",
    "xuecheng.city.access",
    "xuecheng.city.care",
    "xuecheng.city.jobs",
    "xuecheng.city.linking",
    "xuecheng.city.webhooks",
    "xuecheng.city.notices",
    "xuecheng.city.imports",
    "xuecheng.city.realname",
    "xuecheng.city.identity",
    "xuecheng.city.documents",
    "xuecheng.city.workdays",
    "xuecheng.city.mydata",
    "xuecheng.city.assurance",
    "xuecheng.city.search",
    "xuecheng.city.desk",
    "xuecheng.city.operations",
    "xuecheng.learning.proofs",
    "xuecheng.learning.creditbank",
    "xuecheng.learning.rollout",
    "xuecheng.learning.cards",
    "xuecheng.learning.records",
    "xuecheng.learning.recognition",
    "xuecheng.learning.collectives",
    "xuecheng.learning.exchange",
    "xuecheng.learning.foreign",
    "xuecheng.learning.redemption",
    "xuecheng.learning.transfers",
    "xuecheng.learning.priorlearning",
    "xuecheng.learning.account",
    "xuecheng.learning.credentials",
    "xuecheng.learning.badges",
    "xuecheng.learning.employers",
    "xuecheng.learning.network",
    "xuecheng.learning.supervision",
    "xuecheng.learning.announcements",
    "xuecheng.coordination.facilities",
    "xuecheng.coordination.staff",
    "xuecheng.coordination.volunteers",
    "xuecheng.coordination.courses",
    "xuecheng.coordination.classes",
    "xuecheng.coordination.enrolment",
    "xuecheng.coordination.colleges",
    "xuecheng.coordination.teaching",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
    "allauth.mfa",
    "django_cotton",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "xuecheng.config",
]

MIDDLEWARE = [
    # Before everything else: whose headers are believed, and the request's number.
    "xuecheng.web.requests.Arrival",
    # First, so that files, redirects and refused hosts bear their headers too.
    "xuecheng.web.middleware.SecurityHeaders",
    # What machines ask is neither logged nor counted.
    "xuecheng.city.operations.middleware.Probes",
    "xuecheng.city.operations.middleware.Watching",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "xuecheng.web.middleware.HeadAsGet",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "xuecheng.web.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "xuecheng.city.access.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "xuecheng.city.identity.middleware.Sessions",
    "xuecheng.city.identity.middleware.SecondFactorForStaff",
    "xuecheng.city.access.middleware.DenialsBecomeAnswers",
    "xuecheng.web.timing.TooSlow",
]

ROOT_URLCONF = "xuecheng.config.urls"
WSGI_APPLICATION = "xuecheng.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
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
                "xuecheng.web.templatetags.xc",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xuecheng.web.context.shell",
            ],
        },
    }
]
COTTON_DIR = "cotton"

DATABASES = {"default": database.current(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["xuecheng.city.people.backends.MergedAccounts"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# ASVS 6.2: length and known passwords decide, composition rules do not.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "xuecheng.city.identity.validators.NotGuessedFirst"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["sign_in_name", "name"]},
    },
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "sign_in_name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# Sign-in names are kept in small letters; looked up so, they are found by their index.
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_ADAPTER = "xuecheng.city.people.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "xuecheng.city.identity.forms.SignIn",
    "change_password": "xuecheng.city.identity.forms.ChangePassword",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
# ASVS 2.4.1, 6.3.1: wrong passwords are slowed down per address and per name.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "login": "60/m/ip"}
# Limits count by the client's network address; what is forwarded is believed of these alone (`web.requests`).
PROXY_ADDRESSES = environment.networks(
    "XUECHENG_PROXY_ADDRESSES", "Addresses or networks of one's own proxies, whose forwarded headers are believed"
)
ALLAUTH_TRUSTED_PROXY_COUNT = 0  # REMOTE_ADDR is the client's already
# Passkeys are a way in of their own, unlocked by finger, face or the screen's lock; `identity.recent` asks for a fresh
# proof before anything of this changes, so allauth need not ask a second time.
MFA_ADAPTER = "xuecheng.city.identity.adapters.SecondFactors"
MFA_FORMS = {
    "activate_totp": "xuecheng.city.identity.forms.ActivateApp",
    "authenticate": "xuecheng.city.identity.forms.GiveSecondFactor",
    "authenticate_webauthn": "xuecheng.city.identity.forms.SecondPasskey",
    "login_webauthn": "xuecheng.city.identity.forms.SignInWithPasskey",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_REAUTHENTICATION_REQUIRED = False
MFA_RECOVERY_CODE_DIGITS = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
IDENTITY_STAFF_SECOND_FACTOR = environment.flag(
    "XUECHENG_STAFF_SECOND_FACTOR",
    "Whether staff work only with a passkey or second factor; on where people reach the site by https",
    default=HTTPS,
)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "/"

# Programs ask so often a minute, each for itself; nameless ones (public figures, the token address) by their address.
API_PER_MINUTE = environment.number(
    "XUECHENG_API_PER_MINUTE", 600, "Requests a minute that one program or linked site may make", least=1
)
API_PER_MINUTE_NAMELESS = environment.number(
    "XUECHENG_API_PER_MINUTE_NAMELESS", 60, "Requests a minute from one address without a key or token", least=1
)
WEBHOOKS_MAY_STAY_INSIDE = environment.flag(
    "XUECHENG_WEBHOOKS_INSIDE",
    "Whether webhooks may go to private addresses and by plain http: for trials, never where strangers subscribe",
    default=False,
)
# Verification of credentials (learning.proofs): the keys and lists of other issuers lie at their own addresses.
FOREIGN_FILE_DAYS = environment.number(
    "XUECHENG_FOREIGN_FILE_DAYS",
    180,
    "Days for which a file from outside of which nothing counts or waits is kept",
    least=1,
)
# Clearing of exchange (learning.exchange, C-35).
CLEARING_MONTHS = environment.number(
    "XUECHENG_CLEARING_MONTHS", 1, "Months of exchange that are cleared together, counted from January", least=1
)
CLEARING_WAIT_DAYS = environment.number(
    "XUECHENG_CLEARING_WAIT_DAYS", 3, "Days after which such a period is drawn by itself if nobody drew it", least=1
)
# Verification by employers (learning.employers, C-89).
EMPLOYER_LISTS_A_DAY = environment.number(
    "XUECHENG_EMPLOYER_LISTS_A_DAY", 20, "Lists of credentials that one organisation has verified within a day", least=1
)
EMPLOYER_LIST_DAYS = environment.number(
    "XUECHENG_EMPLOYER_LIST_DAYS", 30, "Days for which the rows and answers of such a list are kept", least=1
)
EMPLOYER_CONSENT_DAYS = environment.number(
    "XUECHENG_EMPLOYER_CONSENT_DAYS",
    90,
    "Days for which somebody can agree that an organisation verifies their credentials; never more than 90",
    least=1,
)
PROOFS_MAY_ASK = environment.flag(
    "XUECHENG_VERIFY_ASKS",
    "Whether verification may ask other issuers' systems for keys and revocations; else that stays unproven",
    default=True,
)
PROOFS_MAY_STAY_INSIDE = environment.flag(
    "XUECHENG_VERIFY_INSIDE",
    "Whether verification may ask private addresses and by plain http: for trials, never where strangers verify",
    default=False,
)
# OpenID Connect, see `city.linking`: codes for a minute, access for ten, a refresh token rotates (ASVS 10.4).
IDP_OIDC_ADAPTER = "xuecheng.city.linking.oidc.OidcAdapter"
IDP_OIDC_PRIVATE_KEY = environment.oidc_key(HOME)
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN = 60
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 600
IDP_OIDC_ID_TOKEN_EXPIRES_IN = 300
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 30 * 24 * 3600
IDP_OIDC_ROTATE_REFRESH_TOKEN = True

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "config_cache"},
    # What hardly ever changes and every page shows: a query spared, and a minute's delay harms nobody.
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "process",
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    },
}
# How long numbers beside the places of the menu are shown again (`web.menu`).
MENU_COUNTS_S = 15

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILES_ROOT = HOME / "files"
FONT_FOLDER = environment.optional_text(
    "XUECHENG_FONT_FOLDER", "A folder with fonts for characters of names that the built-in fonts of transcripts lack"
)

# What identifies people is sealed; the keys that wrap its keys lie outside the database (SEC-01).
VAULT_KEY_PROVIDER = environment.text(
    "XUECHENG_KEY_PROVIDER",
    "xuecheng.city.vault.providers.FileProvider",
    "What keeps the key-encryption keys: a class by its dotted name",
)
VAULT_KEYS_FOLDER = environment.text(
    "XUECHENG_KEYS", str(HOME / "keys"), "Folder of the key-encryption keys; back it up apart from the data"
)
VAULT_CIPHER_SUITE = environment.text(
    "XUECHENG_CIPHER_SUITE", "aes256gcm+hmac-sha256", "Ciphers of new keys: aes256gcm+hmac-sha256 or sm4gcm+hmac-sm3"
)
VAULT_KEEP_DAYS = environment.number(
    "XUECHENG_KEYS_KEEP_DAYS", 35, "Days that a key no row uses is kept before it is destroyed"
)
REALNAME_SERVICE = environment.text(
    "XUECHENG_REALNAME_SERVICE",
    "",
    "What confirms identity documents outside: a class by its dotted name; empty: nobody",
)
LOOKS_AN_HOUR = environment.number(
    "XUECHENG_LOOKS_AN_HOUR", 300, "People whose pages one reader may open in an hour: a crawl through the city stops"
)
UNMASK_ALERT = environment.number(
    "XUECHENG_UNMASK_ALERT", 20, "Whole identity numbers one person may look at in a day before operators are alerted"
)

# Backups (config.backups). How much may be lost and how long a restore may take are the city's to say.
BACKUP_KEEP_DAYS = environment.number(
    "XUECHENG_BACKUP_DAYS", 30, "Days for which backups, and the log between them, are kept", least=1
)
BACKUP_KEEP_LEAST = environment.number(
    "XUECHENG_BACKUP_LEAST", 3, "Whole backups that are kept however old they are", least=1
)
BACKUP_RPO_MINUTES = environment.number(
    "XUECHENG_RPO_MINUTES", 5, "Minutes of work that may be lost with this machine; more is warned of", least=3
)
BACKUP_RTO_MINUTES = environment.number(
    "XUECHENG_RTO_MINUTES", 60, "Minutes that a restore may take; a longer drill is warned of", least=1
)

# Uploads are streamed to disk; the limit of each place is checked there (city.imports).
IMPORT_BYTES_LIMIT = (
    environment.number("XUECHENG_IMPORT_MB", 100, "Largest file that a page takes for import, in megabytes", least=1)
    * 1_000_000
)
# Documents: none means that files are honestly called "not scanned"; with a scanner, none is handed on before.
MALWARE_SCANNER = environment.text(
    "XUECHENG_SCANNER", "", "Address of ClamAV's daemon, tcp://host:port or unix:///path; without it nothing is scanned"
)
MALWARE_SCANNER_TIMEOUT_S = environment.number(
    "XUECHENG_SCANNER_TIMEOUT_S", 60, "How long the malware scanner may take for one file, in seconds", least=1
)
KEEP_EVIDENCE_YEARS = environment.number(
    "XUECHENG_KEEP_EVIDENCE_YEARS", 10, "How many years evidence of learning records is kept", least=1
)
KEEP_OBJECTION_YEARS = environment.number(
    "XUECHENG_KEEP_OBJECTION_YEARS", 3, "How many years files of a learner's objection are kept", least=1
)
FILE_UPLOAD_HANDLERS = [
    "xuecheng.city.imports.uploads.LimitedUpload",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# What leaves the house (city.notices). Without mail host and SMS provider, messages become files in the home folder.
SITE_ADDRESS = environment.text(
    "XUECHENG_ADDRESS", "", "Address under which people reach the site, for links in messages, such as https://…"
)
SECURITY_CONTACT = environment.text(
    "XUECHENG_SECURITY_CONTACT", "", "Whom to tell of a weakness of the site, mailto:… or https://…"
)
NOTICE_FOLDER = HOME / "outbox"
EMAIL_HOST = environment.text("XUECHENG_MAIL_HOST", "", "SMTP server for e-mail; none: mails become files")
_mail_tls = environment.one_of(
    "XUECHENG_MAIL_TLS", "starttls", ["starttls", "tls", "none"], "How the SMTP connection is kept private"
)
EMAIL_PORT = environment.number("XUECHENG_MAIL_PORT", 465 if _mail_tls == "tls" else 587, "Its port", least=1)
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail_tls == "starttls", _mail_tls == "tls"
EMAIL_HOST_USER = environment.text("XUECHENG_MAIL_USER", "", "Name at the SMTP server")
EMAIL_HOST_PASSWORD = environment.text("XUECHENG_MAIL_PASSWORD", "", "Password at the SMTP server")
EMAIL_BACKEND = "xuecheng.city.notices.senders.mail.EndingBackend"
EMAIL_TIMEOUT = 8  # each step
EMAIL_WHOLE_S = 60  # all of them; another worker takes the message after 120
DEFAULT_FROM_EMAIL = environment.text("XUECHENG_MAIL_FROM", "xuecheng@localhost", "Sender of e-mail")
SMS_URL = environment.text(
    "XUECHENG_SMS_URL", "", "Address of the SMS provider (https); none: text messages become files"
)
SMS_TOKEN = environment.text("XUECHENG_SMS_TOKEN", "", "Token for the SMS provider")
SMS_PRIVATE = environment.flag(
    "XUECHENG_SMS_PRIVATE", "Whether the SMS provider may lie inside our own network, and answer by http", default=False
)
SMS_TIMEOUT_S = 10
NOTICE_SENDERS = {"email": "smtp" if EMAIL_HOST else "file", "sms": "http" if SMS_URL else "file"}
MESSAGES_A_DAY = {
    "email": environment.number("XUECHENG_MAIL_A_DAY", 30, "Most e-mails to one person or address a day", least=1),
    "sms": environment.number("XUECHENG_SMS_A_DAY", 10, "Most text messages to one person or number a day", least=1),
}
# Parameters of access and of help for others; sources in docs/operations.md.
GLASS_HOURS = environment.number(
    "XUECHENG_GLASS_HOURS", 2, "Hours for which an emergency access opens records", least=1
)
GLASS_REVIEW_DAYS = environment.number(
    "XUECHENG_GLASS_REVIEW_DAYS", 5, "Days within which somebody else reviews an emergency access", least=1
)
PROXY_MOST_DAYS = environment.number(
    "XUECHENG_PROXY_DAYS", 366, "Longest time, in days, for which somebody may let a helper act for them", least=1
)
MYDATA_KEEP_DAYS = environment.number(
    "XUECHENG_MYDATA_KEEP_DAYS", 7, "Days for which the archive of a person's own data is kept", least=1
)
MYDATA_ANSWER_DAYS = environment.number(
    "XUECHENG_MYDATA_ANSWER_DAYS", 15, "Days within which a request about one's own data is answered", least=1
)
MYDATA_ERASURE_DAYS = environment.number(
    "XUECHENG_MYDATA_ERASURE_DAYS", 15, "Days for which somebody who asked to be erased can take it back", least=1
)
GUARDED_UNTIL_AGE = environment.number(
    "XUECHENG_GUARDED_AGE", 14, "Age at which guardians stop acting for a child, who is asked anew", least=1
)

TRIAL_PAYMENTS = environment.flag(
    "XUECHENG_TRIAL_PAYMENTS",
    "Whether fees can be paid on trial, without any money: for demonstrations only",
    default=False,
)

# What Prometheus must send to read `/metrics`; without it there is no such address (city.operations).
METRICS_TOKEN = environment.secret_text(
    "XUECHENG_METRICS_TOKEN",
    "Bearer token with which Prometheus reads /metrics; none: the address is not there",
    least=16,
)

SECURITY_CONTACT = environment.text(
    "XUECHENG_SECURITY_CONTACT", "", "Address for whoever found a weakness, shown on the page of security"
)

# Sessions end when they are not used, and at last in any case; of staff much sooner (ASVS 7.3.1, 7.3.2).
SESSION_IDLE_DAYS = environment.number(
    "XUECHENG_SESSION_IDLE_DAYS", 14, "Days without use after which a resident's session ends", least=1
)
SESSION_DAYS = environment.number("XUECHENG_SESSION_DAYS", 90, "Days after which any session ends", least=1)
STAFF_SESSION_IDLE_MINUTES = environment.number(
    "XUECHENG_STAFF_SESSION_IDLE_MINUTES", 120, "Minutes without use after which a session of staff ends", least=20
)
STAFF_SESSION_HOURS = environment.number(
    "XUECHENG_STAFF_SESSION_HOURS", 12, "Hours after which a session of staff ends", least=1
)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = SESSION_IDLE_DAYS * 24 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "xuecheng.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Messages name people: they lie in the session, not in a cookie that anybody can read (ASVS 14.3.3).
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
if HTTPS:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    # A cookie of this name is of this host alone, and came by https (ASVS 3.3.3).
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-django_language"
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

PROCRASTINATE_ON_APP_READY = "xuecheng.city.jobs.queue.on_app_ready"
PGHISTORY_APPEND_ONLY = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "xuecheng.config.logs.Line"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": environment.text("XUECHENG_LOG_LEVEL", "INFO", "Least level that is logged"),
    },
    "loggers": {
        "httpx": {"level": "WARNING"},
        "fido2": {"level": "WARNING"},
        # It logs paths, which may hold codes; each answer has its line from `xuecheng.requests`.
        "django.request": {"level": "ERROR"},
        # Whoever scans the net makes traces of it; the answer 400 has its line.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # At DEBUG it writes codes and refresh tokens down.
        "oauthlib": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
    },
}

SILENCED_SYSTEM_CHECKS = [
    "security.W004",  # HSTS and the secure cookies follow XUECHENG_HTTPS
    "security.W008",
    "security.W012",
    "security.W016",
]

environment.tell_all()
