"""Pages of the product against the barest page of the same Django, in one process, in turn, as its server calls both."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings

BARE_A_TURN, PLAIN_A_TURN = 20, 3
"""A bare page takes a hundredth of the product's: so many of them make a turn."""


Taken = tuple[float, float]
"""Seconds by the wall clock, and of this process's processor time: the first means little while others want the processor."""


def _answering(handler: Any, address: str, *, cookie: str = "", credential: str = "") -> Callable[[], Taken]:
    """Asks for `address` as a server does, from the first byte of the request to the last of the answer."""
    from django.test import RequestFactory

    headers = {"HTTP_COOKIE": cookie} if cookie else {}
    if credential:
        headers["HTTP_AUTHORIZATION"] = f"Bearer {credential}"
    factory = RequestFactory(**headers)

    def ask() -> Taken:
        environ = factory.get(address).environ
        status: list[str] = []
        began, worked = time.perf_counter(), time.process_time()
        answer = handler(environ, lambda said, _headers: status.append(said))
        for _piece in answer:
            pass
        answer.close()
        taken = time.perf_counter() - began, time.process_time() - worked
        if not status[0].startswith("200"):
            raise RuntimeError(f"{address} answered {status[0]}")
        return taken

    return ask


def _credential(holder: Any, organisation: Any) -> str:
    """A program's key that may read records."""
    from xuecheng.city import clock
    from xuecheng.city.ids import uuid7
    from xuecheng.city.linking.models import ServiceKey
    from xuecheng.city.linking.services import MARK, digest_of, random_signs

    secret, now = MARK + random_signs(48), clock.now()
    ServiceKey.objects.create(
        public_id=uuid7(), name="bench", holder=holder, organisation=organisation, scopes=["records.read"],
        prefix=secret[:9], digest=digest_of(secret), begins_at=now, ends_at=now + timedelta(days=1), created_by=holder,
    )  # fmt: skip
    return secret


def ratios(*, what: str, times: int) -> dict[str, Any]:
    """Median seconds of the page, of a plain one with the same rows and of the bare one, and how many bytes and queries the page is."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connection
    from django.test import Client
    from django.test.utils import override_settings

    from xuecheng.city.organisations.models import Organisation
    from xuecheng.city.people.models import Person
    from xuecheng.learning.records.models import LearningRecord

    registrar = Person.objects.get(sign_in_name="huang.xiaotong")
    college = Organisation.objects.get(code="LW-SQXY")
    product = get_wsgi_application()
    with override_settings(MIDDLEWARE=["bench.apart.bare.here"]):
        bare = get_wsgi_application()
    with override_settings(MIDDLEWARE=["bench.apart.bare.known"]):
        plain = get_wsgi_application()
    client = Client()
    client.force_login(registrar)
    cookie = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
    record = LearningRecord.objects.filter(institution=college).order_by("-pk").values_list("pk", flat=True)[0]
    asked = {
        "list": ("/records/", "/page/", "/plain/"),
        "detail": (f"/records/{record}/", "/page/", f"/plain/{record}/"),
        "json": ("/api/v1/records", "/json/", "/plain/json/"),
    }[what]
    known = {"credential": _credential(registrar, college)} if what == "json" else {"cookie": cookie}
    settings.API_PER_MINUTE = 1_000_000
    page, least = _answering(product, asked[0], **known), _answering(bare, asked[1])
    same = _answering(plain, asked[2], cookie=cookie)
    for _time in range(2):
        page(), same(), [least() for _number in range(BARE_A_TURN)]  # warm
    queries = 0

    def count(execute: Callable[..., Any], *asked: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*asked)

    with connection.execute_wrapper(count):
        page()
    gc.collect()
    pages: list[Taken] = []
    bares: list[Taken] = []
    plains: list[Taken] = []
    for _time in range(times):
        pages.append(page())
        plains += [same() for _number in range(PLAIN_A_TURN)]
        bares += [least() for _number in range(BARE_A_TURN)]
    found: dict[str, Any] = {"queries": queries}
    for name, all_taken in (("page", pages), ("plain", plains), ("bare", bares)):
        found[name] = statistics.median(wall for wall, _worked in all_taken)
        found[f"{name}_cpu"] = statistics.fmean(worked for _wall, worked in all_taken)
    return found
