"""Planted numbers stand nowhere in plain: not in any table, log record, answer, address, export or error page."""

from __future__ import annotations

import logging
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from city.realname.numbers import NOW, a_counter_clerk, a_number, claimed, verified
from city.situations import a_person, an_organisation, holding, small_city
from xuecheng.city.imports import work
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.jobs import running
from xuecheng.city.people.models import Person
from xuecheng.city.realname import rules, services
from xuecheng.city.realname.models import IdentityDocument

PLANTED = {
    "claimed": a_number(101),
    "refused": a_number(102),
    "imported": a_number(103),
    "wrong": a_number(104)[:-1] + ("0" if a_number(104)[-1] != "0" else "1"),
    "twice": a_number(105),
    "searched": a_number(106),
    "passport": "E73519284",
}


def rows_of_every_table() -> dict[str, str]:
    """What a dump of the data holds: every row of every table as text, bytes as hexadecimal and as they are."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"select coalesce(string_agg(t::text, E'\\n'), '') from {table} t")
            found[table] = cursor.fetchone()[0]
    return found


def assert_clean(text: str, where: str) -> None:
    for name, number in PLANTED.items():
        for form in (number, number.lower(), number.encode().hex(), number[:-4]):
            assert form not in text, f"the {name} number stands in {where}"


@pytest.fixture
def heard(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.mark.django_db
def test_no_planted_number_is_found_anywhere(client: Client, heard, settings, as_owner):  # noqa: C901  # one story
    city = small_city()
    officer = a_counter_clerk(city["广州市"])
    operator = a_person("何运维")
    holding(operator, "operator", territory=city["广州市"])
    person = a_person("陈嘉敏", territory=city["五山街道"])
    Person.objects.filter(pk=person.pk).update(birth_year=1958)
    settings.REALNAME_SERVICE = "xuecheng.city.realname.outside.Demonstration"
    answers: list[tuple[str, str]] = []

    def kept(answer, *, may_show: str = ""):
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode(errors="replace") + str(answer.headers)
        if may_show:
            text = text.replace(may_show, "")
        answers.append((answer.request["PATH_INFO"] + "?" + answer.request.get("QUERY_STRING", ""), text))
        return answer

    # Entered on the page, verified, refused, looked up, with a fault in between.
    client.force_login(officer.person)
    claim = reverse("realname:claim_document", args=[person.public_id])
    form = {"public_id": uuid4(), "kind": rules.RESIDENT, "number": PLANTED["claimed"]}
    assert kept(client.post(claim, form)).status_code == 302
    document = IdentityDocument.objects.get()
    page = reverse("realname:show_document", args=[document.public_id])
    kept(client.get(page))
    running.run(
        __import__("xuecheng.city.jobs.models", fromlist=["Job"]).Job.objects.get(kind="realname.ask_service").pk
    )
    passport = claimed(officer, person, PLANTED["passport"], kind=rules.PASSPORT)
    verified(officer, passport)
    kept(client.get(reverse("realname:show_document", args=[passport.public_id])))
    other = claimed(officer, a_person("林伟文", territory=city["五山街道"]), PLANTED["refused"])
    services.refuse_document(actor=officer, document=other, at=NOW, reason="不是本人")
    find = reverse("realname:find_number")
    kept(client.post(find, {"kind": rules.RESIDENT, "number": PLANTED["searched"]}), may_show=PLANTED["searched"])
    whole = client.post(reverse("realname:unmask_number", args=[document.public_id]), {"unmask-reason": "核对档案"})
    assert PLANTED["claimed"] in whole.content.decode(), "the one page that may"
    assert whole.headers["Cache-Control"].count("no-store") == 1
    # An error page and a denial that come with the number in the form.
    blind = Client(raise_request_exception=False)
    blind.force_login(officer.person)
    with pytest.MonkeyPatch.context() as patch:

        def broken(**_given):
            raise RuntimeError("the disk is full")

        patch.setattr(services, "claim_document", broken)
        assert kept(blind.post(claim, form | {"number": PLANTED["twice"]})).status_code == 500
    stranger = Client()
    stranger.force_login(a_person("路人"))
    assert kept(stranger.post(claim, form | {"number": PLANTED["twice"]})).status_code == 404

    # A list with a good number, a wrong one and one that comes twice.
    college = an_organisation(city["五山街道"])
    lines = [
        "姓名,身份证号,出生年份,居住地代码",
        f"陈好人,{PLANTED['imported']},,440106001000",
        f"林写错,{PLANTED['wrong']},,440106001000",
        f"李两次,{PLANTED['twice']},,440106001000",
        f"李两次,{PLANTED['twice']},,440106001000",
    ]
    upload = {
        "public_id": uuid4(), "kind": "people.residents", "organisation": college.pk,
        "file": SimpleUploadedFile("居民名单.csv", "\r\n".join(lines).encode("gb18030")),
    }  # fmt: skip
    assert kept(client.post(reverse("imports:bring_file"), upload)).status_code == 302
    file = ImportFile.objects.get()
    running.run(file.job_id)
    shown = reverse("imports:show_import", args=[file.public_id])
    assert kept(client.get(shown)).status_code == 200
    kept(client.post(reverse("imports:write_import", args=[file.public_id]), {"choice": "good"}))
    file.refresh_from_db()
    running.run(file.job_id)
    file.refresh_from_db()
    assert (file.state, file.written_count, file.bad_count) == ("written", 2, 2)
    for file_format in ("csv", "xlsx"):
        kept(client.get(reverse("imports:download_rejected", args=[file.public_id, file_format])))
    kept(client.get(shown))

    for browser, names in (
        (client, ["realname:list_documents", "realname:find_number", "people:list_people", "people:list_duplicates",
                  "jobs:list_jobs", "imports:list_imports"]),
        (Client(), []),
    ):  # fmt: skip
        for name in names:
            kept(browser.get(reverse(name)))
    boss = Client()
    boss.force_login(operator)
    for name in ("realname:list_unmaskings", "vault:show_keys", "desk:show_today", "people:list_people"):
        kept(boss.get(reverse(name)))
    kept(boss.get(reverse("people:show_person", args=[person.public_id])))
    own = Client()
    own.force_login(person)
    kept(own.get(reverse("realname:list_own")))

    for address, text in answers:
        assert_clean(text, f"the answer of {address}")
        assert_clean(address, "an address")
    # What SQL was told is no record of ours; everything else that was said is.
    for record in heard.records:
        if not record.name.startswith("django.db.backends"):
            assert_clean(record.getMessage() + (record.exc_text or ""), f"a log record of {record.name}")
    for table, text in rows_of_every_table().items():
        assert_clean(text, table)
    assert work.PROBLEMS_KEPT
