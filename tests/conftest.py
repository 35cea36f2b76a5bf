"""One embedded server for the whole run; the application's rights, not the owner's, in every test."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("XUECHENG_HOME", str(ROOT / "var" / "test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuecheng.config.settings")
# Databases are made and migrated by the owner; `acts_as_application` then steps down.
os.environ["XUECHENG_IDENTITY"] = "owner"
# Playwright's loop runs in the main thread; the ORM calls of a browser test are ordinary synchronous ones.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# Nobody's backups are written to by a test.
os.environ.pop("XUECHENG_BACKUPS", None)
# Nor is anybody outside asked for keys: a test that verifies by request brings its own server.
os.environ["XUECHENG_VERIFY_ASKS"] = "0"

import pytest
from xdist.scheduler import LoadScopeScheduling

from xuecheng.config import database, embedded

if database.outside_url() is None:
    embedded.start(
        Path(os.environ["XUECHENG_HOME"]),
        # Tests survive a killed process, not a power cut: flushing would only wear the disk.
        parameters={
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "shared_buffers": "256MB",
            # It would note between two tests that every table is empty, and a page of the next be planned for that:
            # minutes of nested loops. `emptying.tidy` clears away instead.
            "autovacuum": "off",
        },
    )

import django
import hypothesis
from django.conf import settings

# No test fails on a timing, on a busy machine either.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")
django.setup()
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
# What one test person does, another sees in the menu at once.
settings.MENU_COUNTS_S = 0
Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # whitenoise warns where there is none
settings.CACHES = settings.CACHES | {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Files are kept by their content: what a test of another worker removes may be the same file as this one's.
settings.FILES_ROOT = settings.FILES_ROOT / os.environ.get("PYTEST_XDIST_WORKER", "alone")

from django.core.cache import caches
from django.db import connection, transaction
from django.db.backends.signals import connection_created
from django.http import HttpResponse
from django.test import TransactionTestCase

import emptying
import migrated
from xuecheng.web import menu

_COUNTS = menu._counts

TOUR = "test_every_page_is_accessible"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last on each worker.

    Playwright leaves its event loop running in the main thread; Django's connections are then kept by task and no
    longer by thread, and a test after it that forks or closes them would not reach the one it means. The tours of all
    pages first among them, minutes each: begun last, one worker would wait for the other.
    """
    items.sort(key=lambda item: (item.get_closest_marker("browser") is not None, TOUR not in item.nodeid))


def pytest_collection_finish() -> None:
    """What is there now stays to the end: the collector need not look through it each time (an eighth of the whole)."""
    gc.collect()
    gc.freeze()


# Modules whose costly situation is made once, on one worker. (xdist's own groups do not reach pytest 9's node ids.)
TOGETHER = ("tests/config/backups/test_backups.py", "tests/faults/test_kill.py")


TIDY_EVERY = 100
_TESTS = pytest.StashKey[int]()


class _Scheduling(LoadScopeScheduling):
    """Test by test to whichever worker is free; the modules of `TOGETHER` as one piece each."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return module if module in TOGETHER else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _Scheduling(config, log)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Playwright's own browser where it was installed; else the machine's."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    more: dict[str, Any] = {"executable_path": found} if found else {}
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    return {**browser_type_launch_args, **more, "args": ["--no-sandbox", *camera]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """No worker of the site: what it fetches by itself would reach into the next test."""
    return {**browser_context_args, "service_workers": "block"}


_stepping_down = False


def _step_down(connection: object, **_: object) -> None:
    if _stepping_down:
        with connection.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f"set role {database.APPLICATION_ROLE}")


connection_created.connect(_step_down)


def _empty_as_owner(self: TransactionTestCase) -> None:
    """After a transactional test, instead of Django's flush."""
    del self
    with connection.cursor() as cursor:
        cursor.execute("reset role")
    emptying.fresh.bring_back()


TransactionTestCase._fixture_teardown = _empty_as_owner  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def nothing_kept_from_another_test() -> None:
    """Rows are rolled back after each test; what a cache says of them would outlive them."""
    for cache in caches.all():
        cache.clear()


@pytest.fixture(autouse=True)
def acts_as_application(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests with a database run with the application's rights. `as_owner` steps up again."""
    global _stepping_down
    names = {"db", "transactional_db", "live_server"}
    if not (names & set(request.fixturenames) or request.node.get_closest_marker("django_db")):
        yield
        return
    request.getfixturevalue(
        "transactional_db"
        if "transactional_db" in request.fixturenames
        or "live_server" in request.fixturenames
        or (request.node.get_closest_marker("django_db") or pytest.mark.django_db).kwargs.get("transaction")
        else "db"
    )
    _stepping_down = True
    with connection.cursor() as cursor:
        cursor.execute(f"set role {database.APPLICATION_ROLE}")
    yield
    _stepping_down = False
    if connection.connection is not None and not connection.connection.closed and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("reset role")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any) -> None:
    """Each worker's database is a copy of one that is migrated already."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated.template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Remember what it holds before the first test."""
    with django_db_blocker.unblock():
        emptying.fresh.look()
        emptying.tidy()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """No numbers beside the places of the menu, but in the browser and for tests marked `counted`.

    They are more than half of a page's work, and a test that opens pages mostly looks at something else.
    """
    is_counted = any(item.get_closest_marker(name) is not None for name in ("counted", "browser"))
    menu._counts = _COUNTS if is_counted else _count_nothing


def _count_nothing(_request: object) -> dict[str, int]:
    return {}


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """When a test is over: now and then what it and those before it rolled back is cleared away."""
    seen = item.config.stash.setdefault(_TESTS, 0) + 1
    item.config.stash[_TESTS] = seen
    if seen % TIDY_EVERY == 0 and emptying.fresh.tables:
        emptying.tidy()


@pytest.fixture(scope="module")
def around_the_module(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One transaction around all tests of a module: what a module's fixture makes in it is made once and found by each.

    What a test does itself is rolled back to that. Not for modules with a test that commits (`transaction=True`).
    """
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block._from_testcase = True  # type: ignore[attr-defined]  # a durable block inside is as sound as in one test
        block.__enter__()
        connection.close = lambda: None  # type: ignore[method-assign]  # each test's class would end it with the connection
        try:
            yield
        finally:
            del connection.close
            connection.set_rollback(True)
            block.__exit__(None, None, None)
            connection.close()


@pytest.fixture
def plain_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """403 and 404 without their pages: for tests that try thousands of shut doors, and look at the status only."""
    from xuecheng.city.access import middleware
    from xuecheng.config import urls

    monkeypatch.setattr(middleware, "render", lambda *_, status, **__: HttpResponse(status=status))
    monkeypatch.setattr(urls, "handler404", lambda *_, **__: HttpResponse(status=404))


@pytest.fixture
def as_owner(acts_as_application: None) -> None:
    """The owner's (superuser's) rights, for tests that tamper."""
    with connection.cursor() as cursor:
        cursor.execute("reset role")
