"""Two rules about pages: one that shows a person leaves a row in the log, and a list is filtered in its query.

Both follow the names that a view uses, function by function, to the door it must pass.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from test_routes import ALL, EVERYBODY, ROUTES
from xuecheng.city import rights
from xuecheng.city.access import requests, services

DEEPEST = 6

LEAVES_A_ROW = {
    "people:show_person", "people:change_name", "people:change_person", "people:set_password", "people:change_sign_in",
    "people:decide_duplicate", "people:merge_person", "people:undo_merge",
    "realname:list_documents_of", "realname:claim_document", "realname:show_document", "realname:verify_document",
    "realname:refuse_document", "realname:unmask_number",
    "access:list_readings_of", "access:explain",
    "care:show_counter",
    "account:see_account", "account:see_line", "account:export_statement", "account:list_records",
    "account:see_account_of", "account:see_line_of",
    "records:show_learner", "records:show_record", "records:dispute_record", "records:export_records",
    "recognition:correct_record", "recognition:export_refused", "recognition:export_credited",
    "badges:show_badge", "badges:download", "badges:name_badge", "badges:move_badge",
    "credentials:list_transcripts", "credentials:issue_transcript", "credentials:see_transcript",
    "credentials:download_transcript", "credentials:revoke_transcript", "credentials:print_card", "credentials:print_voucher",
    "transfers:find_kinships", "transfers:end_at_counter", "cards:show_kept", "cards:freeze_card", "cards:change_card",
    "mydata:answer_request", "mydata:open_erasure", "mydata:show_erasure",
    "documents:show_document", "files:download", "files:preview",
    "staff:show_teacher", "staff:decide_teacher", "staff:show_qualification", "staff:review_qualification",
    "staff:withdraw_qualification", "staff:show_agreement", "staff:move_agreement",
}  # fmt: skip
"""Pages that show what belongs to one person, or take people away as a file. One's own look leaves none."""

LEAVES_NONE = {
    "access:list_roles_of": "roles are no records of learning; who holds them is public to operators",
    "access:end_role": "the same",
    "access:decide_holding": "the same",
    "access:break_glass": "leaves a row of its own, with an alarm",
    "access:close_glass": "shows nothing",
    "access:review_glass": "shows what somebody else read, not what stands there",
    "access:decide_role": "no person",
    "access:list_holdings": "no person", "access:grant_role": "no person",
    "access:list_holdings_over": "no person", "access:grant_role_over": "no person",
    "access:show_role": "roles", "access:draft_role": "no person",
    "care:choose_helper": "one's own", "care:end_help": "between the two of them",
    "care:end_guardianship": "shows nothing", "care:answer_anew": "shows nothing", "care:consent": "the guardian's own",
    "care:start_acting": "shows nothing; what is read then is kept",
    "care:record_proxy": "a form: the name only", "care:record_guardian": "a form: the name only",
    "cards:revoke_device": "one's own", "cards:show_card_of": "leads on to a page that is kept",
    "account:read_card": "tells the public nothing, leads officers to a page that is kept",
    "records:correct_record": "what the registrar's institution itself reported",
    "records:withdraw_record": "the same", "records:answer_dispute": "the same", "records:decide_double": "the same",
    "records:drop_dispute": "shows nothing",
    "recognition:show_rule": "no person", "recognition:edit_draft": "no person", "recognition:draft_version": "no person",
    "recognition:try_rule": "shows nothing", "recognition:propose_rule": "no person",
    "recognition:decide_rule": "no person", "recognition:end_rule": "no person",
    "recognition:recognise_anew": "no person", "recognition:show_run": "sums",
    "recognition:show_public_rule": "no person",
    "mydata:take_archive": "one's own", "mydata:take_back": "shows nothing",
    "mydata:take_back_erasure": "shows nothing",
    "documents:add_document": "the name of the thing, whose page leaves the row",
    "documents:add_version": "the title of the document, whose page leaves the row",
    "documents:remove_document": "the same", "documents:hold_document": "the same",
    "staff:draft_agreement": "a form: the name only, of somebody who lets themselves be found",
    "badges:open_share": "whoever has the link; the holder sees how often",
    "badges:shared_file": "the same",
    "credentials:verify_code": "whoever has the code; the holder sees how often",
}  # fmt: skip
"""Pages about one thing that need no row, each with why."""


def _names(code: CodeType) -> set[str]:
    found = set(code.co_names)
    for const in code.co_consts:
        if isinstance(const, CodeType):
            found |= _names(const)
    return found


