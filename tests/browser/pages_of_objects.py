"""Pages of one thing each: what is in dispute, drafted, asked, helped with, given back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.test import Client

from city.situations import a_person, a_registrar, an_organisation
from coordination.classes.situations import a_live_class, a_season, sessions
from coordination.colleges.situations import a_unit, founded
from coordination.courses.situations import a_course, a_version
from coordination.enrolment.situations import a_class_now, a_lottery_now, charge_of, enrolled_now
from coordination.facilities.situations import a_booking, a_loan, a_request, a_wait
from coordination.teaching.situations import (
    a_class_today,
    an_arrival_waiting,
    lesson_with_homework,
    over,
    the_enrolment,
)
from coordination.volunteers.live import a_certificate_code, everything
from learning.badges.live import a_badge, a_line, a_share
from learning.badges.live import a_batch as a_badge_batch
from learning.collectives.live import everything as all_of_collectives
from learning.employers.live import a_checked_list, a_consent, a_list
from learning.employers.live import over as stopped_one
from learning.employers.situations import UNKNOWN, a_row
from learning.exchange.live import a_batch, a_statement
from learning.exchange.live import everything as all_of_exchange
from learning.foreign.live import all_of_outside, body_at
from learning.priorlearning.live import all_of_recognition
from learning.recognition import situations as so
from learning.records.situations import card_of
from learning.redemption.live import everything as all_of_redemption
from learning.rollout.live import everything as all_of_rollout
from learning.supervision.live import everything as all_of_supervision
from learning.transfers.live import a_kinship, a_tie, an_officer
from learning.transfers.live import drafted as drafted_rules
from learning.transfers.live import offered as a_gift
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
from xuecheng.coordination.enrolment import services as enrolment
from xuecheng.coordination.facilities import rules
from xuecheng.coordination.facilities import services as facilities
from xuecheng.coordination.staff.models import Agreement, AgreementHours, Qualification, Teacher
from xuecheng.coordination.staff.rules import span
from xuecheng.coordination.teaching import services as teaching
from xuecheng.coordination.teaching.models import Certificate, CheckInKey
from xuecheng.learning.badges import services as badges
from xuecheng.learning.cards import queries as queries_of_cards
from xuecheng.learning.creditbank.models import LedgerCheck, UnitVersion
from xuecheng.learning.recognition.models import Posting, RuleVersion
from xuecheng.learning.records.models import DoubleReport, LearningRecord
from xuecheng.learning.records.services.disputing import dispute_record
from xuecheng.learning.redemption import services as redemption

if TYPE_CHECKING:
    from browser.pages import Ground, Names


def _teaching(town: Story, ground: Ground) -> tuple[Teacher, Qualification, Agreement]:
    """The learner teaches for the registrar's college, by an agreement that waits for their word."""
    today = clock.date_of(ground.at)
    entry = {
        "kind": "part_time", "home": town.city.college, "territory": town.city.college.territory,
        "subjects": ["calligraphy", "tai_chi"], "languages": ["cmn", "yue"], "travel_km": 8, "sessions": 2, "is_shared": True,
        "state": "open", "decided_by": ground.registrar.person, "entered_at": ground.at,
    }  # fmt: skip
    teacher, _is_new = Teacher.objects.get_or_create(person=town.learner, defaults=entry)
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
             ("staff:list_teachers",), ("staff:find_teachers",), ("staff:show_structure",), ("staff:show_sharing",),
             ("staff:list_agreements",),
             ("staff:show_teacher", teacher.public_id), ("staff:draft_agreement", teacher.public_id),
             ("staff:show_agreement", agreement.public_id)],
        ),
        (town.registrar, _of_places(ground)),
        *_of_courses(town, ground),
        *_of_classes(town, ground),
        *_of_enrolment(town, ground),
        (town.at_browser(ground.other.person), _of_the_network(ground)),
        *_of_teaching(town, ground),
        *_of_volunteers(town, ground),
        *_of_exchange(town, ground),
        *_of_supervision(town, ground),
        *_of_outside(town, ground),
        *_of_employers(town, ground),
        *_of_recognition(town, ground),
        *_of_redemption(town, ground),
        *_of_collectives(town, ground),
        *_of_badges(town, ground),
        *_of_giving(town, ground),
        *_of_rollout(town, ground),
        *_of_cards(town, ground),
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


