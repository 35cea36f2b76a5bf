"""Pages from the first question to the credit: a learner, a witness, a registrar, assessors, an officer; who is denied."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from city.situations import a_person, a_registrar
from learning.priorlearning.situations import World, claim_of, places, whole
from xuecheng.city import clock
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.services.accounts import open_learning_account
from xuecheng.learning.priorlearning import services
from xuecheng.learning.priorlearning.models import Application, Assessor, Centre, Group, Guide, Member, Witness
from xuecheng.learning.priorlearning.services import refusals

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fe"
    "a735819e0000000049454e44ae426082"
)


def by(person: Any) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=person.pk))
    return client


def at(name: str, *words: object) -> str:
    return reverse(f"priorlearning:{name}", args=words)


def begun(client: Client, world: World) -> Application:
    answer = client.post(
        at("begin"),
        {"public_id": str(uuid4()), "centre": world.school.code, "units": [world.care.code]},
    )
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return Application.objects.latest("pk")


def handed_in(client: Client, world: World) -> Application:
    row = begun(client, world)
    client.post(at("answer_questions", row.public_id), {"u1_o1": "每天给婆婆翻身、喂饭", "employer_name": "家里"})
    for kind, more in (
        ("statement", {"title": "我的一天", "words": "六点起"}),
        ("link", {"title": "护理日记", "link": "https://example.org/d", "source": "社区护士"}),
    ):
        answer = client.post(at("add_evidence", row.public_id, kind), {"public_id": str(uuid4())} | more)
        assert answer.status_code == 302, answer.content.decode()[-3000:]
    assert client.post(at("move_application", row.public_id, "submit")).status_code == 302
    return whole(row)


def test_a_learner_finds_a_unit_writes_shows_and_hands_in(world: World) -> None:
    Guide.objects.create(unit_code=world.care.code, outcome=1, question_zh="您照顾过不能下床的人吗？")
    learner = a_person("林秀英")
    client = by(learner)
    assert "家庭养老护理" in client.get(at("find_units"), {"text": "下床"}).content.decode()
    assert "家庭养老护理" not in client.get(at("find_units"), {"text": "焊接"}).content.decode()
    assert client.get(at("begin"), {"unit": world.care.code}).status_code == 200
    assert client.post(at("begin"), {"public_id": str(uuid4()), "centre": world.school.code}).status_code == 422
    row = begun(client, world)
    page = client.get(at("answer_questions", row.public_id)).content.decode()
    assert "您照顾过不能下床的人吗？" in page
    client.post(at("answer_questions", row.public_id), {"u1_o1": "每天给婆婆翻身", "employer_name": ""})
    assert "每天给婆婆翻身" in client.get(at("answer_questions", row.public_id)).content.decode()
    assert client.post(at("move_application", row.public_id, "submit")).status_code == 422
    photo = {"public_id": str(uuid4()), "title": "翻身", "file": SimpleUploadedFile("翻身.png", PNG, "image/png")}
    answer = client.post(at("add_evidence", row.public_id, "file"), photo)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    named = {
        "public_id": str(uuid4()),
        "title": "看她护理",
        "name": "黄护士",
        "relation": "社区护士",
        "reach": "13800138000",
    }
    assert client.post(at("add_evidence", row.public_id, "witness"), named).status_code == 302
    assert client.post(at("add_evidence", row.public_id, "witness"), named | {"name": ""}).status_code == 422
    witness = Witness.objects.get()
    code = services.contact_of(witness).code
    assert code in client.get(at("keep_evidence", row.public_id)).content.decode()
    there, stranger = at("speak", witness.public_id), Client()
    page = stranger.get(there).content.decode()
    assert "林秀英" not in page
    assert "黄护士" not in page
    said = {"code": "00000000" if code != "00000000" else "1", "confirms": "yes", "statement": "每周上门看见"}
    assert stranger.post(there, said).status_code == 422
    assert stranger.post(there, said | {"code": code}).status_code == 302
    assert client.post(at("move_application", row.public_id, "submit")).status_code == 302
    assert Application.objects.get().state == "submitted"
    answer = client.get(at("take_portfolio", row.public_id))
    # Sent in pieces from a file: an archive of photographs does not fit into memory many times over.
    assert answer.streaming
    content = b"".join(answer.streaming_content)
    assert int(answer["Content-Length"]) == len(content)
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert sorted(archive.namelist()) == ["files/01-翻身.png", "portfolio.html"]
    assert "每周上门看见" in archive.read("portfolio.html").decode()
    assert client.post(at("move_application", row.public_id, "pause")).status_code == 302
    assert client.post(at("move_application", row.public_id, "resume")).status_code == 302
    other = by(a_person("别人"))
    for name in ("show_application", "answer_questions", "keep_evidence", "take_portfolio"):
        assert other.get(at(name, row.public_id)).status_code == 404
    assert other.post(at("move_application", row.public_id, "withdraw")).status_code == 404


def test_centre_and_assessors_take_it_to_a_decision(world: World) -> None:
    learner = a_person("林秀英")
    row = handed_in(by(learner), world)
    desk = by(world.registrar.person)
    assert "林秀英" in desk.get(at("list_cases")).content.decode()
    assert desk.get(at("show_application", row.public_id)).status_code == 200
    assert desk.post(at("move_application", row.public_id, "return"), {"reason": "evidence"}).status_code == 422
    assert desk.post(at("move_application", row.public_id, "pass")).status_code == 302
    first, second = places(whole(row))
    for mine, word in ((first, "yes"), (second, "not_yet")):
        client = by(mine.person)
        assert "家庭养老护理" in client.get(at("list_work")).content.decode()
        there = at("assess", row.public_id, 1)
        assert client.get(there).status_code == 200
        ticks = {
            f"e{number}_o1_{name}": "on"
            for number in (1, 2)
            for name in ("valid", "authentic", "sufficient", "current")
        }
        opinion = {"word": word, "words": "看过，讲得清楚", "opinion": "1"}
        if word == "yes":
            assert client.post(there, opinion).status_code == 422
            assert client.post(there, ticks).status_code == 302
        # What is to be looked at opens from where it is judged.
        assert 'href="https://example.org/d"' in client.get(there).content.decode()
        whole_page = at("show_application", row.public_id)
        assert "评审这个单元" in client.get(whole_page).content.decode()
        assert client.post(there, ticks | opinion).status_code == 302
        if word == "yes":
            # It waits for the other one, and says so.
            assert "看我的意见" in client.get(whole_page).content.decode()
    assert by(first.person).get(at("assess", row.public_id, 1)).content.decode().count("看过，讲得清楚") == 2
    third = places(whole(row))[2]
    client = by(third.person)
    assert "看过，讲得清楚" not in client.get(at("assess", row.public_id, 1)).content.decode()
    assert (
        client.post(
            at("assess", row.public_id, 1), {"word": "not_yet", "words": "手法不稳", "opinion": "1"}
        ).status_code
        == 302
    )
    page = by(learner).get(at("show_application", row.public_id)).content.decode()
    assert "手法不稳" in page
    lodge = {"number": "1", "ground": "unreasonable", "words": "没有看录像"}
    assert by(learner).post(at("move_application", row.public_id, "appeal"), lodge).status_code == 302
    for mine in places(whole(row), purpose="panel"):
        vote = {"number": "1", "vote": "change", "words": "录像清楚"}
        assert by(mine.person).get(at("show_application", row.public_id)).status_code == 200
        assert by(mine.person).post(at("move_application", row.public_id, "vote"), vote).status_code == 302
    assert claim_of(row).state == "granted"
    officer = by(world.officer.person)
    assert officer.get(at("moderate")).status_code == 200
    assert "κ" in officer.get(at("moderate"), {"back": "0"}).content.decode()
    outsider = by(a_person("别人"))
    assert outsider.get(at("assess", row.public_id, 1)).status_code == 404
    assert outsider.get(at("list_cases")).status_code == 403


def test_what_was_never_handed_in_is_only_the_learners_own(world: World) -> None:
    """Also after it was taken back: the centre had no part in it."""
    client, desk = by(a_person("林秀英")), by(world.registrar.person)
    row = begun(client, world)
    for state in ("draft", "withdrawn"):
        assert Application.objects.get().state == state
        assert desk.get(at("show_application", row.public_id)).status_code == 404
        assert desk.get(at("take_portfolio", row.public_id)).status_code == 404
        assert "林秀英" not in desk.get(at("list_cases"), {"state": state}).content.decode()
        assert client.get(at("show_application", row.public_id)).status_code == 200
        client.post(at("move_application", row.public_id, "withdraw"))


def test_who_a_witness_is_concerns_the_learner_and_those_who_assess(world: World) -> None:
    client, desk = by(a_person("林秀英")), by(world.registrar.person)
    row = begun(client, world)
    named = {
        "public_id": str(uuid4()),
        "title": "看她护理",
        "name": "黄护士",
        "relation": "社区护士",
        "reach": "138001",
    }
    client.post(at("add_evidence", row.public_id, "witness"), named)
    client.post(at("answer_questions", row.public_id), {"u1_o1": "每天翻身", "employer_name": "家里"})
    witness = Witness.objects.get()
    said = {"code": services.contact_of(witness).code, "confirms": "yes", "statement": "每周上门看见"}
    Client().post(at("speak", witness.public_id), said)
    client.post(at("move_application", row.public_id, "submit"))
    page = desk.get(at("show_application", row.public_id)).content.decode()
    assert "每周上门看见" in page
    assert "138001" not in page
    assert "黄护士" not in page
    desk.post(at("move_application", row.public_id, "pass"))
    mine = places(whole(row))[0]
    for reader in (client, by(mine.person)):
        assert "138001" in reader.get(at("show_application", row.public_id)).content.decode()


def test_what_is_added_as_a_file_is_a_piece_and_nowhere_else(world: World) -> None:
    client = by(a_person("林秀英"))
    row = begun(client, world)
    photo = SimpleUploadedFile("护理.txt", "护理日记".encode())
    said = {"public_id": str(uuid4()), "title": "护理日记", "file": photo}
    client.post(at("add_evidence", row.public_id, "file"), said)
    page = client.get(at("show_application", row.public_id)).content.decode()
    assert "护理日记" in page
    assert reverse("documents:add_document", args=["priorlearning.evidence", str(row.public_id)]) not in page


def test_the_centre_reads_why_no_assessor_is_drawn_and_the_learner_only_waits(world: World) -> None:
    client, desk = by(a_person("林秀英")), by(world.registrar.person)
    row = begun(client, world)
    client.post(at("answer_questions", row.public_id), {"u1_o1": "每天翻身", "employer_name": "家里"})
    said = {"public_id": str(uuid4()), "title": "我的一天", "words": "六点起"}
    client.post(at("add_evidence", row.public_id, "statement"), said)
    Assessor.objects.filter(centre=world.centre).update(fields=["9999"])
    client.post(at("move_application", row.public_id, "submit"))
    desk.post(at("move_application", row.public_id, "pass"))
    assert Application.objects.get().state == "screened"
    page = desk.get(at("show_application", row.public_id)).content.decode()
    assert "0922" in page
    assert f'href="{at("keep_assessors")}"' in page
    assert at("keep_assessors") not in client.get(at("show_application", row.public_id)).content.decode()
    kept = {
        "centre": world.school.code, "person": world.assessors[0].person.sign_in_name, "fields_of_study": "092，0611、1013",
        "capacity": "5", "is_active": "on",
    }  # fmt: skip
    assert desk.post(at("keep_assessors"), kept).status_code == 302
    assert Assessor.objects.get(pk=world.assessors[0].pk).fields == ["0611", "092", "1013"]


def test_a_paused_case_reads_as_paused(world: World) -> None:
    client = by(a_person("林秀英"))
    row = handed_in(client, world)
    assert client.post(at("move_application", row.public_id, "pause")).status_code == 302
    page = client.get(at("show_application", row.public_id)).content.decode()
    assert "已暂停" in page
    assert "暂停时间" not in page


def test_every_row_that_names_nobody_is_told_at_once(world: World) -> None:
    with pytest.raises(refusals.MembersUnknown) as told:
        services.lodge_group(
            actor=world.registrar, public_id=uuid4(), organisation=world.school, centre=world.centre, title="互助组",
            statement="轮流照护", units=[world.care], at=clock.now(),
            members=[("nobody.1", "无一"), ("nobody.2", "无二"), ("nobody.3", "无三")],
        )  # fmt: skip
    assert "nobody.1 无一；nobody.2 无二；nobody.3 无三" in str(told.value)


def test_a_learner_does_not_speak_as_their_own_witness(world: World) -> None:
    """In their own session it is refused; elsewhere assessors read that the learner passed the link on."""
    client = by(a_person("林秀英"))
    row = begun(client, world)
    named = {
        "public_id": str(uuid4()),
        "title": "看她护理",
        "name": "黄护士",
        "relation": "社区护士",
        "reach": "138001",
    }
    client.post(at("add_evidence", row.public_id, "witness"), named)
    witness = Witness.objects.get()
    there = at("speak", witness.public_id)
    said = {"code": services.contact_of(witness).code, "confirms": "yes", "statement": "每周上门看见"}
    assert 'name="code"' not in client.get(there).content.decode()
    assert client.post(there, said).status_code == 422
    assert Witness.objects.get().state == "asked"
    neighbour = by(a_person("黄护士"))
    assert 'name="code"' in neighbour.get(there).content.decode()
    assert neighbour.post(there, said).status_code == 302
    client.post(at("answer_questions", row.public_id), {"u1_o1": "每天翻身", "employer_name": "家里"})
    client.post(at("move_application", row.public_id, "submit"))
    by(world.registrar.person).post(at("move_application", row.public_id, "pass"))
    mine = places(whole(row))[0]
    for page in (at("show_application", row.public_id), at("assess", row.public_id, 1)):
        text = by(mine.person).get(page, headers={"accept-language": "en"}).content.decode()
        assert "每周上门看见" in text
        assert "证人的话是通过申请人转交的链接提交的。" in text


def test_an_interview_is_called_and_somebody_with_a_tie_is_released(world: World) -> None:
    row = handed_in(by(a_person("林秀英")), world)
    desk = by(world.registrar.person)
    desk.post(at("move_application", row.public_id, "pass"))
    on = clock.today() + timedelta(days=3)
    call = {
        "public_id": str(uuid4()), "kind": "interview", "on": on.isoformat(), "starts": "09:30", "minutes": "40",
        "place": "203 室",
    }  # fmt: skip
    assert desk.post(at("move_application", row.public_id, "call"), call | {"on": ""}).status_code == 422
    assert desk.post(at("move_application", row.public_id, "call"), call).status_code == 302
    assert "203 室" in desk.get(at("show_application", row.public_id)).content.decode()
    meeting = {"meeting": str(row.meetings.get().public_id)}
    assert desk.post(at("move_application", row.public_id, "minutes"), meeting | {"notes": "x"}).status_code == 422
    assert desk.post(at("move_application", row.public_id, "cancel"), meeting).status_code == 302
    mine = places(whole(row))[0]
    answer = by(mine.person).post(at("move_application", row.public_id, "conflict"), {"kind": "kin"})
    assert (answer.status_code, answer["Location"]) == (302, at("list_work"))
    assert by(mine.person).get(at("show_application", row.public_id)).status_code == 404


def test_an_association_lodges_for_its_members(world: World) -> None:
    organisation = world.bank.college
    desk = by(a_registrar(organisation, "协会秘书").person)
    members = [a_person(name) for name in ("岑师傅", "罗师傅", "梁师傅")]
    for one in members:
        open_learning_account(person=one, at=clock.now())
    lines = [f"{one.sign_in_name}, {one.name}" for one in members]
    said = {
        "public_id": str(uuid4()), "organisation": organisation.code, "centre": world.school.code,
        "title": "醒狮扎作", "statement": "会员都扎过二十头以上的狮头。", "units": [world.food.code],
        "members": "\n".join(lines),
    }  # fmt: skip
    assert desk.post(at("lodge_group"), said | {"members": lines[0]}).status_code == 422
    assert desk.post(at("lodge_group"), said | {"members": lines[0] + "\n" + lines[1] + "错"}).status_code == 422
    answer = desk.post(at("lodge_group"), said)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    group = Group.objects.get()
    assert Member.objects.filter(group=group, state="asked").count() == 3
    first = by(members[0])
    assert "醒狮扎作" in first.get(at("list_own")).content.decode()
    member = Member.objects.get(group=group, person=members[0])
    assert by(members[1]).post(at("answer_group"), {"member": member.pk, "agrees": "yes"}).status_code == 404
    assert first.post(at("answer_group"), {"member": member.pk, "agrees": "yes"}).status_code == 302
    second = Member.objects.get(group=group, person=members[1])
    assert by(members[1]).post(at("answer_group"), {"member": second.pk, "agrees": "no"}).status_code == 302
    case = Application.objects.get(group=group)
    assert [(one.kind, one.source) for one in case.evidence.all()] == [("group", organisation.name_zh)]
    page = desk.get(at("show_group", group.public_id)).content.decode()
    assert "岑师傅" in page
    assert desk.get(at("show_application", case.public_id)).status_code == 404
    assert "醒狮扎作" in desk.get(at("list_groups")).content.decode()
    assert by(world.registrar.person).get(at("show_group", group.public_id)).status_code == 404


def test_centres_assessors_and_questions_are_kept(world: World) -> None:
    officer, desk = by(world.officer.person), by(world.registrar.person)
    numbers = {name: str(getattr(world.centre, name)) for name in services.NUMBERS}
    said = {"organisation": world.school.code, "is_open": "on"} | numbers
    assert officer.post(at("keep_centres"), said | {"screening_days": "0"}).status_code == 422
    assert officer.post(at("keep_centres"), said | {"screening_days": "4"}).status_code == 302
    assert Centre.objects.get().screening_days == 4
    question = {"outcome": "1", "question_zh": "您会做软食吗？", "question_en": ""}
    assert officer.post(at("write_guide", world.food.code), question).status_code == 302
    assert "您会做软食吗？" in officer.get(at("write_guide", world.food.code)).content.decode()
    person = a_person("评新")
    keep = {
        "centre": world.school.code, "person": person.sign_in_name,
        "fields_of_study": "092 1013", "capacity": "3", "is_active": "on",
    }  # fmt: skip
    assert desk.post(at("keep_assessors"), keep | {"fields_of_study": "护理"}).status_code == 422
    assert desk.post(at("keep_assessors"), keep | {"person": "nobody"}).status_code == 422
    assert desk.post(at("keep_assessors"), keep).status_code == 302
    assert Assessor.objects.get(person=person).fields == ["092", "1013"]
    assert desk.get(at("keep_assessors")).status_code == 200
    assert desk.get(at("keep_centres")).status_code == 403
    assert Client().get(at("show_numbers")).status_code == 200
