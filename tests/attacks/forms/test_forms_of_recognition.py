"""Every form of recognising prior learning, sent with more than it asks for."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.situations import a_person, a_registrar, an_organisation, small_city
from learning.priorlearning.live import all_of_recognition, at_unit
from learning.priorlearning.situations import places, submitted, whole
from xuecheng.city import clock
from xuecheng.learning.creditbank.services.accounts import open_learning_account
from xuecheng.learning.priorlearning import services
from xuecheng.learning.priorlearning.models import Application, Group, Member


@passes(
    "priorlearning:begin", "priorlearning:answer_questions", "priorlearning:add_evidence",
    "priorlearning:move_application", "priorlearning:speak",
)  # fmt: skip
def test_a_learner_and_a_witness(walk: Walk) -> None:
    unit = an_organisation(small_city()["五山街道"], name_zh="广州市职业学校")
    learner = a_person("林秀英")
    made = all_of_recognition(a_registrar(unit), unit, learner)
    own = at_browser(a_person("陈嘉敏"))
    walk.post("priorlearning:begin", own, {"centre": unit.code, "units": [made.world.care.code]})
    row = Application.objects.latest("pk")
    answers = {"u1_o1": "每天翻身", "employer_name": "家里"}
    walk.post("priorlearning:answer_questions", own, answers, public_id=row.public_id)
    page = reverse("priorlearning:keep_evidence", args=[row.public_id])
    statement = {"public_id": str(uuid4()), "title": "我的一天", "words": "六点起"}
    walk.post("priorlearning:add_evidence", own, statement, public_id=row.public_id, kind="statement", page=page)
    there = reverse("priorlearning:show_application", args=[row.public_id])
    walk.post("priorlearning:move_application", own, {}, public_id=row.public_id, verb="submit", page=there)
    said = {"code": services.contact_of(made.witness).code, "confirms": "yes", "statement": "每周看见"}
    walk.post("priorlearning:speak", Client(), said, public_id=made.witness.public_id)


@passes(
    "priorlearning:assess",
    "priorlearning:move_application",
    "priorlearning:keep_assessors",
    "priorlearning:keep_centres",
    "priorlearning:write_guide",
)
def test_a_centre_and_an_assessor(walk: Walk) -> None:
    unit = an_organisation(small_city()["五山街道"], name_zh="广州市职业学校")
    world = at_unit(a_registrar(unit), unit)
    row = submitted(world, a_person("林秀英"), at=clock.now())
    desk, officer = at_browser(world.registrar.person), at_browser(world.officer.person)
    there = reverse("priorlearning:show_application", args=[row.public_id])
    walk.post("priorlearning:move_application", desk, {}, public_id=row.public_id, verb="pass", page=there)
    call = {
        "public_id": str(uuid4()), "kind": "interview", "on": (clock.today() + timedelta(days=3)).isoformat(),
        "starts": "09:30", "minutes": "40", "place": "203 室",
    }  # fmt: skip
    walk.post("priorlearning:move_application", desk, call, public_id=row.public_id, verb="call", page=there)
    mine = places(whole(row))[0]
    opinion = {"word": "not_yet", "words": "手法不稳", "opinion": "1"}
    walk.post("priorlearning:assess", at_browser(mine.person), opinion, public_id=row.public_id, number=1)
    keep = {"centre": unit.code, "person": a_person("评新").sign_in_name, "fields_of_study": "092", "capacity": "3"}
    walk.post("priorlearning:keep_assessors", desk, keep)
    numbers = {name: str(getattr(world.centre, name)) for name in services.NUMBERS} | {"screening_days": "4"}
    walk.post("priorlearning:keep_centres", officer, {"organisation": unit.code, "is_open": "on"} | numbers)
    question = {"outcome": "1", "question_zh": "您会吗？", "question_en": ""}
    walk.post("priorlearning:write_guide", officer, question, code=world.care.code)


@passes("priorlearning:lodge_group", "priorlearning:answer_group")
def test_an_association_and_a_member(walk: Walk) -> None:
    unit = an_organisation(small_city()["五山街道"], name_zh="广州市职业学校")
    world = at_unit(a_registrar(unit), unit, assessors=0)
    members = [a_person(name) for name in ("岑师傅", "罗师傅")]
    for one in members:
        open_learning_account(person=one, at=clock.now())
    said = {
        "organisation": unit.code, "centre": unit.code, "title": "醒狮扎作", "statement": "都会扎",
        "units": [world.food.code], "members": "\n".join(f"{one.sign_in_name}, {one.name}" for one in members),
    }  # fmt: skip
    walk.post("priorlearning:lodge_group", at_browser(world.registrar.person), said)
    member = Member.objects.get(group=Group.objects.get(), person=members[0])
    walk.post(
        "priorlearning:answer_group", at_browser(members[0]), {"member": str(member.pk), "agrees": "yes"},
        page=reverse("priorlearning:list_own"),
    )  # fmt: skip
