"""One request of each operation that only the role decides about: of divisions, people, roles, help, documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from psycopg.types.range import DateRange

from city.api.programs import Town, new_id
from city.documents.nasty import pdf
from city.realname.numbers import a_counter_clerk, a_number, claimed
from city.situations import TODAY, a_person, an_organisation
from coordination.classes.situations import a_live_class, a_season, sessions
from coordination.colleges.situations import founded
from coordination.courses.situations import a_course, a_version
from coordination.enrolment.situations import a_class_now, charge_of, enrolled_now, offered_now
from coordination.facilities.situations import a_booking, a_loan, a_wait, open_always
from coordination.volunteers.live import a_certificate_code, a_live_shift, a_live_volunteer, on_now
from coordination.volunteers.situations import applied
from learning.badges.live import a_badge, a_key, a_line, a_share
from learning.collectives import live as together
from learning.employers.live import a_checked_list, a_consent, a_list, over
from learning.employers.situations import a_row
from learning.exchange.live import a_batch, a_case, a_statement, at_unit, credited, turned
from learning.exchange.situations import World, agreed, ratio
from learning.foreign.live import at_body, proposed_issuer, refused_at, shown_at, waiting_at
from learning.foreign.situations import World as Outside
from learning.foreign.situations import a_proposal as outside_proposal
from learning.foreign.situations import a_rule as outside_rule
from learning.foreign.situations import tried
from learning.priorlearning.live import at_unit as recognition_at
from learning.priorlearning.situations import World as Recognition
from learning.priorlearning.situations import an_assessor, begun, claim_of, opined
from learning.priorlearning.situations import filled as answered
from learning.priorlearning.situations import submitted as handed_in
from learning.priorlearning.situations import whole as whole_application
from learning.records.situations import NOW, standing
from learning.redemption.live import a_draft as an_offer_draft
from learning.redemption.live import a_fee_offer, a_handed, an_offer, an_order
from learning.redemption.situations import give_points
from learning.rollout.live import a_phase, accredited, officers, proposed
from learning.supervision.live import a_case as a_withdrawal
from learning.supervision.live import a_center, a_suspicion, an_appeal, an_audit
from learning.supervision.live import credited as credited_under_rule
from learning.transfers import live as giving
from xuecheng.city import clock
from xuecheng.city.access.models import Role, RoleHolding, RoleVersion
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.care import services as care_services
from xuecheng.city.care.models import Guardianship
from xuecheng.city.documents import places
from xuecheng.city.documents import services as document_services
from xuecheng.city.documents.models import DocumentVersion
from xuecheng.city.ids import uuid7
from xuecheng.city.mydata import services as data_services
from xuecheng.city.mydata.purposes import NEW_CLASSES
from xuecheng.city.notices.models import Message, Notice
from xuecheng.city.people import merging
from xuecheng.city.people.models import DuplicateCandidate, PersonMerge
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.colleges.models import College
from xuecheng.coordination.courses.models import CourseVersion
from xuecheng.coordination.enrolment import services as enrolment_services
from xuecheng.coordination.facilities.models import Booking, RoomLoan, RoomWait, Space
from xuecheng.coordination.staff.models import Agreement, Teacher
from xuecheng.coordination.volunteers import services as volunteer_services
from xuecheng.coordination.volunteers.models import Assignment, Shift, Volunteer
from xuecheng.learning.badges.models import Badge
from xuecheng.learning.badges.queries import Line
from xuecheng.learning.cards import queries as cards
from xuecheng.learning.cards import services as services_of_cards
from xuecheng.learning.creditbank.models import FrameworkLevel, LedgerCheck
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.creditbank.services.accounts import open_learning_account
from xuecheng.learning.employers.models import CheckedList
from xuecheng.learning.exchange import services as services_of_exchange
from xuecheng.learning.exchange.models import StatementLine
from xuecheng.learning.priorlearning import services as services_of_recognition
from xuecheng.learning.priorlearning.models import Application
from xuecheng.learning.priorlearning.models import Assignment as Drawn
from xuecheng.learning.redemption import services as services_of_redemption
from xuecheng.learning.redemption.models import Offer, Redemption
from xuecheng.learning.rollout import services as services_of_rollout
from xuecheng.learning.rollout.models import Phase
from xuecheng.learning.supervision import services as services_of_supervision
from xuecheng.learning.supervision.models import Suspicion, Withdrawal

Ask = tuple[str, Any, dict[str, str]]
WHY = {"reason": "试一试"}
_numbers = count(1)
TODAY_SHOWN = clock.today().isoformat()


def _street(_town: Town) -> Territory:
    return Territory.objects.get(code="440106001000")


def _stranger(_town: Town) -> Any:
    return a_person("别人", territory=Territory.objects.get(code="440106001000"))


def _holding(town: Town, *, state: str = "approved") -> RoleHolding:
    return RoleHolding.objects.create(
        public_id=uuid7(), person=_stranger(town), role="registrar", organisation=town.desk.college,
        during=DateRange(date(2026, 1, 1), None), reason="任命", state=state,
    )  # fmt: skip


def _role_draft(town: Town) -> RoleVersion:
    number = next(_numbers)
    role = Role.objects.create(code=f"role_{number:04}", name_zh="试用", name_en="Trial", held_at="organisation")
    return RoleVersion.objects.create(
        role=role, number=1, acts=["jobs.see_job"], needs_second=False, reason="试", drafted_by=_stranger(town)
    )


def _pair(town: Town) -> DuplicateCandidate:
    first, second = _stranger(town), _stranger(town)
    return DuplicateCandidate.objects.create(first=first, second=second, reasons=["name"], score=60, found_at=NOW)


def _merge(town: Town) -> PersonMerge:
    clerk = a_counter_clerk(town.desk.district.parent)
    return merging.merge_people(
        actor=clerk, public_id=uuid7(), kept=_stranger(town), merged=_stranger(town), at=NOW, reason="同一人"
    )


def _identity_document(town: Town) -> Any:
    clerk = a_counter_clerk(town.desk.district.parent)
    return claimed(clerk, _stranger(town), a_number(next(_numbers)))


def _proxy(town: Town) -> Any:
    """The learner's helper; each time another, so that they do not overlap."""
    care_services.Proxy.objects.filter(person=town.learner).delete()
    return care_services.grant_proxy(
        actor=Standing(person=town.learner), public_id=uuid7(), helper=_stranger(town), tasks=["account"],
        ends_on=clock.today() + timedelta(days=3), at=clock.now(),
    )  # fmt: skip


def _guardianship(town: Town, **more: Any) -> Guardianship:
    """A child of the learner's, or with `child` the learner as the child."""
    from psycopg.types.range import TimestamptzRange

    Guardianship.objects.all().delete()
    wished: dict[str, Any] = {
        "public_id": uuid7(), "child": _stranger(town), "guardian": town.learner, "relation": "mother",
        "proof": "户口簿", "child_born_on": date(2016, 5, 1), "recorded_by": _stranger(town),
        "during": TimestamptzRange(clock.now() - timedelta(days=1), clock.now() + timedelta(days=300)),
    } | more  # fmt: skip
    return Guardianship.objects.create(**wished)


def _grown_up(town: Town) -> Guardianship:
    from psycopg.types.range import TimestamptzRange

    past = TimestamptzRange(clock.now() - timedelta(days=300), clock.now() - timedelta(days=1))
    return _guardianship(town, child=town.learner, guardian=_stranger(town), during=past)


def _data_request(town: Town) -> Any:
    from xuecheng.city.mydata.models import Request

    Request.objects.filter(person=town.learner).update(state="taken")
    return data_services.ask(
        actor=standing(town.learner), public_id=uuid7(), kind="explain", words="这是什么", at=clock.now()
    )


def _notice(town: Town) -> Notice:
    return Notice.objects.create(
        message_id=uuid7(), book=town.learner.pk % 256, person=town.learner, kind="care.help_ended", told_at=NOW
    )


def _message(town: Town) -> Message:
    return Message.objects.create(
        message_id=uuid7(), channel="email", kind="care.help_ended", urgency=1, person=_stranger(town),
        state="failed", created_at=NOW, due_at=NOW, ended_at=NOW,
    )  # fmt: skip


def _evidence(town: Town) -> DocumentVersion:
    record = town.desk.record(town.learner)
    place = places.named("records.evidence")
    assert place is not None
    thing = place.find(str(record.pk))
    assert thing is not None
    version = document_services.add_document(
        actor=town.desk.registrar, place=place, thing=thing, public_id=uuid7(), title="签到表", file_name="list.pdf",
        chunks=[pdf()], at=clock.now(),
    )  # fmt: skip
    DocumentVersion.objects.filter(pk=version.pk).update(scan="clean")
    return version


def _record_key(town: Town) -> str:
    return str(town.desk.record(town.learner).pk)


def _check(_town: Town) -> LedgerCheck:
    return LedgerCheck.objects.create(
        began_at=NOW, ended_at=NOW, is_full=False, book_count=1, block_count=1, row_count=1
    )


