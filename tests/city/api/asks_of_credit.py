"""One request of each operation of agreements, clearing lines, accreditations, questions and relations in a family."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from city.api.asks import Ask, _accredited, _doubt, _exchange, _other_officer, _stranger, _supervised, _suspicion
from city.api.programs import Town, new_id
from city.situations import TODAY, a_registrar
from learning.exchange.live import turned
from learning.exchange.situations import World, agreed, drafted, ratio, signed
from learning.rollout.live import proposed
from learning.supervision.live import a_question, a_suspicion
from learning.supervision.live import credited as credited_under_rule
from learning.transfers.live import a_kinship
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.learning.exchange import services as services_of_exchange
from xuecheng.learning.exchange.models import Agreement, StatementLine
from xuecheng.learning.supervision.models import Suspicion
from xuecheng.learning.transfers.models import Kinship


def _world(town: Town) -> World:
    return _exchange(town)


def _draft(town: Town) -> Agreement:
    """The registrar's college writes it; the open university is the other side."""
    world = turned(_world(town))
    return drafted(world, ratio(world), at=clock.now())


def _offered(town: Town) -> Agreement:
    """The open university signed; it waits for the registrar's college."""
    world = _world(town)
    row = drafted(world, at=clock.now())
    return services_of_exchange.offer_agreement(actor=world.ou, agreement=row, at=clock.now())


def _signed(town: Town) -> Agreement:
    world = _world(town)
    return signed(world, drafted(world, at=clock.now()), at=clock.now())


def _in_force(town: Town) -> Agreement:
    return agreed(_world(town), at=clock.now())


def _draft_agreement(town: Town) -> Ask:
    other = _world(town).open_university
    said = {
        "id": new_id(), "drafted_for": town.desk.college.code, "others": [other.code], "name_zh": "学分互认协议",
        "effect_from": f"{clock.today()}", "most_per_learner": 1200,
    }  # fmt: skip
    return "/kept-exchange-agreements", said, {}


def _add_term(town: Town) -> Ask:
    row = _draft(town)
    source, target = town.desk.college.code, [one.organisation.code for one in row.parties.order_by("-pk")]
    said = {
        "source": source, "target": next(one for one in target if one != source), "basis": "level",
        "of_kind": "certificate", "of_level": "3", "as_kind": "formal", "as_level": "3", "num": 1, "den": 2,
    }  # fmt: skip
    return f"/kept-exchange-agreements/{row.public_id}/terms", said, {}


def _explain(town: Town) -> Ask:
    """The open university doubted a line; the registrar's college explains it."""
    _doubt(town)
    line = StatementLine.objects.select_related("statement", "case__source").get()
    world = _world(town)
    if getattr(line, "doubt", None) is None:
        keeper = next(one for one in (line.statement.one, line.statement.other) if one.pk != town.desk.college.pk)
        services_of_exchange.raise_doubt(
            actor=_registrar_of(keeper, world), line=line, organisation=keeper, words="少了一人", at=clock.now()
        )
    said = {"exchange": str(line.case.public_id), "answer": "该学员已在上期结算"}
    return f"/clearing-statements/{line.statement.public_id}/explanations", said, {}


def _registrar_of(place: Any, world: World) -> Any:

    return world.ou if world.open_university.pk == place.pk else a_registrar(place, "对方登记")


def _lines(town: Town) -> str:
    _doubt(town)
    return f"/clearing-statements/{StatementLine.objects.select_related('statement').get().statement.public_id}/lines"


def _taken(town: Town) -> Suspicion:
    """Looked into by the town's officer."""
    return _suspicion(town)


def _ask(town: Town) -> Ask:
    said = {"id": new_id(), "institution": town.desk.college.code, "words": "是同一个班吗？"}
    return f"/suspicions/{_taken(town).public_id}/questions", said, {}


