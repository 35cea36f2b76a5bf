"""Pages of one thing each: what is in dispute, drafted, asked, helped with, given back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.test import Client

from city.situations import a_person
from coordination.colleges.situations import a_unit, founded
from coordination.facilities.situations import a_booking
from learning.recognition import situations as so
from learning.records.situations import card_of
from stories.town import Story
from xuecheng.city import clock
from xuecheng.city.access import services as access
from xuecheng.city.access.models import Role, RoleHolding
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.rules import ROLES
from xuecheng.city.care.models import Guardianship, Proxy
from xuecheng.city.ids import uuid7
from xuecheng.city.mydata import services as mydata
from xuecheng.coordination.colleges import services as colleges
from xuecheng.coordination.colleges import shipped
from xuecheng.coordination.facilities import rules
from xuecheng.coordination.facilities import services as facilities
from xuecheng.coordination.staff.models import Agreement, AgreementHours, Qualification, Teacher
from xuecheng.coordination.staff.rules import span
from xuecheng.learning.creditbank.models import LedgerCheck, UnitVersion
from xuecheng.learning.recognition.models import Posting, RuleVersion
from xuecheng.learning.records.models import DoubleReport, LearningRecord
from xuecheng.learning.records.services.disputing import dispute_record

if TYPE_CHECKING:
    from browser.pages import Ground, Names


def _teaching(town: Story, ground: Ground) -> tuple[Teacher, Qualification, Agreement]:
    """The learner teaches for the registrar's college, by an agreement that waits for their word."""
    today = clock.date_of(ground.at)
    teacher = Teacher.objects.create(
        person=town.learner, kind="part_time", home=town.city.college, territory=town.city.college.territory,
        subjects=["calligraphy", "tai_chi"], languages=["cmn", "yue"], travel_km=8, sessions=2, is_shared=True,
        state="open", decided_by=ground.registrar.person, entered_at=ground.at,
    )  # fmt: skip
    held = Qualification.objects.create(
        public_id=uuid7(), teacher=teacher, person=town.learner, subject="calligraphy", level=2, title="书法教师资格证",
        issuer="羊城书法协会", during=(today - timedelta(days=400), None),
    )  # fmt: skip
    agreement = Agreement.objects.create(
        public_id=uuid7(), form="hire", teacher=teacher, person=town.learner, receiver=town.city.college,
        territory=town.city.college.territory, during=(today, today + timedelta(days=90)), weekly_minutes=120,
        purpose="初级书法班", state="awaiting", drafted_by=ground.registrar.person,
    )  # fmt: skip
    AgreementHours.objects.create(
        agreement=agreement, person=town.learner, during=agreement.during, minutes=span(1, 19 * 60, 21 * 60)
    )
    return teacher, held, agreement


