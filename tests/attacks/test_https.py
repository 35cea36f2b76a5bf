"""With https on: asked in another process, since settings are read once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

_ASK = """
import json, sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
settings.CACHES = settings.CACHES | {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
django.setup()
from django.test import Client
from django.urls import reverse
address = reverse("web:set_preferences")
client = Client(headers={"x-forwarded-proto": "https", "host": "localhost"})
chosen = client.post(address, {"mode": "elder", "language": "en", "theme": "dark", "next": "/"})
page = client.get(address)
cookies = {}
for answer in (chosen, page):
    for name, one in answer.cookies.items():
        cookies[name] = {key: one[key] for key in ("secure", "httponly", "samesite", "path", "domain")}
print(json.dumps({
    "cookies": cookies,
    "is_english": '<html lang="en"' in page.content.decode(),
    "hsts": [answer.headers.get("Strict-Transport-Security", "") for answer in (
        page, chosen, client.get("/static/nothing.css"), client.get("/", headers={"host": "evil.example"})
    )],
    "session": {
        "name": settings.SESSION_COOKIE_NAME, "secure": settings.SESSION_COOKIE_SECURE,
        "httponly": settings.SESSION_COOKIE_HTTPONLY, "samesite": settings.SESSION_COOKIE_SAMESITE,
        "path": settings.SESSION_COOKIE_PATH, "domain": settings.SESSION_COOKIE_DOMAIN or "",
    },
    "messages": settings.MESSAGE_STORAGE,
}))
"""


@cache
def _by_https() -> dict[str, Any]:
    environment = os.environ | {"XUECHENG_HTTPS": "1", "XUECHENG_PROXY_ADDRESSES": "127.0.0.1"}
    done = subprocess.run(
        check=False,
        args=[sys.executable, "-W", "ignore", "-c", _ASK, connection.settings_dict["NAME"]],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_cookies_are_for_this_host_and_https_only() -> None:
    asked = _by_https()
    cookies = asked["cookies"] | {asked["session"].pop("name", "__Host-sessionid"): asked["session"]}
    assert {"__Host-csrftoken", "__Host-xc_mode", "__Host-xc_theme", "__Host-django_language"} <= set(cookies)
    for name, one in cookies.items():
        assert name.startswith("__Host-"), name
        assert one == {"secure": True, "httponly": True, "samesite": "Lax", "path": "/", "domain": ""}, name
    assert asked["messages"].endswith("SessionStorage"), "what messages say is not for a cookie"


def test_choices_are_read_back_from_them() -> None:
    assert _by_https()["is_english"]


def test_every_answer_asks_for_https_for_a_year() -> None:
    assert set(_by_https()["hsts"]) == {"max-age=31536000; includeSubDomains"}
