"""Settings of the peer: django-hordak with what its manual asks for, and nothing else."""

from __future__ import annotations

import os

SECRET_KEY = "measurement only"  # noqa: S105  # no sessions, no signing
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["PEER_DATABASE"],
        "USER": "postgres",
        "HOST": os.environ["PEER_HOST"],
        # A connection lives as long as its thread: nothing is charged for connecting.
        "CONN_MAX_AGE": None,
    }
}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "mptt", "djmoney", "hordak"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DEFAULT_CURRENCY = "EUR"
CURRENCIES = ["EUR"]