def unit_text(town: Town, **more: Any) -> dict[str, Any]:
    """What a draft of a unit says."""
    level = FrameworkLevel.objects.select_related("framework").filter(framework__code="GD-LEQ").order_by("ordinal")[0]
    keeper = town.people["C"]
    del keeper
    from xuecheng.city.organisations.models import Organisation

    return {
        "title_zh": "太极拳", "title_en": "Taijiquan", "framework": level.framework.code, "level": level.label,
        "field": "1014", "kind": "community", "credits": 100,
        "outcomes": [{"zh": "会打全套", "en": "Can do the whole form", "assessed_by": ["practical"]}],
        "keeper": Organisation.objects.filter(kind="certification_body").earliest("pk").code, "valid_from": "2027-01-01", "why": "新课",
    } | more  # fmt: skip


def _new_unit(town: Town) -> Ask:
    return "/units", unit_text(town) | {"id": new_id(), "code": f"TJ-{next(_numbers)}"}, {}


def _new_division(number: int) -> dict[str, str]:
    return {"code": f"44010602{number % 10}000", "name_zh": f"新{number}街道"}


OF_EACH_ROLE = {"choose_channels"}
"""Operations that whoever asks must have read before: what they send is made for each."""


def _choices(town: Town) -> Ask:
    body = {"digest": "daily", "quiet_from": "22:00", "quiet_until": "08:00"}
    return "/me/notice-choices", body, {"If-Match": town[town.asking].get("/me/notice-choices").get("ETag", "")}


def _room_to_book(town: Town) -> Ask:
    room = a_room_anywhere(town)
    begins = clock.now() + timedelta(days=next(_numbers) % 60 + 1)
    return (
        f"/rooms/{room.public_id}/bookings",
        {"id": new_id(), "begins_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=1)).isoformat(),
         "heads": 10, "group_name": f"合唱团{next(_numbers)}", "purpose": "排练"},
        {},
    )  # fmt: skip


def _room_to_wait_for(town: Town) -> Ask:
    """A room that is taken then."""
    taken = _booked(town)
    return (
        f"/rooms/{taken.space.public_id}/waits",
        {"id": new_id(), "begins_at": taken.begins_at.isoformat(), "ends_at": taken.ends_at.isoformat(), "heads": 10,
         "group_name": f"合唱团{next(_numbers)}", "purpose": "排练"},
        {},
    )  # fmt: skip


def _room_to_lend(town: Town) -> Ask:
    """A room of the registrar's college, to a unit elsewhere."""
    space = a_room_anywhere(town)
    return (
        f"/venues/{space.venue.public_id}/room-loans",
        {"id": new_id(), "room": str(space.public_id), "borrower": an_organisation(town.desk.college.territory).code,
         "begins_on": TODAY_SHOWN, "ends_before": _on(30), "weekdays": [1, 3], "begins_minute": 1140,
         "ends_minute": 1260, "purpose": "书法班"},
        {},
    )  # fmt: skip


def _lent(town: Town) -> RoomLoan:
    """All of a place of the registrar's college."""
    keeper, other = standing_of(town.people["R"], today=TODAY), an_organisation(town.desk.college.territory)
    return a_loan(keeper, a_room_anywhere(town).venue, other, at=clock.now())


def _waited(town: Town) -> RoomWait:
    """Somebody of the registrar's college waits for one of its rooms."""
    return a_wait(standing_of(town.people["R"], today=TODAY), town.desk.college)


def a_room_anywhere(town: Town) -> Space:
    """A new room of the college's, open at all hours."""
    return open_always(standing_of(town.people["R"], today=TODAY), town.desk.college)


def _a_college(town: Town) -> College:
    """A new district college that stands alone."""
    made = an_organisation(town.desk.college.territory)
    return founded(standing_of(town.people["O"], today=TODAY), made, "district", None)


def _college_to_found(town: Town) -> Ask:
    made = an_organisation(town.desk.college.territory)
    return (
        "/colleges",
        {"id": new_id(), "level": "district", "organisation": made.code, "stands_from": TODAY_SHOWN} | WHY,
        {},
    )


def _booked(town: Town) -> Booking:
    return a_booking(standing_of(town.people["R"], today=TODAY), town.desk.college)


def _volunteer(town: Town) -> Volunteer:
    """The learner volunteers, through the registrar's college."""
    return a_live_volunteer(standing_of(town.people["R"], today=TODAY), town.desk.college, town.learner)


def _organiser(town: Town) -> Standing:
    return standing_of(town.people["R"], today=TODAY)


def _on_now(town: Town) -> Assignment:
    """Somebody has a place on a shift that goes on."""
    return on_now(_organiser(town), town.desk.college, _stranger(town))


def _serving(town: Town) -> Assignment:
    one, now = _on_now(town), clock.now()
    return volunteer_services.check_in(actor=_organiser(town), assignment=one, when=now - timedelta(minutes=15), at=now)


def _card(town: Town) -> Any:
    """The learner's card, in use."""
    card = cards.card_of((town.learner.pk,))
    assert card is not None
    if card.state == "frozen":
        services_of_cards.thaw_card(actor=_own_standing(town), card=card, at=clock.now())
    return card


def _own_standing(town: Town) -> Any:
    return standing_of(town.learner, today=clock.today())


def _card_device(town: Town) -> str:
    made = services_of_cards.enrol_device(
        actor=_own_standing(town), public_id=uuid7(), card=_card(town), name="手机", at=clock.now()
    )
    cards.live_devices(made.device.card).exclude(pk=made.device.pk).update(revoked_at=clock.now())
    return str(made.device.public_id)


def _read_card(town: Town) -> Ask:
    body = {
        "id": new_id(), "organisation": town.desk.college.code, "card": _card(town).number, "confirmed": "name",
    }  # fmt: skip
    return "/card-readings", body, {}


def _exchange(town: Town) -> World:
    """The registrar's college takes credits of an open university."""
    world = at_unit(standing_of(town.people["R"], today=TODAY), town.desk.college)
    agreed(world, at=clock.now())
    return world


def _lodge_batch(town: Town) -> Ask:
    """The registrar's college gives, the open university takes."""
    world = turned(at_unit(standing_of(town.people["R"], today=TODAY), town.desk.college))
    agreed(world, ratio(world), at=clock.now())
    said = {
        "id": new_id(), "source": world.open_university.code, "target": world.vocational.code, "code": "GY-101",
        "ended_from": "2026-01-01", "ended_to": "2026-07-01", "consents": "教务处",
    }  # fmt: skip
    return "/exchange-batches", said, {}


def _line(town: Town) -> Line:
    """Something of the learner's that the registrar's college can certify."""
    return a_line(town.learner, town.desk.college)


def _badge(town: Town) -> Badge:
    return a_badge(town.learner, town.desk.college)


def _offer(town: Town) -> Offer:
    """Something on the shelf of the registrar's college."""
    return an_offer(standing_of(town.people["R"], today=TODAY), town.desk.college)


def _offer_gift(town: Town) -> Ask:
    giving.in_force()
    give_points(town.learner, 500)
    tie = giving.a_tie(town.learner, _stranger(town))
    return "/me/family-gifts", {"id": new_id(), "guardianship": str(tie.public_id), "points": 500}, {}


def _circle(town: Town) -> Any:
    """An open account at the registrar's college, convened by the learner."""
    return together.opened(standing_of(town.people["R"], today=TODAY), town.desk.college, town.learner)


def _asks_to_join(town: Town) -> str:
    one = together.asked(_circle(town), _stranger(town))
    return f"/collectives/{one.collective.public_id}/memberships/{one.public_id}"


def _member(town: Town) -> str:
    one = together.admitted(standing_of(town.people["R"], today=TODAY), _circle(town), _stranger(town))
    return f"/collectives/{one.collective.public_id}/memberships/{one.public_id}"


def _given(town: Town) -> str:
    one = together.deposited(standing_of(town.people["R"], today=TODAY), _circle(town))
    return f"/collectives/{one.collective.public_id}/deposits/{one.public_id}"


def _give(town: Town) -> Ask:
    together.a_rule()
    said = {
        "id": new_id(), "source": "activity", "code": "TD-01", "title": "粤剧欣赏沙龙", "began_on": "2026-01-05",
        "ended_on": "2026-03-01", "minutes": 960, "proof": "签到表，柜 12",
    }  # fmt: skip
    return f"/collectives/{_circle(town).public_id}/deposits", said, {}


def _order(town: Town, learner: Any) -> Redemption:
    return an_order(_offer(town), learner)


def _handed(town: Town) -> Redemption:
    keeper = standing_of(town.people["R"], today=TODAY)
    return a_handed(keeper, _offer(town), _stranger(town))


def _reserve(town: Town) -> Ask:
    offer = _offer(town)
    for person in town.people.values():
        give_points(person, offer.points)
    return "/me/redemptions", {"id": new_id(), "offer": str(offer.public_id), "items": 1}, {}


def _reserve_at_counter(town: Town) -> Ask:
    holder, offer = _stranger(town), _offer(town)
    give_points(holder, offer.points)
    card = open_learning_account(person=holder, at=clock.now()).card_number
    return (
        "/redemptions",
        {"id": new_id(), "offer": str(offer.public_id), "items": 1, "card": card, "confirmed": "name"},
        {},
    )