def _open_case(town: Town) -> Ask:
    record = credited_under_rule(_stranger(town), town.desk.college).record_id
    return "/withdrawals", {"id": new_id(), "record": record, "ground": "mistake", "reason": "机构来电更正"}, {}


def _question(town: Town) -> Any:
    world = _supervised(town)
    return a_question(world, a_suspicion(world, _stranger(town)))


def _kinship(town: Town, *, is_agreed: bool = False) -> Kinship:
    """Between the learner and somebody who lives where the town's window is."""
    clerk = standing_of(town.people["W"], today=TODAY)
    return a_kinship(_stranger(town), town.learner, clerk=clerk, is_agreed=is_agreed)


def _record_kinship(town: Town) -> Ask:
    one, other = _stranger(town), _stranger(town)
    said = {"id": new_id(), "other": other.sign_in_name, "kind": "sibling", "proof": "户口簿，三号柜"}
    return f"/people/{one.public_id}/kinships", said, {}


def _kept_accreditations(town: Town) -> str:
    proposed(town.desk.college, _other_officer(town))
    return "/kept-accreditations?state=proposed"


PATHS: dict[str, Callable[[Town], str]] = {
    "list_kept_exchange_agreements": lambda town: "/kept-exchange-agreements" if _draft(town) else "",
    "get_kept_exchange_agreement": lambda town: f"/kept-exchange-agreements/{_signed(town).public_id}",
    "list_clearing_lines": _lines,
    "list_kept_accreditations": _kept_accreditations,
    "list_supervision_questions": lambda town: "/supervision-questions" if _question(town) else "",
    "list_own_kinships": lambda town: "/me/kinships" if _kinship(town) else "",
    "list_kinships_of": lambda town: f"/people/{_kinship(town).one.public_id}/kinships",
}
BUILDERS: dict[str, Callable[[Town], Ask]] = {
    "draft_exchange_agreement": _draft_agreement,
    "add_exchange_term": _add_term,
    "remove_exchange_term": lambda town: (
        f"/kept-exchange-agreements/{_draft(town).public_id}/term-removal", {"number": 1}, {},
    ),
    "offer_exchange_agreement": lambda town: (f"/kept-exchange-agreements/{_draft(town).public_id}/offer", {}, {}),
    "sign_exchange_agreement": lambda town: (
        f"/kept-exchange-agreements/{_offered(town).public_id}/signature", {"side": town.desk.college.code}, {},
    ),
    "decide_exchange_agreement": lambda town: (
        f"/kept-exchange-agreements/{_signed(town).public_id}/decision", {"approves": True}, {},
    ),
    "end_exchange_agreement": lambda town: (
        f"/kept-exchange-agreements/{_in_force(town).public_id}/notice",
        {"side": town.desk.college.code, "on": f"{clock.today() + timedelta(days=61)}", "why": "专业调整"}, {},
    ),
    "explain_clearing_line": _explain,
    "end_accreditation": lambda town: (
        f"{_accredited(town)}/ending", {"on": f"{clock.today()}", "reason": "学校停办"}, {},
    ),
    "hand_back_suspicion": lambda town: (f"/suspicions/{_taken(town).public_id}/return", {}, {}),
    "note_suspicion": lambda town: (
        f"/suspicions/{_taken(town).public_id}/notes", {"words": "签到表上是两期"}, {},
    ),
    "ask_supervision_question": _ask,
    "answer_supervision_question": lambda town: (
        f"/supervision-questions/{_question(town).public_id}/answer", {"answer": "是两期课程，附签到表"}, {},
    ),
    "open_withdrawal_of_record": _open_case,
    "agree_to_kinship": lambda town: (f"/kinships/{_kinship(town).public_id}/agreement", {}, {}),
    "end_kinship": lambda town: (f"/kinships/{_kinship(town).public_id}/ending", {"why": "mistaken"}, {}),
    "record_kinship": _record_kinship,
}  # fmt: skip
