"""Every form of the ground floor, sent with more than it asks for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes, proved
from city.documents.nasty import SOUND, pdf
from city.identity.conftest import SECRET
from city.notices.situations import registered
from city.realname.numbers import a_number
from city.situations import TODAY, a_job, a_person, an_operator, an_organisation, holding, small_city
from city.vault.sealed import a_document
from learning.records.situations import a_desk, a_learner
from xuecheng.city import clock
from xuecheng.city.access.models import BrokenGlass, RoleHolding, RoleVersion
from xuecheng.city.care.models import Guardianship, Proxy
from xuecheng.city.documents.models import Document
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.linking import services as linking
from xuecheng.city.linking.models import LinkedSite, ServiceKey
from xuecheng.city.mydata import purposes
from xuecheng.city.mydata.models import Erasure, Request
from xuecheng.city.notices import services as notices
from xuecheng.city.notices.models import Message, Notice
from xuecheng.city.people import duplicates
from xuecheng.city.people.models import DuplicateCandidate, Person, PersonMerge
from xuecheng.city.realname import rules
from xuecheng.city.realname.models import IdentityDocument
from xuecheng.city.webhooks.models import Delivery, Subscription

WHY = {"reason": "穗府函〔2026〕1号"}


@pytest.fixture
def city(walk: Walk) -> dict[str, Any]:
    return small_city()


@pytest.fixture
def operator(city: dict[str, Any]) -> Any:
    return at_browser(an_operator(city["广州市"]).person)


@passes(
    "territories:rename_division", "territories:move_division", "territories:merge_division",
    "territories:merge_divisions", "territories:split_division",
)  # fmt: skip
def test_divisions(walk: Walk, city: dict[str, Any], operator: Any) -> None:
    code = {name: one.code for name, one in city.items()}
    day = {"on": "2026-11-01"} | WHY
    walk.post("territories:rename_division", operator, {"name_zh": "五山新街道"} | day, code=code["五山街道"])
    walk.post(
        "territories:move_division", operator, {"parent": code["员村街道"]} | day, code=code["岳洲社区居民委员会"]
    )
    split: dict[str, Any] = {"remains": "yes", "code_1": "440106031000", "name_zh_1": "华农街道"} | day
    walk.post(
        "territories:split_division", operator, split, page=f"/territories/{code['员村街道']}/split/?parts=1",
        code=code["员村街道"],
    )  # fmt: skip
    walk.post("territories:merge_division", operator, {"into": code["街口街道"]} | day, code=code["黄龙带水库"])
    new = {"merged": [code["员村街道"]], "code": "440106040000", "name_zh": "珠江新城街道", "on": "2026-11-20"} | WHY
    walk.post("territories:merge_divisions", operator, new, code=code["五山街道"])


@passes("organisations:create_organisation", "organisations:change_organisation", "organisations:change_status")
def test_organisations(walk: Walk, city: dict[str, Any], operator: Any) -> None:
    sent = {
        "name_zh": "天河区图书馆", "code": "TH-TSG", "kind": "library", "territory": city["天河区"].code, "on": "2024-01-01",
    } | WHY  # fmt: skip
    walk.post("organisations:create_organisation", operator, sent)
    walk.post("organisations:change_organisation", operator, {"name_zh": "天河图书馆"} | WHY, code="TH-TSG")
    walk.post("organisations:change_status", operator, {"state": "suspended", "on": "2025-01-01"} | WHY, code="TH-TSG")


@passes(
    "people:open_account", "people:change_name", "people:change_person", "people:set_password", "people:change_sign_in",
    "people:decide_duplicate", "people:merge_person", "people:undo_merge",
)  # fmt: skip
def test_people(walk: Walk, city: dict[str, Any], operator: Any) -> None:
    new = {"name": "陈嘉敏", "sign_in_name": "jiamin", "birth_year": "1958", "territory": city["五山街道"].code}
    walk.post("people:open_account", operator, new | {"password": "trees and rivers"} | WHY)
    person = Person.objects.get(sign_in_name="jiamin")
    key = {"public_id": person.public_id}
    walk.post("people:change_name", operator, {"name": "陈佳敏"} | WHY, **key)
    walk.post("people:change_person", operator, {"birth_year": "1959"} | WHY, **key)
    walk.post("people:set_password", operator, {"password": "hills and clouds"} | WHY, **key)
    walk.post("people:change_sign_in", operator, WHY, **key)
    clerk = a_person("窗口甲")
    holding(clerk, "counter_clerk", territory=city["广州市"])
    window = at_browser(clerk)
    for name in ("李两次", "李两次"):
        a_person(name, territory=city["五山街道"])
    Person.objects.filter(name="李两次").update(birth_year=1960)
    duplicates.find_all(at=clock.now())
    pair = DuplicateCandidate.objects.get(first__name="李两次")
    walk.post("people:decide_duplicate", window, {"decision": "first"} | WHY, public_id=pair.public_id)
    other = a_person("李两次", territory=city["五山街道"])
    walk.post("people:merge_person", window, {"merged": other.sign_in_name} | WHY, public_id=pair.first.public_id)
    merge = PersonMerge.objects.order_by("-pk")[0]
    walk.post(
        "people:undo_merge", window, WHY, public_id=merge.public_id,
        page=reverse("people:merge_person", args=[pair.first.public_id]),
    )  # fmt: skip


@passes(
    "access:grant_role", "access:grant_role_over", "access:end_role", "access:decide_holding", "access:make_role",
    "access:draft_role", "access:decide_role", "access:break_glass", "access:close_glass", "access:review_glass",
    "desk:switch_capacity",
)  # fmt: skip
def test_roles_and_emergencies(walk: Walk, city: dict[str, Any], operator: Any) -> None:
    colleague = at_browser(an_operator(city["广州市"], name="另一位").person)
    college = an_organisation(city["天河区"])
    person = a_person(territory=city["五山街道"])
    grant = {"person": person.sign_in_name, "begins_on": str(TODAY)} | WHY
    walk.post("access:grant_role", operator, grant | {"role": "registrar"}, code=college.code)
    over = grant | {"role": "certification_officer"}
    walk.post("access:grant_role_over", operator, over, code=city["天河区"].code)
    held = RoleHolding.objects.get(person=person, role="certification_officer")
    walk.post("access:decide_holding", colleague, {"decision": "approve"} | WHY, public_id=held.public_id)
    registrar = RoleHolding.objects.get(person=person, role="registrar")
    walk.post(
        "desk:switch_capacity", at_browser(person), {"capacity": str(registrar.public_id)}, opened=False, writes=False
    )
    walk.post("access:end_role", operator, {"on": "2026-12-31"} | WHY, public_id=registrar.public_id)
    made = {"name_zh": "图书管理员", "name_en": "Librarian", "code": "librarian", "held_at": "organisation"} | WHY
    walk.post("access:make_role", operator, made)
    walk.post("access:draft_role", operator, {"acts": ["records.see_record"]} | WHY, code="librarian")
    draft = RoleVersion.objects.get(state="draft")
    answer = {"decision": "approve", "begins_on": str(clock.today())} | WHY
    walk.post("access:decide_role", colleague, answer, public_id=draft.public_id)
    thing = {"kind": "person", "number": str(person.public_id)}
    walk.post("access:break_glass", operator, {"hours": "1"} | WHY, **thing)
    glass = BrokenGlass.objects.get()
    walk.post("access:close_glass", operator, public_id=glass.public_id, page=reverse("access:list_glass"))
    walk.post("access:review_glass", colleague, {"verdict": "in_order", "finding": "核对过"}, public_id=glass.public_id)


@passes(
    "care:choose_helper", "care:end_help", "care:end_guardianship", "care:answer_anew", "care:consent",
    "care:start_acting", "care:stop_acting", "care:record_proxy", "care:record_guardian",
)  # fmt: skip
def test_help(walk: Walk, city: dict[str, Any]) -> None:
    clerk = a_person("窗口甲")
    holding(clerk, "counter_clerk", territory=city["广州市"])
    window = at_browser(clerk)
    elder, child = (a_person(name, territory=city["五山街道"]) for name in ("陈惠芬", "小明"))
    helper, mother = a_person("陈小妹"), a_person("妈妈")
    own = at_browser(elder)
    walk.post("care:choose_helper", own, {"helper": helper.sign_in_name}, step="who", writes=False)
    walk.post("care:choose_helper", own, {"tasks": ["account"]}, step="what", writes=False)
    walk.post("care:choose_helper", own, {"days": "30"}, step="until", writes=False)
    walk.post("care:choose_helper", own, step="check")
    proxy = Proxy.objects.get()
    helping = at_browser(helper)
    began = {"via": "proxy", "public_id": proxy.public_id}
    walk.post("care:start_acting", helping, page=reverse("care:list_helped"), writes=False, **began)
    walk.post("care:stop_acting", helping, page=reverse("care:show_entrusted"), writes=False)
    walk.post("care:end_help", own, public_id=proxy.public_id)
    record = {
        "helper": helper.sign_in_name, "helper_name": helper.name, "tasks": ["account"], "is_present": "on",
    }  # fmt: skip
    walk.post("care:record_proxy", window, record, public_id=elder.public_id)
    guardian = {
        "guardian": mother.sign_in_name, "guardian_name": mother.name, "relation": "mother",
        "proof": "户口簿，12号文件夹",
        "child_born_on": str(TODAY.replace(year=TODAY.year - 10, day=1)),
    }  # fmt: skip
    walk.post("care:record_guardian", window, guardian, public_id=child.public_id)
    one = Guardianship.objects.get()
    mothers = at_browser(mother)
    walk.post("care:consent", mothers, public_id=one.public_id)
    walk.post("care:end_guardianship", mothers, public_id=one.public_id, page=reverse("care:list_helped"))
    grown = Guardianship.objects.create(
        **{
            field.attname: getattr(one, field.attname)
            for field in Guardianship._meta.concrete_fields
            if field.name not in ("id", "public_id", "during", "ended_at", "ended_by", "child_born_on")
        },
        public_id=uuid4(), child_born_on=TODAY - timedelta(days=14 * 366), during=(clock.now() - timedelta(days=400), clock.now() - timedelta(days=1)),
    )  # fmt: skip
    walk.post("care:answer_anew", at_browser(child), {"answer": "alone"}, public_id=grown.public_id, opened=False)


@passes("mydata:ask_archive", "mydata:consents", "mydata:ask", "mydata:take_back", "mydata:answer_request")
def test_ones_own_data(walk: Walk, city: dict[str, Any]) -> None:
    person = a_person("冯国强", territory=city["五山街道"])
    officer = a_person("区保护")
    holding(officer, "data_protection_officer", territory=city["广州市"])
    own = at_browser(person)
    walk.post("mydata:ask_archive", own)
    said = {"purpose": purposes.NEW_CLASSES, "version": "1", "say": "yes"}
    walk.post("mydata:consents", own, said)
    walk.post("mydata:ask", own, {"kind": "delete", "words": "我的旧地址"})
    first = Request.objects.get()
    walk.post("mydata:take_back", own, public_id=first.public_id, page=reverse("mydata:show"))
    own.post(reverse("mydata:ask"), {"public_id": uuid4(), "kind": "delete", "words": "我的旧地址"})
    second = Request.objects.order_by("-pk")[0]
    walk.post("mydata:answer_request", at_browser(officer), {"answer": "已删除。"}, public_id=second.public_id)


@passes("mydata:ask_erasure", "mydata:take_back_erasure", "mydata:open_erasure", "mydata:show_erasure")
def test_being_erased(walk: Walk, city: dict[str, Any]) -> None:
    person = a_person("冯国强", territory=city["五山街道"])
    person.set_password(SECRET)
    person.save()
    own = proved(person)
    walk.post("mydata:ask_erasure", own, {"is_sure": "on"})
    asked = Erasure.objects.get()
    walk.post("mydata:take_back_erasure", own, public_id=asked.public_id, page=reverse("mydata:show"))
    officers = [a_person(name) for name in ("区保护甲", "区保护乙")]
    for officer in officers:
        holding(officer, "data_protection_officer", territory=city["广州市"])
    first, second = map(at_browser, officers)
    heard = {"is_present": "on"} | WHY
    walk.post("mydata:open_erasure", first, heard, public_id=person.public_id)
    opened = Erasure.objects.order_by("-pk")[0]
    walk.post("mydata:show_erasure", second, heard, public_id=opened.public_id)


@passes(
    "linking:make_key", "linking:rotate_key", "linking:revoke_key", "linking:register_site", "linking:change_site_secret",
    "linking:end_site", "linking:end_link", "webhooks:subscribe", "webhooks:rotate_secret", "webhooks:end_subscription",
    "webhooks:replay",
)  # fmt: skip
def test_programs(walk: Walk, settings: Any) -> None:
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    desk = a_desk()
    operator = at_browser(an_operator(desk.district.parent).person)
    place = {"organisation": str(desk.college.pk)}
    key = {
        "name": "教务系统", "holder": desk.registrar.person.sign_in_name, "scopes": ["records.read"],
        "ends_on": str(clock.today() + timedelta(days=90)),
    } | place | WHY  # fmt: skip
    walk.post("linking:make_key", operator, key)
    made = ServiceKey.objects.get()
    walk.post("linking:rotate_key", operator, WHY, public_id=made.public_id)
    walk.post("linking:revoke_key", operator, WHY, public_id=made.public_id)
    site = {
        "name_zh": "学友网", "name_en": "Friends", "purpose_zh": "看学习", "purpose_en": "See", "scopes": ["openid"],
        "redirect_uris": "https://friends.example/back",
    } | place | WHY  # fmt: skip
    walk.post("linking:register_site", operator, site)
    linked = LinkedSite.objects.get()
    walk.post("linking:change_site_secret", operator, WHY, public_id=linked.public_id)
    learner = a_learner()
    linking.give_link(person=learner, client=linked.client, scopes=("openid",), at=clock.now())
    walk.post("linking:end_link", at_browser(learner), client_id=linked.client_id, page=reverse("linking:list_links"))
    walk.post("linking:end_site", operator, WHY, public_id=linked.public_id)
    hook = {"url": "http://127.0.0.1:9/hook", "events": ["record.entered"]} | place | WHY
    registrar = at_browser(desk.registrar.person)
    walk.post("webhooks:subscribe", registrar, hook)
    one = Subscription.objects.get()
    walk.post("webhooks:rotate_secret", registrar, WHY, public_id=one.public_id)
    desk.record(learner)
    delivery = Delivery.objects.get()
    Delivery.objects.update(state="dead")
    walk.post("webhooks:replay", registrar, public_id=one.public_id, message_id=delivery.message_id, opened=False)
    walk.post("webhooks:end_subscription", registrar, WHY, public_id=one.public_id)


@passes(
    "jobs:cancel_job", "jobs:retry_job", "vault:show_keys", "notices:mark_unread", "notices:mark_all_read",
    "notices:choose", "notices:switch_off", "notices:send_again", "web:set_preferences",
)  # fmt: skip
def test_jobs_keys_and_notices(walk: Walk, city: dict[str, Any], operator: Any) -> None:
    college = an_organisation(city["天河区"])
    job, failed = a_job(state="running", organisation=college), a_job(state="failed", organisation=college)
    walk.post("jobs:cancel_job", operator, public_id=job.public_id, page=f"/jobs/{job.public_id}/")
    walk.post("jobs:retry_job", operator, public_id=failed.public_id, page=f"/jobs/{failed.public_id}/")
    a_document(a_number(1))
    walk.post("vault:show_keys", operator, {"what": "dek"} | WHY)
    person = a_person(territory=city["五山街道"])
    own = at_browser(person)
    with registered():
        for number in range(2):
            notices.tell(person, "test.reminder", {"what": f"{number}"}, key=f"k{number}", at=clock.now())
        notice = Notice.objects.order_by("pk")[0]
        own.get(reverse("notices:open_notice", args=[notice.message_id]))
        walk.post("notices:mark_unread", own, message_id=notice.message_id, opened=False)
        walk.post("notices:mark_all_read", own, page=reverse("notices:list_notices"))
        walk.post("notices:choose", own, {"digest": "daily"})
        walk.post("notices:switch_off", own, {"kind": "test.reminder"}, opened=False)
        Message.objects.create(
            message_id=uuid4(), person=person, kind="test.news", channel="email", state="failed", urgency=1, created_at=clock.now(),
            due_at=clock.now(), ended_at=clock.now(),
        )  # fmt: skip
        message = Message.objects.get()
        walk.post("notices:send_again", operator, message_id=message.message_id, page=reverse("notices:list_messages"))
    walk.post("web:set_preferences", own, {"mode": "elder"}, writes=False)


@passes(
    "imports:bring_file", "imports:write_import", "imports:carry_on", "imports:abandon_import",
    "documents:add_document", "documents:add_version", "documents:remove_document", "documents:hold_document",
)  # fmt: skip
def test_files(walk: Walk) -> None:
    desk = a_desk()
    registrar = at_browser(desk.registrar.person)
    heading = "主办机构代码,记录编号,学习卡号,姓名,活动代码,活动名称,身份,开始日期,结束日期,分钟数,开课次数,到课次数"
    learner = a_learner()
    row = (
        f"{desk.college.code},H-01,{learner.learning_account.card_number},{learner.name},SQ-TJQ,太极拳,学员,2025-03-03,"
        "2025-05-16,960,8,8"
    )

    def a_file() -> dict[str, Any]:
        return {"file": SimpleUploadedFile("名单.csv", f"{heading}\r\n{row}\r\n".encode())}

    def bring() -> ImportFile:
        sent = {"public_id": uuid4(), "kind": "records.nonformal", "organisation": desk.college.pk} | a_file()
        assert registrar.post(reverse("imports:bring_file"), sent).status_code == 302
        file = ImportFile.objects.order_by("-pk")[0]
        assert file.job_id
        running.run(file.job_id)
        return file

    walk.post("imports:bring_file", registrar, {"kind": "records.nonformal"}, make=a_file)
    file, other = bring(), bring()
    walk.post("imports:abandon_import", registrar, public_id=other.public_id, page=f"/imports/{other.public_id}/")
    walk.post(
        "imports:write_import",
        registrar,
        {"choice": "all"},
        public_id=file.public_id,
        page=f"/imports/{file.public_id}/",
    )
    Job.objects.filter(kind="imports.write").update(state="failed", ended_at=clock.now(), error="J1-1")
    walk.post("imports:carry_on", registrar, public_id=file.public_id, opened=False)

    record = desk.record(learner)

    def paper() -> dict[str, Any]:
        return {"file": SimpleUploadedFile("签到表.jpg", SOUND["jpeg"])}

    where = {"place": "records.evidence", "key": str(record.pk)}
    walk.post("documents:add_document", registrar, {"title": "签到表"}, make=paper, **where)
    document = Document.objects.get()
    key = {"public_id": document.public_id}

    def newer() -> dict[str, Any]:
        return {"file": SimpleUploadedFile("签到表.pdf", pdf())}

    walk.post("documents:add_version", registrar, {"note": "盖了章"}, make=newer, **key)
    officer = a_person("林美玲")
    holding(officer, "certification_officer", territory=desk.district.parent)
    walk.post("documents:hold_document", at_browser(officer), WHY, **key)
    walk.post("documents:hold_document", at_browser(officer), WHY, **key)
    walk.post("documents:remove_document", registrar, WHY, **key)


@passes(
    "realname:claim_document", "realname:verify_document", "realname:refuse_document", "realname:unmask_number",
    "realname:find_number",
)  # fmt: skip
def test_identity_documents(walk: Walk, city: dict[str, Any]) -> None:
    clerk = a_person("窗口甲")
    holding(clerk, "counter_clerk", territory=city["广州市"])
    window = at_browser(clerk)
    person, other = (a_person(name, territory=city["五山街道"]) for name in ("陈嘉敏", "林伟文"))
    Person.objects.update(birth_year=1958)
    walk.post("realname:claim_document", window, {"number": a_number(11)}, person_id=person.public_id)
    document = IdentityDocument.objects.get()
    page = reverse("realname:show_document", args=[document.public_id])
    walk.post(
        "realname:unmask_number", window, {"unmask-reason": "核对档案里的号码"}, public_id=document.public_id, page=page
    )
    walk.post("realname:verify_document", window, WHY, public_id=document.public_id, page=page)
    claim = {"public_id": uuid4(), "kind": rules.RESIDENT, "number": a_number(12)}
    window.post(reverse("realname:claim_document", args=[other.public_id]), claim)
    second = IdentityDocument.objects.order_by("-pk")[0]
    walk.post(
        "realname:refuse_document", window, {"refuse-reason": "不是本人"}, public_id=second.public_id,
        page=reverse("realname:show_document", args=[second.public_id]),
    )  # fmt: skip
    walk.post("realname:find_number", window, {"number": a_number(11)}, writes=False)