def _recognition(town: Town) -> Recognition:
    """The registrar's college recognises prior learning."""
    return recognition_at(standing_of(town.people["R"], today=TODAY), town.desk.college)


def _outside(town: Town) -> Outside:
    """The certification body of the town decides on records from outside."""
    del town
    from xuecheng.city.organisations.models import Organisation

    # Other operations make bodies of their own beside the town's.
    return at_body(Organisation.objects.select_related("territory").filter(kind="certification_body").earliest("pk"))


def _verified(town: Town) -> CheckedList:
    """A list of the registrar's college with its answers, in which the learner's credential stands."""
    keeper = standing_of(town.people["R"], today=TODAY)
    return a_checked_list(keeper, town.desk.college, a_row(str(_badge(town).public_id), name=town.learner.name))


def _stopped_list(town: Town) -> CheckedList:
    return over(a_list(standing_of(town.people["R"], today=TODAY), town.desk.college))


def _draft_recognition(town: Town) -> Application:
    """One that the learner wrote, whatever became of it since."""
    known = Application.objects.filter(learner=town.learner).exclude(state="withdrawn").first()
    return known or answered(begun(_recognition(town), town.learner, at=clock.now()), at=clock.now())


def _ask_for_exchange(town: Town) -> Ask:
    posting = credited(town.learner, _exchange(town).open_university)
    return "/me/exchanges", {"id": new_id(), "posting": str(posting.key), "target": town.desk.college.code}, {}


def _supervised(town: Town) -> World:
    """The registrar's college and two officers who look into its credit."""
    return at_unit(standing_of(town.people["R"], today=TODAY), town.desk.college)


def _suspicion(town: Town) -> Suspicion:
    """Found, and nobody's yet: whoever asks takes it, or is the one who took it."""
    row = a_suspicion(_supervised(town), _stranger(town))
    Suspicion.objects.filter(pk=row.pk).update(taken_by=town.people["C"])
    return row


def _open_withdrawal(town: Town) -> Ask:
    row = _suspicion(town)
    said = {"id": new_id(), "record": row.record_ids[0], "ground": "double", "reason": "同一门课入账两次"}
    return f"/suspicions/{row.public_id}/withdrawals", said, {}


def _withdrawn(town: Town) -> Withdrawal:
    """Decided against the learner, who may appeal, as the registrar's college may."""
    row = a_withdrawal(_supervised(town), town.learner, days_ago=40)
    services_of_supervision.decide_withdrawal(
        actor=_other_officer(town), case=row, withdraws=True, words="同一次学习", at=clock.now()
    )
    return row


def _other_officer(town: Town) -> Standing:
    return officers(Territory.objects.get(parent__isnull=True))[0]


def _record_finding(town: Town) -> Ask:
    audit = an_audit(_supervised(town), _stranger(town))
    number = audit.items.order_by("number").values_list("number", flat=True)[0]
    return (
        f"/audits/{audit.public_id}/items/{number}/finding",
        {"own_credits": 300, "is_proven": True, "words": "签到表与结业名单相符"}, {},
    )  # fmt: skip


def _decide_accreditation(town: Town) -> Ask:
    row = proposed(an_organisation(town.desk.district, name_zh="待准入学校"), _other_officer(town))
    return f"/accreditations/{row.public_id}/decision", {"grants": True, "reason": "材料齐全"}, {}


def _phase(town: Town) -> Phase:
    return a_phase(_other_officer(town), f"A{next(_numbers)}")


def _decide_exchange_appeal(town: Town) -> Ask:
    """The registrar's college refused a stranger, who does not agree."""
    world, learner = _exchange(town), _stranger(town)
    case = a_case(world, learner)
    services_of_exchange.refuse_case(actor=world.vc, case=case, difference="outcomes", words="没有实操", at=clock.now())
    own = standing_of(learner, today=TODAY)
    services_of_exchange.appeal(actor=own, case=case, words="实操有考", at=clock.now())
    return f"/exchanges/{case.public_id}/appeal-decision", {"grants": False, "answer": "没有新的依据"}, {}


def _drawn_period(town: Town) -> Any:
    """A period in which nothing was exchanged, drawn by an officer: nobody has to acknowledge anything."""
    day = date(2018, 1, 1) + timedelta(days=next(_numbers))
    return services_of_exchange.draw_period(
        actor=_other_officer(town), public_id=uuid4(), begins_on=day, ends_on=day + timedelta(days=1), at=clock.now()
    )


def _doubt(town: Town) -> Ask:
    """A line of a statement between the registrar's college and the open university, drawn once in a town."""
    line = StatementLine.objects.select_related("statement", "case").first()
    if line is None:
        world, today = _exchange(town), clock.today()
        case = a_case(world, _stranger(town))
        services_of_exchange.accept_case(actor=world.vc, case=case, at=clock.now())
        services_of_exchange.draw_period(
            actor=_other_officer(town), public_id=uuid4(), begins_on=today, ends_on=today + timedelta(days=1),
            at=clock.now() + timedelta(days=1),
        )  # fmt: skip
        line = StatementLine.objects.select_related("statement", "case").get()
    said = {"exchange": str(line.case.public_id), "side": town.desk.college.code, "words": "这名学员不是我校的"}
    return f"/clearing-statements/{line.statement.public_id}/doubts", said, {}


def _publish_offer(town: Town) -> Ask:
    keeper = standing_of(town.people["R"], today=TODAY)
    row = an_offer_draft(keeper, town.desk.college)
    services_of_redemption.receive_stock(actor=keeper, public_id=uuid4(), offer=row, amount=5, why="", at=clock.now())
    return f"/redemption-offers/{row.public_id}/publication", {}, {}


def _draft_offer(town: Town) -> Ask:
    load_frameworks()
    said = {
        "id": new_id(), "organisation": town.desk.college.code, "kind": "goods", "title_zh": "环保袋", "points": 500,
        "place": "一楼服务台", "opens_on": "2020-01-01",
    }  # fmt: skip
    return "/redemption-offers", said, {}


def _accredited(town: Town, *, is_suspended: bool = False) -> str:
    proposer, officer = officers(Territory.objects.get(parent__isnull=True))
    row = accredited(an_organisation(town.desk.district, name_zh="已准入学校"), proposer, officer)
    if is_suspended:
        services_of_rollout.suspend_accreditation(
            actor=officer, accreditation=row, on=clock.today(), reason="师资变动", at=clock.now()
        )
    return f"/accreditations/{row.public_id}"


def _propose_accreditation(town: Town) -> Ask:
    today = clock.today()
    said = {
        "id": new_id(), "institution": an_organisation(town.desk.district, name_zh="待准入学校").code,
        "kinds": ["formal"], "begins_on": f"{today}", "ends_on": f"{today + timedelta(days=1000)}", "why": "师资合格",
    }  # fmt: skip
    return "/accreditations", said, {}


def _plan_audit(town: Town) -> Ask:
    world = _supervised(town)
    a_center(world)
    credited_under_rule(_stranger(town), town.desk.college)
    said = {
        "id": new_id(), "aim": "discover", "posted_from": "2020-01-01",
        "posted_to": f"{clock.today() - timedelta(days=1)}", "confidence": 95,
    }  # fmt: skip
    return "/audits", said, {}


def _assessed(town: Town) -> Application:
    """A stranger's application at the registrar's college, which assessors look at."""
    world = _recognition(town)
    row = handed_in(world, _stranger(town), at=clock.now())
    services_of_recognition.pass_screening(actor=world.registrar, application=whole_application(row), at=clock.now())
    return whole_application(row)


def _meeting(town: Town, *, was: bool = False) -> str:
    """Called for next week; or `was` yesterday, and waits for its minutes."""
    row, now = _assessed(town), clock.now()
    at = now - timedelta(days=9) if was else now
    made = services_of_recognition.call_meeting(
        actor=standing_of(town.people["R"], today=TODAY), application=row, public_id=uuid4(), kind="interview",
        begins_at=at + timedelta(days=8), minutes=40, place="实训楼 203 室", at=at,
    )  # fmt: skip
    return f"/recognitions/{row.public_id}/meetings/{made.public_id}"


def _call_meeting(town: Town) -> Ask:
    said = {
        "id": new_id(), "kind": "interview", "begins_at": (clock.now() + timedelta(days=8)).isoformat(), "minutes": 40,
        "place": "实训楼 203 室",
    }  # fmt: skip
    return f"/recognitions/{_assessed(town).public_id}/meetings", said, {}