def of_objects(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """Who opens which; what is not there yet is made."""
    records = list(LearningRecord.objects.filter(learner=town.learner).order_by("id")[:3])
    dispute = dispute_record(actor=ground.learner, record=records[0], complaint="我去了8次，只写了7次", at=ground.at)
    double = DoubleReport.objects.create(
        book=records[1].book, learner=town.learner, first_id=records[1].pk, second_id=records[2].pk
    )
    unit = so.a_unit(town.city)
    same = (
        "title_zh",
        "title_en",
        "level",
        "field",
        "kind",
        "credits",
        "outcomes",
        "keeper",
        "valid_from",
        "drafted_by",
    )
    draft = UnitVersion.objects.create(
        code="HL-DRAFT", version=1, state="draft", **{name: getattr(unit, name) for name in same}
    )
    approved = RuleVersion.objects.filter(state="approved").order_by("id")[0]
    written = so.a_draft(town.city)
    role = access.draft_role(
        actor=ground.operator, public_id=uuid7(), role=Role.objects.get(code="registrar"), needs_second=False,
        acts=sorted(ROLES["registrar"].acts)[1:], reason="先试一试",
    )  # fmt: skip
    asker = a_person("问的人", territory=town.city.places["五山街道"])
    request = mydata.ask(
        actor=Standing(person=asker), public_id=uuid7(), kind="explain", words="为什么有我的出生年份", at=ground.at
    )
    erasure = mydata.open_erasure(
        actor=ground.clerk, public_id=uuid7(), person=asker, reason="居民身份证原件", at=ground.at
    )
    check = LedgerCheck.objects.create(
        began_at=ground.at, ended_at=ground.at, is_full=True, book_count=256, block_count=256, row_count=9
    )
    line = Posting.objects.filter(learner=town.learner)[0]
    learner = town.learner.public_id
    teacher, held, agreement = _teaching(town, ground)
    return [
        (
            None,
            [("creditbank:see_framework", "GD-LEQ", 1), ("linking:show_operation", "list_organisations"),
             ("account:read_card", card_of(town.learner))],
        ),
        (
            town.resident,
            [("records:dispute_record", records[1].pk), ("care:end_help", Proxy.objects.order_by("-id")[0].public_id),
             ("mfa_add_webauthn",), ("mydata:ask_erasure",),
             ("staff:show_own",), ("staff:keep_profile",), ("staff:close_own",), ("staff:claim_qualification",),
             ("staff:show_qualification", held.public_id)],
        ),
        (
            town.at_browser(ground.helper.person),
            [("care:consent", Guardianship.objects.order_by("-id")[0].public_id)],
        ),
        (
            town.registrar,
            [("records:show_learner", learner), ("records:correct_record", records[1].pk),
             ("records:withdraw_record", records[1].pk), ("records:answer_dispute", dispute.pk),
             ("records:decide_double", double.pk), ("webhooks:end_subscription", ground.hook.public_id),
             ("documents:add_document", "records.evidence", records[1].pk),
             ("staff:list_teachers",), ("staff:find_teachers",), ("staff:show_structure",), ("staff:list_agreements",),
             ("staff:show_teacher", teacher.public_id), ("staff:draft_agreement", teacher.public_id),
             ("staff:show_agreement", agreement.public_id)],
        ),
        (town.registrar, _of_places(ground)),
        (town.at_browser(ground.other.person), _of_the_network(ground)),
        (
            town.colleague,
            [("account:see_account_of", learner), ("account:see_line_of", learner, line.key), ("creditbank:see_unit", unit.code, 1),
             ("creditbank:draft_next_version", unit.code, 1), ("creditbank:see_unit", draft.code, 1),
             ("recognition:draft_version", approved.public_id), ("recognition:end_rule", approved.public_id),
             ("creditbank:see_check", check.public_id)],
        ),
        (
            town.author,
            [("creditbank:edit_unit", draft.code, 1), ("recognition:edit_draft", written.public_id)],
        ),
        (
            town.at_browser(ground.clerk.person),
            [("mydata:open_erasure", learner), ("mydata:show_erasure", erasure.public_id)],
        ),
        (
            town.at_browser(ground.protector.person),
            [("mydata:answer_request", request.public_id)],
        ),
        (
            town.at_browser(ground.other.person),
            [("access:decide_role", role.public_id), ("linking:revoke_key", ground.key.public_id),
             ("access:end_role", RoleHolding.objects.filter(person=ground.registrar.person)[0].public_id),
             ("linking:change_site_secret", ground.site.public_id), ("staff:set_limits",)],
        ),
    ]  # fmt: skip


def _of_the_network(ground: Ground) -> Names:
    """A district college and a school below it, evidence that waits, what the school shares."""
    places, operator, at = ground.city.places, ground.operator, ground.at
    today = clock.date_of(at)
    since = today - timedelta(days=400)
    district = founded(operator, a_unit("district", places["天河区"], "天河区社区学院"), "district", None, on=since)
    school = founded(operator, a_unit("street", places["五山街道"], "五山社区学校"), "street", district, on=since)
    colleges.set_standard(
        actor=operator, city=places["广州市"], level="street", items=shipped.STANDARDS["street"], begins_on=today,
        today=today, source=shipped.SOURCE, why="施行",
    )  # fmt: skip
    given = colleges.give_evidence(
        actor=operator, public_id=uuid7(), college=school, code="staff", words="五街〔2026〕8号", at=at,
        valid_until=today + timedelta(days=90),
    )  # fmt: skip
    colleges.declare_offer(
        actor=operator, public_id=uuid7(), college=school, side="lacks", kind="room", theme="dance", words="每周两晚",
        first_on=today, last_on=today + timedelta(days=90), today=today,
    )  # fmt: skip
    key = school.public_id
    return [
        ("colleges:show_network",), ("colleges:list_colleges",), ("colleges:show_gaps",), ("colleges:show_todo",),
        ("colleges:find_covering",), ("colleges:list_sharing",), ("colleges:found_college",), ("colleges:set_standard",),
        ("colleges:set_targets",), ("colleges:show_district_gaps", places["天河区"].code),
        ("colleges:show_college", key), ("colleges:move_college", key), ("colleges:close_college", key),
        ("colleges:set_coverage", key), ("colleges:declare_offer", key), ("colleges:give_evidence", key, "points"),
        ("colleges:show_evidence", given.public_id),
    ]  # fmt: skip


def _of_places(ground: Ground) -> Names:
    """A house with rooms, a season in one of them, a closure."""
    college, at = ground.city.college, ground.at
    made = a_booking(ground.registrar, college)
    monday = rules.week_of(clock.date_of(at)) + timedelta(weeks=1)
    series = facilities.book_series(
        actor=ground.registrar, public_id=uuid7(), space=made.space, at=at,
        pattern=facilities.Pattern(
            begins_on=monday, ends_on=monday + timedelta(weeks=8), weekday=0, begins_minute=19 * 60, length_minutes=90
        ),
        wanted=facilities.Wanted(heads=10, purpose="排练", group_name="五山合唱团"),
    )  # fmt: skip
    closure = facilities.add_closure(
        actor=ground.registrar, public_id=uuid7(), venue=made.venue, space=made.space, kind="closure",
        begins_at=at + timedelta(days=30), ends_at=at + timedelta(days=31), reason="消防演练",
    )  # fmt: skip
    venue, room = made.venue.public_id, made.space.public_id
    return [
        ("facilities:show_venue", venue), ("facilities:change_venue", venue), ("facilities:change_state", venue),
        ("facilities:set_hours", venue), ("facilities:add_closure", venue), ("facilities:add_space", venue),
        ("facilities:change_space", room), ("facilities:book_space", room), ("facilities:book_series", room),
        ("facilities:end_closure", closure.public_id), ("facilities:show_booking", made.public_id),
        ("facilities:show_series", series.public_id),
    ]  # fmt: skip
