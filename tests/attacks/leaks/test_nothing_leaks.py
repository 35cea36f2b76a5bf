"""One story in which everything happens that has a secret in it, and then a search for each of them everywhere."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from django.urls import path, reverse

from attacks.leaks.needles import Search
from city.api.programs import Program, Town, a_town
from city.identity.conftest import Door
from city.linking.test_oidc import Site
from city.realname.numbers import a_number
from city.situations import holding
from learning.records.situations import card_of
from test_routes import ALL
from xuecheng.city import clock
from xuecheng.city.identity.models import ContactPoint
from xuecheng.city.identity.rules import codes as law
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.notices.models import Message
from xuecheng.city.people.models import Person
from xuecheng.city.realname import rules
from xuecheng.city.realname.models import IdentityDocument
from xuecheng.city.rights import public
from xuecheng.config.urls import handler400, handler403, handler404, handler500
from xuecheng.config.urls import urlpatterns as all_urls

PHONE, PHONE_2, EMAIL, EMAIL_2 = "13800138111", "13900139222", "huifen.needle@example.com", "second.needle@example.com"
PASSWORD, PASSWORD_2, FIRST_PASSWORD = "needle-trees-rivers", "needle-hills-clouds", "needle-first-of-all"
NUMBER, PASSPORT, LISTED = a_number(311), "E73519284", a_number(312)
WHY = {"reason": "核对过原件"}
# (needle, place) → why it must stand there.
ALLOWED = {
    ("session", "table django_session"): "the key of the row itself: who has the table could forge sessions anyway",
    ("session", "table identity_opensession"): "so that a person can end a session; gone with it",
    ("email", "page 422 /security/contacts/new/"): "what one typed oneself, shown again to be mended",
    ("phone", "page 200 /sign-in/"): "the same",
    ("passport", "page 200 /identity-documents/find/"): "the same, by an officer",
    ("start code", "page 200 /counter/"): "the slip, printed once for who stands at the counter",
    ("recovery code", "page 200 /security/recovery-codes/"): "shown once to who made them",
    ("totp", "page 200 /security/app/"): "shown to whom it belongs, to be scanned",
    ("claim", "page 200 /sign-in/recover/"): "the page that tells it",
    ("number", "page 200 /identity-documents/"): "the one page where an officer said why",
    ("service key", "page 200 /programs/"): "shown once to who made it",
    ("webhook secret", "page 200 /webhooks/"): "shown once to who made it",
}


def broken(request: Any) -> None:
    raise DatabaseError(f"the disk is full at {request.path}")


broken.is_public = True  # type: ignore[attr-defined]
broken.csrf_exempt = True  # type: ignore[attr-defined]
urlpatterns = [path("broken/", public(broken)), *all_urls]
__all__ = ["handler400", "handler403", "handler404", "handler500"]
pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.urls(__name__)]


class Story:
    """A town, a phone that receives codes, browsers, and the search."""

    def __init__(self, town: Town, door: Door, search: Search) -> None:
        self.town, self.door, self.search = town, door, search
        self.codes = 0
        city = town.desk.district.parent
        self.operator = self.at_browser(town.people["O"])
        self.registrar = self.at_browser(town.people["R"])
        self.officer = self.at_browser(town.people["C"])
        clerk = Person.objects.create(sign_in_name="clerk", name="窗口甲")
        holding(clerk, "counter_clerk", territory=city)
        self.clerk = self.at_browser(clerk)
        protector = Person.objects.create(sign_in_name="protector", name="区保护")
        holding(protector, "data_protection_officer", territory=city)
        self.protector = self.at_browser(protector)
        self.staff = [self.operator, self.registrar, self.officer, self.clerk, self.protector]

    def at_browser(self, person: Person) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(person)
        return client

    def post(self, client: Client, name: str, data: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        return self.search.look_at(self.door.post(client, name, data, **kwargs))

    def get(self, client: Client, name: str, data: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        return self.search.look_at(client.get(reverse(name, kwargs=kwargs), data or {}))

    def code(self) -> str:
        code = self.door.newest_code()
        self.codes += 1
        self.search.hide(**{f"code {self.codes}": code})
        return code

    def six_digits(self, secret: str) -> str:
        cache.clear()
        code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
        self.search.hide(**{f"totp digits {uuid4().hex[:4]}": code})
        return code

    def hide_session(self, name: str, client: Client) -> None:
        self.search.hide(**{f"session of {name}": client.cookies["sessionid"].value})

    def work_off(self) -> None:
        for job in Job.objects.filter(ended_at=None).order_by("pk"):
            running.run(job.pk)


def signing_up_and_safety(story: Story) -> Client:
    search, client = story.search, Client(raise_request_exception=False)
    story.post(client, "identity:ask_code", {"address": PHONE})
    story.post(client, "identity:give_code", {"code": "000000"})
    story.post(client, "identity:give_code", {"code": story.code()})
    story.post(client, "identity:tell_name", {"public_id": uuid4(), "name": "陈惠芬", "birth_year": "1958"})
    story.post(client, "identity:choose_password", {"password": PASSWORD})
    story.post(client, "identity:add_contact", {"address": EMAIL})
    story.post(client, "identity:confirm_contact", {"code": story.code()})
    story.post(client, "identity:add_contact", {"address": EMAIL + " x"})
    story.hide_session("the learner", client)
    page = story.get(client, "mfa_activate_totp")
    secret = page.context["form"].secret
    search.hide(**{"totp secret": secret})
    story.post(client, "mfa_activate_totp", {"code": story.six_digits(secret)})
    story.post(client, "account_reauthenticate", {"way": "app", "code": story.six_digits(secret)})
    shown = story.get(client, "mfa_view_recovery_codes")
    for number, one in enumerate(shown.context["unused_codes"]):
        search.hide(**{f"recovery code {number}": one})
    story.get(client, "identity:show_security")
    other = Client(raise_request_exception=False)
    story.post(other, "account_login", {"login": PHONE, "password": PASSWORD + "x"})
    story.post(other, "account_login", {"login": PHONE, "password": PASSWORD})
    story.post(other, "mfa_authenticate", {"code": story.six_digits(secret)})
    wanted = {"oldpassword": PASSWORD, "password1": PASSWORD_2, "password2": PASSWORD_2}
    story.post(client, "account_change_password", wanted)
    story.hide_session("the learner, renewed", client)
    return client


def recovering(story: Story) -> None:
    lost = Client(raise_request_exception=False)
    story.post(lost, "identity:recover_by_contact", {"address": EMAIL})
    answer = story.post(lost, "identity:confirm_recovery", {"code": story.code()})
    claim = answer.context["claim"]
    story.search.hide(claim=claim, **{"claim in one": claim.replace(" ", "")})
    with time_machine.travel(clock.now() + law.RECOVERY_WAIT + timedelta(minutes=1)):
        story.post(lost, "identity:finish_recovery", {"account": EMAIL, "claim": claim, "password": PASSWORD})


def at_the_counter(story: Story) -> Person:
    search = story.search
    new = {"public_id": uuid4(), "name": "何家霖", "birth_year": "1958", "territory": "440106001000"}
    slip = story.post(story.operator, "identity:open_at_counter", new | WHY).context["slip"]
    search.hide(**{"start code": slip.code, "start code in one": slip.code.replace(" ", "")})
    story.post(Client(), "identity:give_start_code", {"sign_in_name": slip.person.sign_in_name, "code": slip.code})
    account = {"public_id": uuid4(), "name": "林志明", "sign_in_name": "zhiming", "password": FIRST_PASSWORD}
    story.post(story.operator, "people:open_account", account | WHY)
    person: Person = slip.person
    claim = {"public_id": uuid4(), "kind": rules.RESIDENT, "number": NUMBER}
    claimed = story.post(story.clerk, "realname:claim_document", claim, person_id=person.public_id)
    assert claimed.status_code == 302
    document = IdentityDocument.objects.get()
    story.post(story.clerk, "realname:verify_document", {"seen": "original"} | WHY, public_id=document.public_id)
    story.post(
        story.clerk, "realname:unmask_number", {"unmask-reason": "核对档案里的号码"}, public_id=document.public_id
    )
    story.post(story.clerk, "realname:find_number", {"kind": rules.PASSPORT, "number": PASSPORT})
    lines = [
        "姓名,身份证号,手机号,出生年份,居住地代码",
        f"李名单,{LISTED},{PHONE_2},,440106001000",
        f"王写错,{LISTED}9,,,",
    ]
    upload = {
        "public_id": uuid4(), "kind": "people.residents", "organisation": story.town.desk.college.pk,
        "file": SimpleUploadedFile("居民名单.csv", "\r\n".join(lines).encode()),
    }  # fmt: skip
    story.post(story.clerk, "imports:bring_file", upload)
    file = ImportFile.objects.get()
    story.work_off()
    story.get(story.clerk, "imports:show_import", public_id=file.public_id)
    story.get(story.clerk, "imports:download_rejected", public_id=file.public_id, file_format="csv")
    story.post(story.clerk, "imports:write_import", {"choice": "good"}, public_id=file.public_id)
    story.work_off()
    return person


def programs_and_sites(story: Story, settings: Any) -> None:
    search, town = story.search, story.town
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    place = {"organisation": town.desk.college.pk, "public_id": uuid4()} | WHY
    key = {
        "name": "教务系统", "holder": town.people["R"].sign_in_name, "scopes": ["records.read"],
        "ends_on": str(clock.today() + timedelta(days=90)),
    }  # fmt: skip
    made = story.post(story.operator, "linking:make_key", place | key)
    secret = made.context["secret"]
    search.hide(**{"service key": secret})
    program = Program(secret)
    for path_ in ("/records", "/people", "/nothing", "/records?q=x"):
        search.look_at(program.get(path_))
    search.look_at(Program(secret + "x").get("/records"))
    hook = {"url": "http://127.0.0.1:9/hook", "events": ["record.entered"]}
    told = story.post(story.registrar, "webhooks:subscribe", place | hook | {"public_id": uuid4()})
    search.hide(**{"webhook secret": told.context["secret"]})
    site = Site(town)
    search.hide(**{"site secret": site.secret})
    reader = story.at_browser(town.learner)
    code = site.code(reader)
    tokens = site.redeem(code).json()
    search.hide(**{"oidc code": code, "access token": tokens["access_token"], "refresh token": tokens["refresh_token"]})
    search.look_at(
        Client().get("/identity/o/api/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    )
    search.look_at(site.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"] + "x"))
    town.desk.record(town.learner)


def what_staff_see(story: Story, person: Person) -> None:
    """Every list, export and page of people that staff may open, one denied to each, and what breaks."""
    for name, pattern in ALL.items():
        if (
            pattern.pattern.converters
            or pattern.pattern.regex.groupindex
            or name in ("account_logout", "identity:show_outbox")
        ):
            continue
        for client in story.staff:
            if name.rpartition(":")[2].startswith(("list_", "export_", "show_", "see_", "home")):
                story.get(client, name)
    for client in story.staff:
        for name in (
            "people:show_person",
            "people:change_person",
            "access:list_readings_of",
            "realname:list_documents_of",
        ):
            kwargs = {"person_id" if name.startswith("realname") else "public_id": person.public_id}
            story.get(client, name, **kwargs)


def what_goes_wrong(story: Story, client: Client) -> None:
    typed = {
        "address": PHONE_2, "login": EMAIL_2, "password": PASSWORD, "code": "738291", "number": NUMBER, "name": "陈惠芬",
    }  # fmt: skip
    search = story.search
    search.look_at(client.post("/broken/", typed))
    search.look_at(client.post("/nothing/", typed))
    search.look_at(client.post(reverse("vault:show_keys"), typed))
    search.look_at(client.post(reverse("account_login"), typed, headers={"host": "evil.example"}))
    search.look_at(Client(enforce_csrf_checks=True).post(reverse("account_login"), typed))
    search.look_at(client.post(reverse("account_login"), b"\xff\xfe", content_type="multipart/form-data; boundary=x"))
    search.look_at(client.put(reverse("account_login"), typed))
    search.look_at(client.post("/api/v1/people", typed, content_type="application/json"))


def test_no_secret_stands_where_it_must_not(
    settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any, caplog: Any, as_owner: None
) -> None:
    caplog.set_level(logging.DEBUG)
    cache.clear()
    settings.NOTICE_FOLDER, settings.FILES_ROOT = tmp_path / "outbox", tmp_path / "files"
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_NAMELESS = 10_000
    search = Search(allowed=dict(ALLOWED))
    search.hide(
        phone=PHONE, **{"phone 2": PHONE_2}, email=EMAIL, **{"email 2": EMAIL_2}, password=PASSWORD,
        **{"password 2": PASSWORD_2, "password first": FIRST_PASSWORD}, number=NUMBER, passport=PASSPORT,
        **{"number of the list": LISTED, "code wrong": "738291"},
    )  # fmt: skip
    story = Story(a_town(), Door(tmp_path, django_capture_on_commit_callbacks), search)
    client = signing_up_and_safety(story)
    assert Authenticator.objects.count() == 2
    search.look_into_the_database()
    recovering(story)  # which takes the second factor away
    person = at_the_counter(story)
    programs_and_sites(story, settings)
    what_staff_see(story, person)
    what_goes_wrong(story, client)
    for message in story.door.messages():
        search.look("subject of a message", message["subject"])
    assert Message.objects.count() > 5
    assert ContactPoint.objects.count() >= 3
    assert card_of(story.town.learner)
    search.look_into_the_database()
    search.look_into_the_log(caplog.records)
    assert len(search.needles) > 35
    assert len({place for place, _text in search.texts}) > 250
    leaks = search.found()
    assert not leaks, "\n".join(leaks)
    assert set(ALLOWED) - search.used == set(), "nothing stands there any more: take it from the list"