def _vote(town: Town) -> Ask:
    """The learner of the town sits on a panel about a stranger's appeal, once in a town."""
    mine = Drawn.objects.filter(person=town.learner, purpose="panel").select_related("application").first()
    if mine is None:
        world = recognition_at(standing_of(town.people["R"], today=TODAY), town.desk.college, assessors=0)
        for name in ("评甲", "评乙"):
            an_assessor(world, name, capacity=50)
        row = handed_in(world, _stranger(town), at=clock.now())
        services_of_recognition.pass_screening(
            actor=world.registrar, application=whole_application(row), at=clock.now()
        )
        row = opined(whole_application(row), "not_yet", "not_yet", at=clock.now())
        an_assessor(world, town.learner.name, person=town.learner, capacity=50)
        for name in ("评丙", "评丁"):
            an_assessor(world, name, capacity=50)
        services_of_recognition.appeal(
            actor=standing_of(row.learner, today=TODAY), claim=claim_of(row), ground="evidence", words="有新的证明",
            at=clock.now(),
        )  # fmt: skip
        mine = Drawn.objects.select_related("application").get(person=town.learner, purpose="panel")
    said = {"unit": 1, "vote": "change", "words": "新的证明属实"}
    return f"/recognitions/{mine.application.public_id}/votes", said, {}


def _own_card_number(town: Town) -> str:
    return open_learning_account(person=_stranger(town), at=clock.now()).card_number


def _give_opinion(town: Town) -> Ask:
    """The learner of the town is an assessor of the registrar's college, to whom a stranger's case was drawn."""
    world = recognition_at(standing_of(town.people["R"], today=TODAY), town.desk.college, assessors=0)
    an_assessor(world, town.learner.name, person=town.learner, capacity=50)
    if world.centre.assessors.count() < 2:  # of two, both are drawn
        an_assessor(world, "评审员", person=_stranger(town), capacity=50)
    row = handed_in(world, _stranger(town), at=clock.now())
    services_of_recognition.pass_screening(actor=world.registrar, application=whole_application(row), at=clock.now())
    return f"/recognitions/{row.public_id}/opinions", {"unit": 1, "word": "not_yet", "words": "还缺照护记录"}, {}


def _shift(town: Town) -> Shift:
    return a_live_shift(standing_of(town.people["R"], today=TODAY), town.desk.college)


def _teacher(town: Town) -> Teacher:
    """The learner teaches for the registrar's college, and lets others find them."""
    known, _new = Teacher.objects.get_or_create(
        person=town.learner,
        defaults={
            "kind": "part_time", "home": town.desk.college, "territory": town.desk.college.territory,
            "subjects": ["calligraphy"], "languages": ["yue"], "travel_km": 8, "sessions": 2, "is_shared": True,
            "state": "open", "decided_by": town.people["R"], "entered_at": NOW,
        },
    )  # fmt: skip
    return known


def _teaching(town: Town, *, form: str = "hire", state: str = "in_force", lends: bool = False) -> str:
    """The path of an agreement with the learner: for the registrar's college, or of it and for another one."""
    teacher = _teacher(town)
    Agreement.objects.all().update(state="withdrawn")
    other = an_organisation(town.desk.district)
    day = clock.today()
    made = Agreement.objects.create(
        public_id=uuid7(), form=form, teacher=teacher, person=town.learner, home=town.desk.college if lends else None,
        receiver=other if lends else town.desk.college, territory=other.territory, weekly_minutes=120, state=state,
        during=DateRange(day - timedelta(days=9), day + timedelta(days=90)), purpose="书法班", recall_days=30,
        drafted_by=town.people["R"],
    )  # fmt: skip
    return f"/teaching-agreements/{made.public_id}"


def _class(town: Town, *, count: int = 2, state: str = "draft") -> CourseClass:
    """A class of the registrar's college; two sessions unless it says otherwise."""
    return a_live_class(standing_of(town.people["R"], today=TODAY), town.desk.college, count=count, state=state)


def _session_path(town: Town, verb: str) -> str:
    return f"/class-sessions/{sessions(_class(town))[0].public_id}{verb}"


def _board(town: Town) -> str:
    return f"/planned-classes?host={town.desk.college.code}&season={_class(town, count=0).season.public_id}"