def _reaches(view: Callable[..., Any], doors: set[Callable[..., Any]]) -> bool:
    seen: set[FunctionType] = set()
    waiting = [(inspect.unwrap(view), 0)]
    while waiting:
        one, depth = waiting.pop()
        if any(one is door for door in doors):
            return True
        if (
            not isinstance(one, FunctionType)
            or one in seen
            or depth > DEEPEST
            or not one.__module__.startswith("xuecheng")
        ):
            continue
        seen.add(one)
        names = _names(one.__code__)
        for name in names:
            found = one.__globals__.get(name)
            if isinstance(found, ModuleType) and found.__name__.startswith("xuecheng"):
                waiting += [(getattr(found, other), depth + 1) for other in names if hasattr(found, other)]
            elif callable(found):
                waiting.append((found, depth + 1))
    return False


DOORS_OF_THE_LOG = {requests.seen, services.noted, rights.seen_in_request}
_PERSONAL = (
    "people:",
    "access:",
    "care:",
    "account:",
    "cards:",
    "records:",
    "recognition:",
    "credentials:",
    "mydata:",
    "realname:",
    "documents:",
    "files:",
    "staff:",
)


def test_every_page_about_one_thing_says_whether_it_leaves_a_row() -> None:
    with_things = {name for name, pattern in ALL.items() if name.startswith(_PERSONAL) and pattern.pattern.converters}
    said = LEAVES_A_ROW | set(LEAVES_NONE)
    assert with_things - said == set(), "say in LEAVES_A_ROW or LEAVES_NONE"
    assert said - set(ALL) == set()
    assert set(LEAVES_NONE) & LEAVES_A_ROW == set()


@pytest.mark.parametrize("name", sorted(LEAVES_A_ROW))
def test_a_page_that_shows_a_person_leaves_a_row(name: str) -> None:
    assert _reaches(ALL[name].callback, DOORS_OF_THE_LOG)


@pytest.mark.parametrize("name", sorted(LEAVES_NONE))
def test_a_page_that_needs_no_row_leaves_none(name: str) -> None:
    """So that the table stays true in both directions."""
    assert not _reaches(ALL[name].callback, DOORS_OF_THE_LOG)


OF_ONES_OWN = {
    "linking:list_links": "sites that the signed-in person lets in",
    "notices:list_notices": "what the signed-in person was told",
    "realname:list_own": "documents of the signed-in person",
    "realname:list_documents_of": "one person, checked before",
    "colleges:export_gaps": "public figures: no row belongs to anybody",
    "colleges:list_sharing": "what units declare for all other units to read",
    "realname:list_unmaskings": "of the whole city, for its operators: who looked, not at whom",
    "access:list_own": "holdings of the signed-in person",
    "access:list_own_readings": "readings of the signed-in person",
    "access:list_readings_of": "one person, checked before",
    "access:list_holdings": "one place, checked before",
    "access:list_holdings_over": "one place, checked before",
    "access:list_roles": "the catalogue itself: no row belongs to anybody",
    "care:list_helpers": "helpers of the signed-in person",
    "care:list_helped": "whom the signed-in person helps",
    "jobs:list_routines": "of the installation, for operators of the whole city",
    "account:export_statement": "one's own",
    "account:list_records": "one's own",
    "badges:list_own": "one's own",
    "badges:list_shares": "one's own",
    "employers:list_consents": "one's own",
    "credentials:list_transcripts": "one's own",
    "enrolment:list_own": "one's own",
    "exchange:list_own": "one's own",
    "rollout:list_phases": "of the whole city; everybody reads them on the public page",
    "rollout:list_thresholds": "numbers of the whole city, that belong to nobody",
    "collectives:list_own": "one's own",
    "transfers:list_own": "one's own",
    "transfers:list_rules": "rules of the whole city, that belong to nobody",
    "redemption:list_own": "one's own",
    "foreign:list_own": "one's own",
    "priorlearning:list_own": "one's own",
    "priorlearning:list_work": "cases drawn to the signed-in person",
    "supervision:list_own": "one's own",
    "teaching:list_own": "one's own",
}


def _lists() -> list[str]:
    return [
        name
        for name, row in ROUTES.items()
        if name.split(":")[-1].startswith(("list_", "export_")) and row != EVERYBODY and name not in OF_ONES_OWN
    ]


@pytest.mark.parametrize("name", _lists())
def test_a_list_is_filtered_in_its_query(name: str) -> None:
    """By `visible`, which is a condition of the query: what was read and then left out was read."""
    assert _reaches(ALL[name].callback, {rights.visible})


def test_lists_of_ones_own_are_addresses() -> None:
    assert set(OF_ONES_OWN) - set(ALL) == set()