def _of_classes(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """A draft, an open class, one without anything; the season they are in."""
    college, keeper = ground.city.college, ground.registrar
    draft = a_live_class(keeper, college)
    opened = a_live_class(keeper, college, state="open", title_zh="岭南书法：从楷书开始")
    empty = a_live_class(keeper, college, count=0)
    a_season(college, begins=clock.date_of(ground.at) + timedelta(days=120), name_zh="下一学期")
    first = sessions(draft)[0].public_id
    return [
        (None, [("classes:show_class", opened.public_id)]),
        (
            town.registrar,
            [("classes:show_plan", draft.public_id), ("classes:show_plan", opened.public_id),
             ("classes:show_plan", empty.public_id), ("classes:change_class", opened.public_id),
             ("classes:add_sessions", empty.public_id), ("classes:plan_class", draft.version.public_id),
             ("classes:change_season", draft.season.public_id), ("classes:clone_season", draft.season.public_id),
             ("classes:move_session", first), ("classes:substitute_teacher", first), ("classes:cancel_session", first),
             ("classes:find_substitute", first),
             ("classes:show_history", opened.public_id)],
        ),
    ]  # fmt: skip


def _of_enrolment(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """A class with a fee and people in every state, one by lot that was drawn, money at the desk."""
    college, clerk = ground.city.college, ground.registrar
    row = a_class_now(college, clerk, seats=1, fee_fen=8_000, course={"fee_fen": 8_000, "waivers": ["elder"]})
    first = enrolled_now(row, town.learner)
    waits = enrolled_now(row, a_person("等位的人"))
    enrolment.pay_charge(actor=clerk, public_id=uuid7(), charge=charge_of(first), provider="cash", at=clock.now())
    lottery = a_lottery_now(college, clerk, step="drawn")
    frozen = a_lottery_now(college, clerk, step="frozen")
    free = a_class_now(college, clerk)
    charge = charge_of(first)
    today = clock.today().isoformat()
    return [
        (None, [("enrolment:show_lottery", lottery.course_class.public_id)]),
        (
            town.resident,
            [("enrolment:list_own",), ("enrolment:enrol", free.public_id),
             ("enrolment:show_enrolment", first.public_id), ("enrolment:transfer", first.public_id)],
        ),
        (
            town.registrar,
            [("enrolment:list_rolls",), ("enrolment:show_roll", row.public_id),
             ("enrolment:show_roll", frozen.course_class.public_id), ("enrolment:print_list", row.public_id),
             ("enrolment:enrol_person", row.public_id), ("enrolment:set_numbers", row.public_id),
             ("enrolment:show_enrolment", waits.public_id), ("enrolment:list_charges",),
             ("enrolment:show_charge", charge.public_id), ("enrolment:show_day", college.code, today)],
        ),
    ]  # fmt: skip


def _of_teaching(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """A session that goes on, its code, and a class that is over."""
    college, clerk = ground.city.college, ground.registrar
    session = a_class_today(college, clerk, learner=town.learner)
    teaching.open_check_in(actor=clerk, session=session, address="", at=clock.now())
    an_arrival_waiting(session)
    code = teaching.code_now(CheckInKey.objects.get(session=session), at=clock.now())
    place = the_enrolment(session)
    lesson_with_homework(session, clerk, place)
    past = a_class_today(college, clerk)
    row, one = over(past, clerk), the_enrolment(past)
    completed = a_class_today(college, clerk, learner=town.learner)
    over(completed, clerk, state="present")
    certificate = Certificate.objects.get(learner=town.learner).code
    return [
        (None, [("teaching:verify_certificate", certificate)]),
        (
            town.resident,
            [("teaching:list_own",), ("teaching:check_in", session.public_id, code),
             ("teaching:see_certificate", certificate), ("teaching:show_own_class", place.public_id),
             ("teaching:give_feedback", the_enrolment(completed).public_id),
             ("teaching:hand_in", place.public_id, session.public_id),
             ("teaching:show_materials", session.course_class.public_id)],
        ),
        (
            town.registrar,
            [("teaching:today",), ("teaching:list_classes",), ("teaching:take", session.public_id),
             ("teaching:keep_lesson", session.public_id), ("teaching:keep_lesson", past.public_id),
             ("teaching:take", past.public_id), ("teaching:show_code", session.public_id),
             ("teaching:completion", session.course_class.public_id), ("teaching:completion", row.public_id),
             ("teaching:correct", row.public_id, one.public_id, past.public_id)],
        ),
    ]  # fmt: skip


def _of_rollout(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """An accreditation in force and one that waits, a phase open and one planned, a line of the table."""
    made = all_of_rollout(ground.city.college)
    return [
        (None, [("rollout:show_open",), ("rollout:list_register",),
                ("rollout:show_institution", made.granted.organisation.code)]),
        (
            town.at_browser(made.officer.person),
            [("rollout:list_accreditations",), ("rollout:propose_accreditation",),
             ("rollout:show_accreditation", made.granted.public_id),
             ("rollout:show_accreditation", made.waits.public_id),
             ("rollout:renew_accreditation", made.granted.public_id), ("rollout:list_phases",),
             ("rollout:plan_phase",), ("rollout:show_phase", made.open.public_id),
             ("rollout:show_phase", made.planned.public_id), ("rollout:change_phase", made.planned.public_id),
             ("rollout:list_readiness",), ("rollout:list_thresholds",), ("rollout:set_threshold", "coverage")],
        ),
    ]  # fmt: skip


def _of_cards(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """A card with a phone, for its holder and for the counter."""
    card = queries_of_cards.card_of((town.learner.pk,))
    assert card is not None
    return [
        (town.resident, [("cards:change_card", card.public_id, "replace")]),
        (
            town.at_browser(ground.clerk.person),
            [
                ("cards:counter",),
                ("cards:show_kept", card.public_id),
                ("cards:change_card", card.public_id, "hand-back"),
            ],
        ),
    ]


def _of_exchange(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """Agreements in every state, a request that waits and an appeal."""
    made = all_of_exchange(ground.registrar, ground.city.college, town.learner)
    case, appealed = made.case.public_id, made.appeal.case.public_id
    statement = a_statement(made.world)
    batch = a_batch(made.world, town.learner)
    return [
        (None, [("exchange:show_agreement", made.agreement.public_id)]),
        (
            town.resident,
            [("exchange:show_wallet",), ("exchange:list_own",), ("exchange:show_case", case),
             ("exchange:show_case", appealed)],
        ),
        (
            town.registrar,
            [("exchange:list_statements",), ("exchange:show_statement", statement.public_id), ("exchange:list_kept",), ("exchange:draft_agreement",), ("exchange:list_cases",),
             ("exchange:show_case", case), ("exchange:show_agreement", made.draft.public_id),
             ("exchange:change_agreement", made.draft.public_id)],
        ),
        (
            town.at_browser(made.world.ou.person),
            [("exchange:follow_agreement", made.agreement.public_id), ("exchange:list_batches",), ("exchange:lodge_batch",),
             ("exchange:show_batch", batch.public_id)],
        ),
        (
            town.at_browser(made.world.officer.person),
            [("exchange:keep_periods",), ("exchange:show_period", statement.period.public_id), ("exchange:list_to_decide",), ("exchange:list_appeals",), ("exchange:show_agreement", made.signed.public_id),
             ("exchange:show_case", appealed)],
        ),
    ]  # fmt: skip


def _of_volunteers(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """A call with somebody who applied, somebody who serves now, and a service that is looked at."""
    college, clerk = ground.city.college, ground.registrar
    made = everything(clerk, college, person=town.learner)
    shift, call = made.shift.public_id, made.shift.activity.public_id
    return [
        (None, [("volunteers:show_call", call), ("volunteers:verify_certificate", a_certificate_code(clerk, college))]),
        (
            town.resident,
            [("volunteers:show_own",), ("volunteers:keep_entry",), ("volunteers:show_call", call),
             ("volunteers:apply", made.open_shift.public_id)],
        ),
        (
            town.registrar,
            [("volunteers:list_activities",), ("volunteers:draft_activity",), ("volunteers:list_volunteers",),
             ("volunteers:register_person",), ("volunteers:show_activity", call), ("volunteers:show_shift", shift),
             ("volunteers:show_activity", made.draft.public_id), ("volunteers:change_activity", made.draft.public_id),
             ("volunteers:add_shift", call), ("volunteers:show_volunteer", made.volunteer.public_id),
             ("volunteers:register_late", made.late.shift.public_id), ("volunteers:show_shift", made.late.shift.public_id)],
        ),
        (
            town.colleague,
            [("volunteers:list_reviews",), ("volunteers:decide_service", made.service.public_id), ("volunteers:list_late",),
             ("volunteers:decide_late", made.late.public_id)],
        ),
        (town.at_browser(ground.other.person), [("volunteers:set_numbers",)]),
    ]  # fmt: skip


def _of_courses(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """A course with an approved version and a next one, each state of it; one that another college shares."""
    college, at, writer = ground.city.college, ground.at, ground.registrar.person
    unit = so.a_unit(town.city)
    taught = a_course(
        college, title_zh="家庭养老护理", title_en="Caring for elders at home", subject="health", audience="families"
    )
    facts = {
        "outcome": "能为卧床老人翻身、清洁、喂食\n能测血压并记录", "unit": unit, "is_assessed": True, "fee_fen": 8000,
        "waivers": ["elder"], "entry_requirement": "年满16周岁", "entry_reason": "翻身需要力气", "drafted_by": writer,
    }  # fmt: skip
    old = a_version(taught, **facts)
    waiting = a_version(taught, number=2, state="in_review", sent_at=at, **facts | {"minutes": 120, "fee_fen": 6000})
    back = a_version(
        a_course(college, title_zh="手机短视频剪辑"),
        state="returned",
        drafted_by=writer,
        decision_reason="写清楚怎样考核",
    )
    other = a_course(an_organisation(ground.district), title_zh="荔枝修剪", is_shared=True)
    a_version(other)
    return [
        (None, [("courses:show_course", taught.public_id)]),
        (
            town.registrar,
            [("courses:list_kept",), ("courses:find_shared",), ("courses:write_course",),
             ("courses:show_version", old.public_id), ("courses:edit_version", back.public_id),
             ("courses:show_version", back.public_id), ("courses:draft_version", taught.public_id),
             ("courses:copy_course", other.public_id)],
        ),
        (town.colleague, [("courses:list_reviews",), ("courses:show_version", waiting.public_id)]),
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
    a_wait(ground.registrar, college, is_offered=True)
    lent = a_loan(ground.registrar, made.venue, an_organisation(college.territory), at=at)
    other = an_organisation(college.territory)
    asked = a_request(a_registrar(other), other, made.venue, at=at)
    venue, room = made.venue.public_id, made.space.public_id
    return [
        ("facilities:list_requests",), ("facilities:show_request", asked.public_id), ("facilities:ask_for_room", venue),
        ("facilities:list_waits",), ("facilities:lend_room", venue), ("facilities:end_loan", lent.public_id),
        ("facilities:show_venue", venue), ("facilities:change_venue", venue), ("facilities:change_state", venue),
        ("facilities:set_hours", venue), ("facilities:add_closure", venue), ("facilities:add_space", venue),
        ("facilities:change_space", room), ("facilities:book_space", room), ("facilities:book_series", room),
        ("facilities:end_closure", closure.public_id), ("facilities:show_booking", made.public_id),
        ("facilities:show_series", series.public_id),
    ]  # fmt: skip


def _of_badges(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """A credential and a link to it for its learner, for whoever has the link, at the issuer's desk."""
    place = ground.city.college
    made = a_badge(town.learner, place)
    a_line(town.learner, place, title="书法初级")
    link, batch = a_share(town.learner, made), a_badge_batch(ground.registrar, place)
    return [
        (
            None,
            [("badges:show_credential", made.public_id), ("badges:show_achievement", made.achievement.public_id),
             ("badges:show_issuer", place.code), ("badges:open_share", badges.token_of(link.public_id))],
        ),
        (
            town.resident,
            [("badges:list_own",), ("badges:ask",), ("badges:show_badge", made.public_id), ("badges:take_record",),
             ("badges:list_shares",), ("badges:share",), ("badges:show_share", link.public_id)],
        ),
        (
            town.registrar,
            [("badges:desk",), ("badges:issue",), ("badges:show_batch", batch.public_id),
             ("badges:show_badge", made.public_id)],
        ),
        (town.at_browser(an_officer("签发冯").person), [("badges:show_keys",)]),
    ]  # fmt: skip


def _of_redemption(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """The shelf, an order that waits and one that was handed out, for its learner and at the counter."""
    made = all_of_redemption(ground.registrar, ground.city.college, town.learner)
    order, handed = made.order.public_id, made.handed.public_id
    card = queries_of_cards.card_of((town.learner.pk,))
    assert card is not None
    redemption.read_holder(
        actor=ground.registrar, public_id=uuid7(), text=card.number, confirmed="name", at=clock.now()
    )
    return [
        (None, [("redemption:show_shelf",), ("redemption:show_offer", made.offer.public_id)]),
        (
            town.resident,
            [("redemption:show_shelf",), ("redemption:show_offer", made.offer.public_id), ("redemption:list_own",),
             ("redemption:show_order", order), ("redemption:show_order", handed)],
        ),
        (
            town.registrar,
            [("redemption:counter",), ("redemption:show_holder", card.account.public_id), ("redemption:list_orders",), ("redemption:list_offers",),
             ("redemption:draft_offer",), ("redemption:keep_offer", made.offer.public_id),
             ("redemption:change_offer", made.draft.public_id), ("redemption:follow_offer", made.offer.public_id),
             ("redemption:show_order", order), ("redemption:show_order", handed)],
        ),
    ]  # fmt: skip


def _of_giving(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """Points within a family: who is given some and may give, and an officer before a draft of rules."""
    a_gift(a_person("麦母亲"), town.learner)
    a_tie(a_person("麦外婆"), town.learner)
    drafted_rules()
    kin = a_kinship(town.learner, a_person("麦姐姐"), clerk=ground.clerk)
    return [
        (
            town.at_browser(ground.clerk.person),
            [("transfers:record_kinship",), ("transfers:find_kinships",), ("transfers:end_at_counter", kin.public_id)],
        ),
        (town.resident, [("transfers:list_own",), ("transfers:offer",)]),
        (town.at_browser(an_officer("批准冯").person), [("transfers:list_rules",), ("transfers:draft_rules",)]),
    ]


def _of_collectives(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """Accounts in every state, as everybody, their convenor and the institution see them."""
    made = all_of_collectives(ground.registrar, ground.city.college, town.learner)
    there, gone, waits = made.open.public_id, made.closed.public_id, made.waits.public_id
    return [
        (None, [("collectives:list_open",), ("collectives:show_account", there)]),
        (
            town.resident,
            [("collectives:list_open",), ("collectives:list_own",), ("collectives:apply",),
             ("collectives:show_account", there), ("collectives:show_account", gone)],
        ),
        (
            town.registrar,
            [("collectives:list_kept",), ("collectives:show_account", there), ("collectives:show_account", waits),
             ("collectives:deposit", there), ("collectives:take_back", there, made.deposit.public_id)],
        ),
    ]  # fmt: skip


def _of_employers(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """A list with its answers and one that stopped, as the organisation sees them; who agreed, as the learner does."""
    place = ground.city.college
    made = a_badge(town.learner, place, title="社区护理")
    a_consent(town.learner, place)
    rows = [a_row(str(made.public_id), name=town.learner.name, title="", day=""), a_row(UNKNOWN), a_row("??")]
    done, stopped = a_checked_list(ground.registrar, place, *rows), stopped_one(a_list(ground.registrar, place))
    return [
        (town.resident, [("employers:list_consents",), ("employers:give_consent",)]),
        (
            town.registrar,
            [("employers:list_lists",), ("employers:bring",), ("employers:show_list", done.public_id),
             ("employers:show_list", stopped.public_id)],
        ),
    ]  # fmt: skip


def _of_outside(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """Records from outside in several states, as the learner and an officer see them; what officers wrote."""
    made = all_of_outside(body_at(ground.city.college.territory), town.learner)
    own = [
        ("foreign:list_own",), ("foreign:bring",), ("foreign:show_delivery", made.delivery.public_id),
        ("foreign:show_delivery", made.broken.public_id), ("foreign:show_delivery", made.shown.public_id),
        *(("foreign:show_record", one.public_id) for one in (made.waiting, made.refused, made.credited)),
    ]  # fmt: skip
    desk = [
        ("foreign:list_desk",), ("foreign:show_record", made.others.public_id), ("foreign:list_rules",),
        ("foreign:draft_rule",), ("foreign:show_rule", made.rule.public_id),
        ("foreign:show_rule", made.proposal.public_id), ("foreign:keep_issuers",),
    ]  # fmt: skip
    return [
        (None, [("foreign:list_issuers",)]),
        (town.resident, own),
        (town.at_browser(made.world.officer.person), desk),
    ]


def _of_recognition(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """Applications in several states, as the learner, the centre, an assessor and an officer see them."""
    made = all_of_recognition(ground.registrar, ground.city.college, town.learner)
    draft, waits, runs = (
        ("priorlearning:show_application", one.public_id) for one in (made.draft, made.submitted, made.assessing)
    )
    desk = [
        ("priorlearning:list_cases",), waits, ("priorlearning:keep_assessors",), ("priorlearning:list_groups",),
        ("priorlearning:lodge_group",), ("priorlearning:show_group", made.group.public_id),
    ]  # fmt: skip
    own = [
        ("priorlearning:list_own",), ("priorlearning:begin",), draft,
        ("priorlearning:show_application", made.decided.public_id),
        ("priorlearning:answer_questions", made.draft.public_id),
        ("priorlearning:keep_evidence", made.draft.public_id),
    ]  # fmt: skip
    work = [("priorlearning:list_work",), runs, ("priorlearning:assess", made.assessing.public_id, 1)]
    kept = [
        ("priorlearning:keep_centres",),
        ("priorlearning:write_guide", made.world.care.code),
        ("priorlearning:moderate",),
    ]
    return [
        (
            None,
            [
                ("priorlearning:find_units",),
                ("priorlearning:show_numbers",),
                ("priorlearning:speak", made.witness.public_id),
            ],
        ),
        (town.resident, own),
        (town.registrar, desk),
        (town.at_browser(made.mine.person), work),
        (town.at_browser(made.world.officer.person), kept),
    ]


def _of_supervision(town: Story, ground: Ground) -> list[tuple[Client | None, Names]]:
    """What looks wrong, a case that may be answered, one that is appealed against, and an audit."""
    made = all_of_supervision(ground.registrar, ground.city.college, town.learner)
    case, appealed = made.case.public_id, made.appeal.withdrawal.public_id
    audit = made.audit.public_id
    return [
        (None, [("supervision:show_audit", audit)]),
        (
            town.resident,
            [("supervision:list_own",), ("supervision:show_withdrawal", case),
             ("supervision:show_withdrawal", appealed)],
        ),
        (
            town.registrar,
            [("supervision:list_questions",), ("supervision:show_question", made.question.public_id),
             ("supervision:show_withdrawal", case)],
        ),
        (
            town.at_browser(made.world.officer.person),
            [("supervision:list_suspicions",), ("supervision:show_suspicion", made.suspicion.public_id),
             ("supervision:list_withdrawals",), ("supervision:show_withdrawal", case), ("supervision:plan_audit",),
             ("supervision:find_credit",), ("supervision:open_case", made.item.record_id),
             ("supervision:show_audit", audit), ("supervision:show_item", audit, made.item.number)],
        ),
    ]  # fmt: skip