def _slots(town: Town) -> dict[str, Any]:
    begins = clock.now() + timedelta(days=next(_numbers) % 60 + 2)
    room = a_room_anywhere(town)
    return {
        "sessions": [{"id": new_id(), "begins_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=1)).isoformat()}],
        "room": str(room.public_id),
    }  # fmt: skip


def _new_class(town: Town) -> Ask:
    season = _class(town, count=0).season
    return (
        "/classes",
        {"id": new_id(), "course": str(_course(town).course.public_id), "host": town.desk.college.code,
         "season": str(season.public_id), "code": f"N{next(_numbers)}", "seats_least": 5, "seats_most": 20},
        {},
    )  # fmt: skip


def _new_season(town: Town) -> Ask:
    days = ("begins_on", "ends_on", "planning_from", "planning_to", "enrolment_from", "enrolment_to")
    facts = {"id": new_id(), "host": town.desk.college.code, "name_zh": f"新学期{next(_numbers)}"}
    return "/seasons", facts | dict.fromkeys(days, "2027-03-01") | WHY, {}


def _season_again(town: Town) -> Ask:
    old = _class(town, count=0).season
    into = a_season(town.desk.college, begins=TODAY, name_zh=f"再来{next(_numbers)}")
    return f"/seasons/{old.public_id}/again", {"host": town.desk.college.code, "into": str(into.public_id)}, {}


def _moved_session(town: Town) -> Ask:
    begins = clock.now() + timedelta(days=40)
    room = a_room_anywhere(town)
    times = {"begins_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=1)).isoformat()}
    return _session_path(town, "/time"), times | {"room": str(room.public_id)} | WHY, {}


def _course(town: Town, *, state: str = "approved", elsewhere: bool = False, **more: Any) -> CourseVersion:
    """A course of the registrar's college, or of another one that shares it; somebody else wrote it."""
    owner = an_organisation(town.desk.district) if elsewhere else town.desk.college
    return a_version(a_course(owner, is_shared=elsewhere), state=state, **more)


def _version_path(town: Town, verb: str = "", **more: Any) -> str:
    return f"/course-versions/{_course(town, **more).public_id}{verb}"


COURSE_TEXT: dict[str, Any] = {
    "outcome": "会写楷书", "level": 1, "sessions": 8, "minutes": 90, "levels": ["street"], "seats_least": 5, "seats_most": 20,
}  # fmt: skip


def _new_course(town: Town) -> Ask:
    facts = {"title_zh": f"书法{next(_numbers)}", "subject": "calligraphy", "languages": ["yue"]}
    ids = {"id": new_id(), "version_id": new_id(), "owner": town.desk.college.code}
    return "/courses", ids | {"course": facts, "text": COURSE_TEXT}, {}


def _edited_course(town: Town) -> Ask:
    path = _version_path(town, state="draft")
    return path, {"text": COURSE_TEXT}, {"If-Match": town["R"].get(path)["ETag"]}


def _copied_course(town: Town) -> Ask:
    source = _course(town, elsewhere=True)
    ids = {"id": new_id(), "version_id": new_id(), "owner": town.desk.college.code}
    return f"/courses/{source.course.public_id}/copies", ids | {"title_zh": f"抄来的课{next(_numbers)}"}, {}


def _on(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def _clerk(town: Town) -> Standing:
    return town.desk.registrar


def _class_to_enrol(town: Town, **more: Any) -> CourseClass:
    return a_class_now(town.desk.college, _clerk(town), **more)


def _enrolment(town: Town, verb: str = "", **more: Any) -> str:
    """The learner's, in a class of the registrar's college."""
    return f"/enrolments/{enrolled_now(_class_to_enrol(town, **more), town.learner).public_id}{verb}"


def _charge(town: Town, verb: str = "", *, is_paid: bool = False) -> str:
    one = enrolled_now(_class_to_enrol(town, fee_fen=5_000), town.learner)
    charge = charge_of(one)
    if is_paid:
        clerk, at = _clerk(town), clock.now()
        enrolment_services.pay_charge(actor=clerk, public_id=uuid7(), charge=charge, provider="cash", at=at)
        enrolment_services.withdraw(actor=clerk, enrolment=one, at=at)
    return f"/charges/{charge.public_id}{verb}"


def _voucher_payment(town: Town) -> Ask:
    """The learner owes 50 yuan and holds a voucher of 10."""
    path = _charge(town, "/voucher-payments")
    order = an_order(a_fee_offer(_clerk(town), town.desk.college), town.learner)
    return path, {"id": new_id(), "code": order.code}, {}


def _transfer(town: Town) -> Ask:
    one = enrolled_now(_class_to_enrol(town), town.learner)
    other = _class_to_enrol(town, version=one.course_class.version)
    return f"/enrolments/{one.public_id}/transfer", {"id": new_id(), "class_id": str(other.public_id)}, {}


PATHS: dict[str, Callable[[Town], str]] = {
    "list_classes": lambda town: "/classes",
    "get_class": lambda town: f"/classes/{_class(town, state='open').public_id}",
    "list_planned_classes": _board,
    "get_planned_class": lambda town: f"/planned-classes/{_class(town).public_id}",
    "list_seasons": lambda town: "/seasons",
    "list_own_enrolments": lambda town: "/me/enrolments",
    "get_enrolment": _enrolment,
    "withdraw": lambda town: _enrolment(town, "/withdrawal"),
    "list_roll": lambda town: f"/classes/{_class_to_enrol(town).public_id}/roll",
    "get_lottery": lambda town: f"/classes/{_class_to_enrol(town, allocation='lottery').public_id}/lottery",
    "get_charge": _charge,
    "list_courses": lambda town: "/courses",
    "get_course": lambda town: f"/courses/{_course(town).course.public_id}",
    "get_published_version": lambda town: f"/courses/{_course(town).course.public_id}/versions/1",
    "list_shared_courses": lambda town: "/shared-courses",
    "list_course_versions": lambda town: "/course-versions",
    "get_course_version": lambda town: _version_path(town, state="draft"),
    "send_course_version": lambda town: _version_path(town, "/review", state="draft"),
    "list_colleges": lambda town: "/colleges",
    "get_college": lambda town: f"/colleges/{_a_college(town).public_id}",
    "list_covering": lambda town: f"/covering-colleges?territory={town.desk.college.territory.code}",
    "list_gaps": lambda town: f"/coverage-gaps?within={town.desk.college.territory.code}",
    "list_venues": lambda town: "/venues",
    "get_venue": lambda town: f"/venues/{a_room_anywhere(town).venue.public_id}",
    "list_free_rooms": lambda town: f"/free-rooms?on={TODAY_SHOWN}&begins=19:00&ends=21:00",
    "get_network_classes": lambda town: f"/network-classes?within={town.desk.district.code}",
    "list_room_waits": lambda town: "/room-waits",
    "list_room_loans": lambda town: "/room-loans",
    "get_room_loan": lambda town: f"/room-loans/{_lent(town).public_id}",
    "get_booking": lambda town: f"/bookings/{_booked(town).public_id}",
    "list_divisions_as_of": lambda town: f"/territories/{town.desk.district.code}/divisions-as-of?on=2026-01-01",
    "list_division_names": lambda town: f"/territories/{town.desk.district.code}/names",
    "list_successions": lambda town: f"/territories/{town.desk.district.code}/successions",
    "list_duplicates": lambda town: "/duplicates",
    "list_merges": lambda town: f"/people/{_merge(town).kept.public_id}/merges",
    "list_identity_documents": lambda town: "/identity-documents",
    "list_own_identity_documents": lambda town: "/me/identity-documents",
    "list_identity_documents_of": lambda town: (
        f"/people/{_identity_document(town).person.public_id}/identity-documents"
    ),
    "list_roles_over": lambda town: f"/territories/{town.desk.district.code}/roles",
    "list_roles_of": lambda town: f"/people/{_holding(town).person.public_id}/roles",
    "list_waiting_roles": lambda town: "/role-holdings/waiting",
    "list_expiring_roles": lambda town: "/role-holdings/expiring",
    "list_role_catalogue": lambda town: "/role-catalogue",
    "get_catalogue_role": lambda town: "/role-catalogue/registrar",
    "list_role_versions": lambda town: "/role-catalogue/registrar/versions",
    "list_own_readings": lambda town: "/me/readings",
    "list_readings_of": lambda town: f"/people/{_stranger(town).public_id}/readings",
    "explain_access": lambda town: f"/access/person/{town.learner.public_id}",
    "list_helpers": lambda town: "/me/helpers",
    "list_helped": lambda town: "/me/helped",
    "list_deeds": lambda town: "/me/deeds",
    "list_helpers_of": lambda town: f"/people/{_stranger(town).public_id}/helpers",
    "end_help": lambda town: f"/helpers/{_proxy(town).public_id}/end",
    "consent_as_guardian": lambda town: f"/guardianships/{_guardianship(town).public_id}/consent",
    "end_guardianship": lambda town: f"/guardianships/{_guardianship(town).public_id}/end",
    "get_own_data": lambda town: "/me/data",
    "list_own_consents": lambda town: "/me/consents",
    "list_own_data_requests": lambda town: "/me/data-requests",
    "take_back_data_request": lambda town: f"/me/data-requests/{_data_request(town).public_id}/withdrawal",
    "list_data_requests": lambda town: "/data-requests",
    "list_notices": lambda town: "/me/notices",
    "mark_all_notices": lambda town: "/me/notices/reading",
    "get_notice_choices": lambda town: "/me/notice-choices",
    "list_messages": lambda town: "/messages",
    "send_message_again": lambda town: f"/messages/{_message(town).message_id}/retry",
    "list_document_places": lambda town: "/document-places",
    "list_documents": lambda town: "/documents",
    "list_documents_of": lambda town: f"/document-places/records.evidence/{_record_key(town)}/documents",
    "get_document": lambda town: f"/documents/{_evidence(town).document.public_id}",
    "get_document_file": lambda town: f"/document-versions/{_evidence(town).public_id}/file",
    "list_special_days": lambda town: "/workdays/2026",
    "count_working_days": lambda town: "/workday-deadline?begins_on=2026-03-02&days=10",
    "list_routines": lambda town: "/routines",
    "get_import_template": lambda town: "/import-kinds/records.formal/template?format=xlsx",
    "list_security_requirements": lambda town: "/security-requirements?state=held",
    "list_legal_points": lambda town: "/legal-points",
    "list_corrections": lambda town: "/corrections",
    "list_ledger_checks": lambda town: "/ledger/checks",
    "get_ledger_check": lambda town: f"/ledger/checks/{_check(town).public_id}",
    "list_accreditations": lambda town: "/accreditations",
    "list_rollout_phases": lambda town: "/rollout-phases",
    "list_readiness": lambda town: "/readiness",
    "get_own_card": lambda town: "/me/card" if _card(town) else "",
    "list_credential_lists": lambda town: "/credential-lists" if _verified(town) else "",
    "get_credential_list": lambda town: f"/credential-lists/{_verified(town).public_id}",
    "list_credential_answers": lambda town: f"/credential-lists/{_verified(town).public_id}/answers",
    "list_employer_consents": lambda town: (
        "/me/employer-consents" if a_consent(town.learner, town.desk.college) else ""
    ),
    "list_employer_inquiries": lambda town: "/me/employer-inquiries" if _verified(town) else "",
    "list_outside_issuers": lambda town: "/outside-issuers" if _outside(town) else "",
    "list_own_outside_records": lambda town: (
        "/me/outside-records" if waiting_at(_outside(town).bank.centre, town.learner) else ""
    ),
    "list_own_outside_files": lambda town: (
        "/me/outside-files" if waiting_at(_outside(town).bank.centre, town.learner) else ""
    ),
    "list_outside_records": lambda town: (
        "/outside-records" if waiting_at(_outside(town).bank.centre, _stranger(town)) else ""
    ),
    "list_kept_outside_issuers": lambda town: "/kept-outside-issuers" if _outside(town) else "",
    "list_outside_rules": lambda town: "/outside-rules" if outside_proposal(_outside(town)) else "",
    "get_outside_rule": lambda town: f"/outside-rules/{outside_proposal(_outside(town)).public_id}",
    "list_recognisable_units": lambda town: "/recognisable-units" if _recognition(town) else "",
    "list_own_recognitions": lambda town: "/me/recognitions",
    "list_recognitions": lambda town: (
        "/recognitions" if handed_in(_recognition(town), _stranger(town), at=clock.now()) else ""
    ),
    "list_own_recognition_work": lambda town: "/me/recognition-work",
    "get_exchange": lambda town: f"/exchanges/{a_case(_exchange(town), town.learner).public_id}",
    "list_audits": lambda town: "/audits",
    "get_audit": lambda town: f"/audits/{an_audit(_supervised(town), _stranger(town)).public_id}",
    "list_suspicions": lambda town: "/suspicions" if a_suspicion(_supervised(town), _stranger(town)) else "",
    "list_withdrawals": lambda town: "/withdrawals" if a_withdrawal(_supervised(town), _stranger(town)) else "",
    "list_own_withdrawals": lambda town: "/me/withdrawals",
    "list_exchange_agreements": lambda town: "/exchange-agreements",
    "get_exchange_agreement": lambda town: f"/exchange-agreements/{agreed(_exchange(town), at=clock.now()).public_id}",
    "get_where_credits_count": lambda town: "/me/where-credits-count" if _ask_for_exchange(town) else "",
    "list_own_exchanges": lambda town: "/me/exchanges",
    "list_clearing_statements": lambda town: "/clearing-statements",
    "list_clearing_periods": lambda town: "/clearing-periods" if _drawn_period(town) else "",
    "list_exchange_batches": lambda town: "/exchange-batches" if a_batch(_exchange(town), _stranger(town)) else "",
    "list_giving_rules": lambda town: "/giving-rules" if giving.in_force() else "",
    "list_family_gifts": lambda town: "/me/family-gifts" if giving.offered(_stranger(town), town.learner) else "",
    "list_collectives": lambda town: "/collectives" if _circle(town) else "",
    "list_own_collectives": lambda town: "/me/collectives" if _circle(town) else "",
    "list_kept_collectives": lambda town: "/kept-collectives" if _circle(town) else "",
    "get_collective": lambda town: f"/collectives/{_circle(town).public_id}",
    "list_collective_deposits": lambda town: _given(town).rsplit("/", 1)[0],
    "list_collective_memberships": lambda town: _member(town).rsplit("/", 1)[0],
    "list_redemption_offers": lambda town: "/redemption-offers" if _offer(town) else "",
    "get_redemption_offer": lambda town: f"/redemption-offers/{_offer(town).public_id}",
    "get_own_points": lambda town: "/me/points",
    "list_certifiable_entries": lambda town: "/me/certifiable-entries" if _line(town) else "",
    "list_own_credentials": lambda town: "/me/credentials" if _badge(town) else "",
    "list_issued_credentials": lambda town: "/issued-credentials" if _badge(town) else "",
    "list_signing_keys": lambda town: "/signing-keys" if _badge(town) else "",
    "list_own_redemptions": lambda town: "/me/redemptions",
    "list_redemptions": lambda town: "/redemptions" if _order(town, _stranger(town)) else "",
    "list_exchanges": lambda town: "/exchanges" if a_case(_exchange(town), _stranger(town)) else "",
    "list_volunteer_calls": lambda town: "/volunteer-calls",
    "get_volunteer_call": lambda town: f"/volunteer-calls/{_shift(town).activity.public_id}",
    "get_own_volunteering": lambda town: "/me/volunteering" if _volunteer(town) else "",
    "list_own_volunteer_services": lambda town: "/me/volunteer-services",
    "list_volunteer_activities": lambda town: "/volunteer-activities",
    "list_volunteer_reviews": lambda town: "/volunteer-reviews",
    "list_shift_volunteers": lambda town: f"/volunteer-shifts/{_on_now(town).shift.public_id}/assignments",
    "verify_volunteer_certificate": lambda town: (
        f"/volunteer-certificates/{a_certificate_code(_organiser(town), town.desk.college)}/verdict"
    ),
    "get_own_teaching": lambda town: "/me/teaching" if _teacher(town) else "",
    "list_teachers": lambda town: "/teachers",
    "get_teacher": lambda town: f"/teachers/{_teacher(town).public_id}",
    "find_teachers": lambda town: f"/teachers-found?subject=dance&place={town.desk.district.code}&on=2026-12-01",
    "list_substitutes": lambda town: _session_path(town, "/substitutes"),
    "get_teaching_load": lambda town: "/teaching-load",
    "list_teaching_load": lambda town: "/teaching-load/people" if _teacher(town) else "",
    "get_teaching_mix": lambda town: f"/teaching-mix?place={town.desk.district.code}",
    "list_agreements": lambda town: "/teaching-agreements",
    "get_agreement": _teaching,
    "send_agreement": lambda town: f"{_teaching(town, state='draft')}/sending",
    "get_line": lambda town: f"/people/{town.learner.public_id}/account/lines/{new_id()}",
}
BUILDERS: dict[str, Callable[[Town], Ask]] = {
    "apply_for_shift": lambda town: (
        f"/volunteer-shifts/{_shift(town).public_id}/applications", {"id": new_id()}, {},
    ) if _volunteer(town) else ("", None, {}),
    "check_volunteer_in": lambda town: (f"/volunteer-assignments/{_on_now(town).public_id}/check-in", {}, {}),
    "check_volunteer_out": lambda town: (
        f"/volunteer-assignments/{_serving(town).public_id}/check-out", {"pause_minutes": 1}, {},
    ),
    "freeze_own_card": lambda town: ("/me/card/freezing", {"reason": "lost"}, {}) if _card(town) else ("", None, {}),
    "remove_card_device": lambda town: (f"/me/card/devices/{_card_device(town)}/removal", {}, {}),
    "read_learning_card": _read_card,
    "offer_family_gift": _offer_gift,
    "answer_family_gift": lambda town: (
        f"/me/family-gifts/{giving.offered(_stranger(town), town.learner).public_id}/answer", {"answer": "accept"}, {},
    ),
    "apply_for_collective": lambda town: (
        "/me/collectives", {"id": new_id(), "institution": town.desk.college.code, "name_zh": "荔湾湖晨读会"}, {},
    ),
    "withdraw_collective": lambda town: (
        f"/collectives/{together.applied(town.desk.college, town.learner).public_id}/withdrawal", {}, {},
    ),
    "decide_collective": lambda town: (
        f"/collectives/{together.applied(town.desk.college, town.learner).public_id}/decision",
        {"opens": True, "keeps_until": "2027-11-23"}, {},
    ),
    "deposit_for_collective": _give,
    "take_back_collective_deposit": lambda town: (f"{_given(town)}/taking-back", {"why": "记错了"}, {}),
    "close_collective": lambda town: (
        f"/collectives/{_circle(town).public_id}/closing", {"why": "团队解散"}, {},
    ),
    "join_collective": lambda town: (
        (f"/collectives/{together.opened(standing_of(town.people['R'], today=TODAY), town.desk.college, _stranger(town)).public_id}"
        "/memberships"), {"id": new_id()}, {},
    ),
    "answer_collective_membership": lambda town: (f"{_asks_to_join(town)}/answer", {"admits": True}, {}),
    "end_collective_membership": lambda town: (f"{_member(town)}/end", {}, {}),
    "let_keep_collective": lambda town: (f"{_member(town)}/keeping", {"keeps_until": "2027-11-23"}, {}),
    "ask_credential": lambda town: ("/me/credentials", {"entry": str(_line(town).certifies)}, {}),
    "share_credentials": lambda town: (
        "/me/credential-shares",
        {
            "id": new_id(), "credentials": [str(_badge(town).public_id)],
            "until": (clock.now() + timedelta(days=9)).isoformat(),
        },
        {},
    ),
    "withdraw_credential_share": lambda town: (
        f"/me/credential-shares/{a_share(town.learner, _badge(town)).public_id}/withdrawal", {}, {},
    ),
    "move_credential": lambda town: (
        f"/issued-credentials/{_badge(town).public_id}/moves", {"verb": "suspend", "why": "核查"}, {},
    ),
    "issue_credentials": lambda town: (
        "/credential-batches",
        {
            "id": new_id(), "organisation": town.desk.college.code, "code": "TJ101", "ended_from": "2026-01-01",
            "ended_to": "2027-01-01",
        },
        {},
    ),
    "rotate_signing_key": lambda town: (f"/signing-keys/{a_key(town.learner, town.desk.college).public_id}/rotation", {}, {}),
    "reserve_for_oneself": _reserve,
    "reserve_at_counter": _reserve_at_counter,
    "release_redemption": lambda town: (
        f"/redemptions/{_order(town, town.learner).public_id}/release", {"words": "不要了"}, {},
    ),
    "hand_out_redemption": lambda town: (
        f"/redemptions/{_order(town, _stranger(town)).public_id}/handings", {"id": new_id(), "items": 1}, {},
    ),
    "take_back_redemption": lambda town: (
        f"/redemptions/{_handed(town).public_id}/returns", {"id": new_id(), "items": 1, "why": "破损"}, {},
    ),
    "enter_stock": lambda town: (
        f"/redemption-offers/{_offer(town).public_id}/stock", {"id": new_id(), "kind": "received", "amount": 5}, {},
    ),
    "bring_credential_list": lambda town: (
        f"/credential-lists?id={new_id()}&organisation={town.desk.college.code}&file_name=a.csv",
        None,
        {"Content-Type": "application/octet-stream"},
    ),
    "carry_on_credential_list": lambda town: (
        f"/credential-lists/{_stopped_list(town).public_id}/continuation", {}, {},
    ),
    "give_employer_consent": lambda town: (
        "/me/employer-consents",
        {
            "id": new_id(), "organisation": town.desk.college.code,
            "until": (clock.now() + timedelta(days=30)).isoformat(),
        },
        {},
    ),
    "withdraw_employer_consent": lambda town: (
        f"/me/employer-consents/{a_consent(town.learner, town.desk.college).public_id}/withdrawal", {}, {},
    ),
    "bring_outside_file": lambda town: (
        "/me/outside-files",
        {"id": new_id(), "file_name": "transcript.xml", "content": "PGVsbW8+PC9lbG1vPg=="},
        {},
    ),
    "decide_outside_file": lambda town: (
        f"/outside-files/{shown_at(_outside(town), town.learner).public_id}/decision", {"sends": True}, {},
    ),
    "ask_about_outside_record": lambda town: (
        f"/outside-records/{refused_at(_outside(town), town.learner).public_id}/question", {"words": "请再看"}, {},
    ),
    "drop_outside_record": lambda town: (
        f"/outside-records/{waiting_at(_outside(town).bank.centre, town.learner).public_id}/withdrawal", {}, {},
    ),
    "clear_outside_record": lambda town: (
        f"/outside-records/{waiting_at(_outside(town).bank.centre, _stranger(town)).public_id}/clearing",
        {"words": "编号与原件一致"}, {},
    ),
    "propose_outside_issuer": lambda town: (
        "/kept-outside-issuers" if _outside(town) else "",
        {"id": (number := new_id()), "name_zh": "柏林大学", "name_en": "Berlin", "country": "DE", "kind": "university",
         "identifiers": [f"https://{number}.example"], "why": "公开登记"}, {},
    ),
    "decide_outside_issuer": lambda town: (
        f"/kept-outside-issuers/{proposed_issuer(_outside(town)).public_id}/decision",
        {"agrees": True, "reason": "查过登记"}, {},
    ),
    "end_outside_issuer": lambda town: (
        f"/kept-outside-issuers/{_outside(town).university.public_id}/ending", {"reason": "学校已合并"}, {},
    ),
    "draft_outside_rule": lambda town: (
        "/outside-rules",
        {"id": new_id(), "issuer": str((world := _outside(town)).university.public_id), "unit": world.unit.code,
         "num": 300, "den": 500, "needs": "verified", "effect_from": "2020-01-01", "why": "五个欧洲学分抵三个",
         "cap": {"most": 1000, "per": "origin", "period": "year", "policy": "cut"}}, {},
    ),
    "try_outside_rule": lambda town: (
        f"/outside-rules/{outside_proposal(_outside(town)).public_id}/trials", {"id": new_id()}, {},
    ),
    "decide_outside_rule": lambda town: (
        f"/outside-rules/{tried(outside_proposal(_outside(town))).public_id}/decision",
        {"agrees": True, "reason": "同意"}, {},
    ),
    "end_outside_rule": lambda town: (
        f"/outside-rules/{outside_rule(_outside(town)).public_id}/ending", {"reason": "不再需要"}, {},
    ),
    "decide_outside_record": lambda town: (
        f"/outside-records/{waiting_at(_outside(town).bank.centre, _stranger(town)).public_id}/decision",
        {"words": "相当于本单元", "grants": True, "unit": "BY101", "credits": 100},
        {},
    ),
    "begin_recognition": lambda town: (
        "/me/recognitions",
        {"id": new_id(), "centre": town.desk.college.code, "units": [_recognition(town).care.code]},
        {},
    ),
    "answer_recognition_questions": lambda town: (
        f"/recognitions/{_draft_recognition(town).public_id}/answers",
        {"answers": [{"unit": 1, "outcome": 1, "text": "每天给婆婆翻身、喂饭"}], "employer_name": "家里"},
        {},
    ),
    "submit_recognition": lambda town: (f"/recognitions/{_draft_recognition(town).public_id}/submission", {}, {}),
    "withdraw_recognition": lambda town: (f"/recognitions/{_draft_recognition(town).public_id}/withdrawal", {}, {}),
    "screen_recognition": lambda town: (
        f"/recognitions/{handed_in(_recognition(town), _stranger(town), at=clock.now()).public_id}/screening",
        {"is_complete": True},
        {},
    ),
    "ask_for_exchange": _ask_for_exchange,
    "state_in_withdrawal": lambda town: (
        f"/withdrawals/{a_withdrawal(_supervised(town), town.learner).public_id}/statements",
        {"words": "我只上过一次", "wants_hearing": True}, {},
    ),
    "take_suspicion": lambda town: (
        f"/suspicions/{_suspicion(town).public_id}/taking", {}, {},
    ),
    "dismiss_suspicion": lambda town: (
        f"/suspicions/{_suspicion(town).public_id}/dismissal", {"words": "两期课程"}, {},
    ),
    "open_withdrawal": _open_withdrawal,
    "give_withdrawal_notice": lambda town: (
        f"/withdrawals/{a_withdrawal(_supervised(town), _stranger(town)).public_id}/notice", {}, {},
    ),
    "record_withdrawal_hearing": lambda town: (
        f"/withdrawals/{a_withdrawal(_supervised(town), _stranger(town)).public_id}/hearings",
        {"held_at": clock.now().isoformat(), "words": "双方到场"}, {},
    ),
    "decide_withdrawal": lambda town: (
        f"/withdrawals/{a_withdrawal(_supervised(town), _stranger(town), days_ago=40).public_id}/decision",
        {"withdraws": False, "words": "是两次"}, {},
    ),
    "appeal_withdrawal": lambda town: (
        f"/withdrawals/{_withdrawn(town).public_id}/appeals", {"words": "不服"}, {},
    ),
    "decide_withdrawal_appeal": lambda town: (
        f"/withdrawals/{an_appeal(_supervised(town), _stranger(town)).withdrawal.public_id}/appeal-decision",
        {"side": "learner", "grants": False, "answer": "没有新的依据"}, {},
    ),
    "record_audit_finding": _record_finding,
    "publish_audit": lambda town: (
        f"/audits/{an_audit(_supervised(town), _stranger(town)).public_id}/publication", {}, {},
    ),
    "decide_accreditation": _decide_accreditation,
    "propose_accreditation": _propose_accreditation,
    "suspend_accreditation": lambda town: (
        f"{_accredited(town)}/suspension", {"on": f"{clock.today()}", "reason": "师资变动"}, {},
    ),
    "lift_accreditation_suspension": lambda town: (
        f"{_accredited(town, is_suspended=True)}/lifting", {"reason": "已补足师资"}, {},
    ),
    "plan_rollout_phase": lambda town: (
        "/rollout-phases",
        {"id": new_id(), "code": f"B{next(_numbers)}", "place": 5, "name_zh": "第二阶段", "about_zh": "先认证书。",
         "kinds": ["certificate"]}, {},
    ),
    "plan_audit": _plan_audit,
    "draft_redemption_offer": _draft_offer,
    "publish_redemption_offer": _publish_offer,
    "close_redemption_offer": lambda town: (
        f"/redemption-offers/{_offer(town).public_id}/closing", {"why": "换新款"}, {},
    ),
    "draw_clearing_period": lambda town: (
        "/clearing-periods",
        {"id": new_id(), "begins_on": f"{(day := date(2016, 1, 1) + timedelta(days=next(_numbers)))}",
         "ends_on": f"{day + timedelta(days=1)}"}, {},
    ),
    "close_clearing_period": lambda town: (f"/clearing-periods/{_drawn_period(town).public_id}/closing", {}, {}),
    "acknowledge_clearing_statement": lambda town: (
        f"/clearing-statements/{a_statement(_exchange(town)).public_id}/acknowledgement",
        {"side": town.desk.college.code}, {},
    ),
    "doubt_clearing_line": _doubt,
    "call_recognition_meeting": _call_meeting,
    "keep_recognition_minutes": lambda town: (
        f"{_meeting(town, was=True)}/minutes", {"notes": "讲清了翻身的步骤。"}, {},
    ),
    "cancel_recognition_meeting": lambda town: (f"{_meeting(town)}/cancellation", {}, {}),
    "vote_recognition_appeal": _vote,
    "open_rollout_phase": lambda town: (
        f"/rollout-phases/{_phase(town).public_id}/opening", {"decision": "市学分办〔2026〕1号"}, {},
    ),
    "close_rollout_phase": lambda town: (
        f"/rollout-phases/{_phase(town).public_id}/closing", {"why": "下一阶段接着做"}, {},
    ),
    "appeal_exchange": lambda town: (
        f"/exchanges/{a_case(_exchange(town), town.learner).public_id}/appeal", {"words": "实操有考"}, {},
    ),
    "decide_exchange_appeal": _decide_exchange_appeal,
    "read_redemption_holder": lambda town: (
        "/redemption-holders", {"id": new_id(), "card": _own_card_number(town), "confirmed": "name"}, {},
    ),
    "give_recognition_opinion": _give_opinion,
    "withdraw_exchange": lambda town: (
        f"/exchanges/{a_case(_exchange(town), town.learner).public_id}/withdrawal", {}, {},
    ),
    "lodge_exchange_batch": _lodge_batch,
    "accept_exchange_batch": lambda town: (
        f"/exchange-batches/{a_batch(_exchange(town), _stranger(town)).public_id}/acceptance", {}, {},
    ),
    "decide_exchange": lambda town: (
        f"/exchanges/{a_case(_exchange(town), _stranger(town)).public_id}/decision", {"accepts": True}, {},
    ),
    "withdraw_from_shift": lambda town: (
        f"/volunteer-assignments/{applied(_volunteer(town), _shift(town), at=clock.now()).public_id}/withdrawal", {}, {},
    ),
    "enrol": lambda town: (f"/classes/{_class_to_enrol(town).public_id}/enrolments", {"id": new_id()}, {}),
    "answer_offer": lambda town: (
        f"/enrolments/{offered_now(_class_to_enrol(town, seats=1), town.learner).public_id}/answer", {"take": True}, {},
    ),
    "pause": lambda town: (_enrolment(town, "/pause"), {"paused": True}, {}),
    "transfer": _transfer,
    "pay_charge": lambda town: (_charge(town, "/payments"), {"id": new_id(), "provider": "cash"}, {}),
    "pay_by_voucher": _voucher_payment,
    "give_back": lambda town: (_charge(town, "/refunds", is_paid=True), {"id": new_id()}, {}),
    "write_course": _new_course,
    "edit_course_version": _edited_course,
    "copy_course": _copied_course,
    "draft_course_version": lambda town: (
        f"/courses/{_course(town).course.public_id}/versions", {"id": new_id(), "text": COURSE_TEXT}, {},
    ),
    "decide_course_version": lambda town: (
        _version_path(town, "/decision", state="in_review"), {"decision": "approve", "reason": "好"}, {},
    ),
    "retire_course_version": lambda town: (_version_path(town, "/retirement"), WHY, {}),
    "create_season": _new_season,
    "plan_season_again": _season_again,
    "plan_class": _new_class,
    "add_sessions": lambda town: (f"/classes/{_class(town, count=0).public_id}/sessions", _slots(town), {}),
    "try_sessions": lambda town: (f"/classes/{_class(town, count=0).public_id}/trial", _slots(town), {}),
    "move_class": lambda town: (f"/classes/{_class(town).public_id}/state", {"state": "open"}, {}),
    "cancel_class": lambda town: (f"/classes/{_class(town).public_id}/cancellation", WHY, {}),
    "move_session": _moved_session,
    "substitute_teacher": lambda town: (_session_path(town, "/teacher"), {"teacher": None} | WHY, {}),
    "cancel_session": lambda town: (_session_path(town, "/cancellation"), WHY, {}),
    "share_course": lambda town: (f"/courses/{_course(town).course.public_id}/sharing", {"is_shared": True}, {}),
    "found_college": _college_to_found,
    "move_college": lambda town: (f"/colleges/{_a_college(town).public_id}/place", {"parent": None} | WHY, {}),
    "close_college": lambda town: (
        f"/colleges/{_a_college(town).public_id}/closing",
        {"closed_from": TODAY_SHOWN} | WHY,
        {},
    ),
    "book_room": _room_to_book,
    "wait_for_room": _room_to_wait_for,
    "answer_room_offer": lambda town: (f"/room-waits/{_waited(town).public_id}/answer", {"take": False}, {}),
    "lend_room": _room_to_lend,
    "end_room_loan": lambda town: (f"/room-loans/{_lent(town).public_id}/end", {"on": _on(20)} | WHY, {}),
    "cancel_booking": lambda town: (f"/bookings/{_booked(town).public_id}/cancellation", WHY, {}),
    "rename_division": lambda town: (
        f"/territories/{_street(town).code}/names", {"name_zh": f"五山{next(_numbers)}街道", "on": TODAY_SHOWN} | WHY, {},
    ),
    "move_division": lambda town: (
        f"/territories/{_street(town).code}/parents", {"parent": "440117000000", "on": TODAY_SHOWN} | WHY, {},
    ),
    "merge_divisions": lambda town: (
        "/territory-mergers",
        {"merged": ["440106001001"], "into": "440106001002", "on": TODAY_SHOWN} | WHY, {},
    ),
    "split_division": lambda town: (
        "/territories/440106002000/split",
        {"parts": [_new_division(next(_numbers))], "remains": True, "on": TODAY_SHOWN} | WHY, {},
    ),
    "open_account": lambda town: (
        "/people", {"id": new_id(), "sign_in_name": f"neu{new_id()[-8:]}", "name": "黄伟"} | WHY, {},
    ),
    "open_account_at_counter": lambda town: (
        "/counter-accounts", {"id": new_id(), "organisation": town.desk.college.code, "name": "黄伟"} | WHY, {},
    ),
    "change_name": lambda town: (f"/people/{town.learner.public_id}/name", {"name": "陈丽华"} | WHY, {}),
    "change_sign_in": lambda town: (f"/people/{_stranger(town).public_id}/sign-in", {"may_sign_in": False} | WHY, {}),
    "decide_duplicate": lambda town: (
        f"/duplicates/{_pair(town).public_id}/decision", {"decision": "different"} | WHY, {},
    ),
    "merge_people": lambda town: (
        f"/people/{_stranger(town).public_id}/merges",
        {"id": new_id(), "merged": str(_stranger(town).public_id)} | WHY, {},
    ),
    "undo_merge": lambda town: (f"/merges/{_merge(town).public_id}/undoing", WHY, {}),
    "verify_identity_document": lambda town: (
        f"/identity-documents/{_identity_document(town).public_id}/verification", {"seen": "original"} | WHY, {},
    ),
    "refuse_identity_document": lambda town: (
        f"/identity-documents/{_identity_document(town).public_id}/refusal", {"reason": "不是本人的证件，已当面核对"}, {},
    ),
    "grant_role": lambda town: (
        "/role-holdings",
        {"id": new_id(), "person": str(_stranger(town).public_id), "role": "registrar",
         "organisation": town.desk.college.code, "begins_on": TODAY_SHOWN} | WHY,
        {},
    ),
    "decide_holding": lambda town: (
        f"/role-holdings/{_holding(town, state='proposed').public_id}/decision", {"decision": "refuse"} | WHY, {},
    ),
    "end_role": lambda town: (f"/role-holdings/{_holding(town).public_id}/end", {"on": TODAY_SHOWN} | WHY, {}),
    "make_role": lambda town: (
        "/role-catalogue",
        {"code": f"made_{next(_numbers)}", "name_zh": "试", "name_en": "Trial", "held_at": "organisation"} | WHY, {},
    ),
    "draft_role": lambda town: (
        "/role-catalogue/registrar/drafts", {"id": new_id(), "acts": ["jobs.see_job"], "needs_second": False} | WHY, {},
    ),
    "decide_role": lambda town: (
        f"/role-drafts/{_role_draft(town).public_id}/decision", {"decision": "refuse"} | WHY, {},
    ),
    "choose_helper": lambda town: (
        "/me/helpers",
        {"id": new_id(), "helper": _stranger(town).sign_in_name, "tasks": ["account"],
         "ends_on": (clock.today() + timedelta(days=3)).isoformat()},
        {},
    ),
    "record_helper": lambda town: (
        f"/people/{_stranger(town).public_id}/helpers",
        {"id": new_id(), "helper": _stranger(town).sign_in_name, "tasks": ["account"], "is_present": True,
         "ends_on": (clock.today() + timedelta(days=3)).isoformat()},
        {},
    ),
    "record_guardian": lambda town: (
        f"/people/{_stranger(town).public_id}/guardians",
        {"id": new_id(), "guardian": _stranger(town).sign_in_name, "relation": "mother", "proof": "户口簿",
         "child_born_on": "2018-05-01"},
        {},
    ),
    "answer_anew": lambda town: (f"/guardianships/{_grown_up(town).public_id}/answer", {"goes_on": False}, {}),
    "ask_archive": lambda town: ("/me/archives", {"id": new_id()}, {}),
    "say_consent": lambda town: (
        "/me/consents", {"id": new_id(), "purpose": NEW_CLASSES, "version": 1, "is_given": True}, {},
    ),
    "ask_about_data": lambda town: (
        "/me/data-requests", {"id": new_id(), "kind": "explain", "words": "这是什么"}, {},
    ),
    "answer_data_request": lambda town: (
        f"/data-requests/{_data_request(town).public_id}/answer", {"answer": "这是您的学习记录"}, {},
    ),
    "mark_notice": lambda town: (f"/me/notices/{_notice(town).message_id}/reading", {"is_read": True}, {}),
    "choose_channels": _choices,
    "add_document": lambda town: (
        f"/documents?id={new_id()}&place=records.evidence&key={_record_key(town)}&file_name=a.pdf",
        None,
        {"Content-Type": "application/octet-stream"},
    ),
    "add_document_version": lambda town: (
        f"/documents/{_evidence(town).document.public_id}/versions?id={new_id()}&file_name=a.pdf",
        None,
        {"Content-Type": "application/octet-stream"},
    ),
    "remove_document": lambda town: (f"/documents/{_evidence(town).document.public_id}/removal", WHY, {}),
    "hold_document": lambda town: (f"/documents/{_evidence(town).document.public_id}/hold", {"is_held": True} | WHY, {}),
    "correct_credit": lambda town: (f"/records/{_record_key(town)}/credit-corrections", {"act": "reverse"} | WHY, {}),
    "draft_agreement": lambda town: (
        "/teaching-agreements",
        {"id": new_id(), "teacher": str(_teacher(town).public_id), "receiver": town.desk.college.code, "form": "hire",
         "first_day": _on(1), "last_day": _on(60), "hours": [{"weekday": 2, "begins": "19:00", "ends": "21:00"}],
         "fees": [{"level": 1, "fee_fen": 20000}], "purpose": "书法班"},
        {},
    ),
    "consent_to_agreement": lambda town: (
        f"{_teaching(town, state='awaiting')}/consents", {"party": "person", "is_given": True}, {},
    ),
    "ask_extension": lambda town: (
        f"{_teaching(town, state='draft')}/extension", {"until": _on(120)} | WHY, {},
    ),
    "recall_agreement": lambda town: (
        f"{_teaching(town, form='borrow', lends=True)}/recall", {"on": _on(40)} | WHY, {},
    ),
    "end_agreement": lambda town: (f"{_teaching(town)}/end", {"on": _on(9)} | WHY, {}),
    "draft_unit": _new_unit,
}  # fmt: skip

__all__ = ["BUILDERS", "PATHS", "TODAY", "WHY", "standing_of", "unit_text"]
