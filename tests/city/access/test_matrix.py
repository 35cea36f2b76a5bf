"""Role × action: the one table of rights, written a second time by hand. An act without a row here fails."""

from __future__ import annotations

import pytest

from city.situations import TODAY, a_person, an_organisation, holding, small_city
from xuecheng.city.access import rules
from xuecheng.city.access.queries import Scope, standing_of
from xuecheng.city.access.services import Denied, require

# Act → the roles that may do it (Registrar and Verifier of certificates at an organisation; Certification officer, Operator, counter clerk (窗口, W) and
# Data protection officer over a territory),
# and whether everybody may do it with what is their own.
MATRIX: dict[str, tuple[str, bool]] = {
    "access.approve_holding": ("O", False),
    "badges.ask_badge": ("", True),
    "badges.issue_badge": ("RC", False),
    "badges.keep_keys": ("C", False),
    "badges.revoke_badge": ("RC", False),
    "badges.see_badge": ("RC", True),
    "badges.share_badge": ("", True),
    "access.break_glass": ("O", False),
    "access.decide_role": ("O", False),
    "access.draft_role": ("O", False),
    "access.end_role": ("O", False),
    "access.explain_access": ("OD", True),
    "access.grant_role": ("O", False),
    "access.review_glass": ("OD", False),
    "access.see_readings": ("D", True),
    "access.see_roles": ("OD", False),
    "account.see_account": ("C", True),
    "cards.enrol_device": ("", True),
    "cards.keep_card": ("W", True),
    "cards.read_card": ("RW", False),
    "care.end_help": ("OW", True),
    "care.grant_proxy": ("", True),
    "care.record_guardian": ("OW", False),
    "care.record_proxy": ("OW", False),
    "classes.keep_feed": ("", True),
    "classes.keep_season": ("RO", False),
    "classes.plan_class": ("R", False),
    "classes.see_class": ("RO", False),
    "teaching.check_in": ("", True),
    "teaching.decide_completion": ("R", False),
    "teaching.take_attendance": ("R", True),
    "volunteers.keep_activity": ("R", False),
    "volunteers.keep_volunteer": ("R", False),
    "volunteers.review_service": ("C", False),
    "volunteers.serve": ("", True),
    "volunteers.set_numbers": ("O", False),
    "exchange.acknowledge_clearing": ("R", False),
    "supervision.answer": ("R", False),
    "supervision.audit": ("C", False),
    "supervision.decide_appeal": ("C", False),
    "supervision.decide_withdrawal": ("C", False),
    "supervision.investigate": ("C", False),
    "supervision.state_own": ("", True),
    "exchange.ask_exchange": ("", True),
    "exchange.keep_clearing": ("C", False),
    "exchange.decide_agreement": ("C", False),
    "exchange.decide_appeal": ("C", False),
    "exchange.decide_case": ("R", False),
    "exchange.draft_agreement": ("R", False),
    "exchange.lodge_batch": ("R", False),
    "collectives.keep_account": ("R", False),
    "collectives.represent": ("R", False),
    "collectives.see_account": ("RC", False),
    "collectives.take_part": ("", True),
    "transfers.decide_rules": ("C", False),
    "transfers.draft_rules": ("C", False),
    "transfers.give": ("", True),
    "transfers.record_kinship": ("W", False),
    "redemption.hand_out": ("R", False),
    "redemption.keep_offer": ("R", False),
    "redemption.redeem": ("", True),
    "employers.check_list": ("RV", False),
    "employers.give_consent": ("", True),
    "foreign.bring_record": ("", True),
    "foreign.decide_record": ("C", False),
    "foreign.keep_rule": ("C", False),
    "foreign.state_record": ("R", False),
    "priorlearning.apply": ("", True),
    "priorlearning.assess_case": ("", True),
    "priorlearning.handle_case": ("R", False),
    "priorlearning.keep_assessor": ("R", False),
    "priorlearning.keep_centre": ("C", False),
    "priorlearning.lodge_group": ("R", False),
    "priorlearning.moderate": ("C", False),
    "enrolment.enrol": ("", True),
    "enrolment.enrol_person": ("RW", False),
    "enrolment.keep_roll": ("R", False),
    "enrolment.see_enrolment": ("RW", True),
    "enrolment.take_money": ("RW", False),
    "enrolment.waive_charge": ("R", False),
    "courses.review_course": ("C", False),
    "courses.see_course": ("RC", False),
    "courses.write_course": ("R", False),
    "credentials.issue_transcript": ("", True),
    "credentials.revoke_transcript": ("C", True),
    "credentials.see_transcript": ("C", True),
    "creditbank.decide_unit": ("C", False),
    "creditbank.draft_unit": ("C", False),
    "creditbank.see_ledger_health": ("CO", False),
    "creditbank.verify_ledger": ("CO", False),
    "identity.give_start_code": ("O", False),
    "identity.open_account": ("ROW", False),
    "identity.recover_account": ("O", False),
    "documents.hold_document": ("C", False),
    "documents.see_documents": ("RC", False),
    "colleges.keep_college": ("RO", False),
    "colleges.keep_network": ("O", False),
    "colleges.review_evidence": ("O", False),
    "colleges.see_standard": ("RO", False),
    "colleges.set_standard": ("O", False),
    "facilities.book_space": ("RO", False),
    "facilities.keep_venue": ("RO", False),
    "facilities.see_bookings": ("RO", False),
    "facilities.set_terms": ("O", False),
    "imports.bring_file": ("ROW", False),
    "imports.see_file": ("ROW", False),
    "imports.write_file": ("R", False),
    "jobs.cancel_job": ("RCOWV", True),
    "jobs.retry_job": ("O", False),
    "jobs.see_routines": ("O", False),
    "jobs.see_job": ("RCOWV", True),
    "linking.manage_key": ("O", False),
    "linking.manage_site": ("O", False),
    "mydata.answer_request": ("D", False),
    "mydata.ask": ("", True),
    "mydata.confirm_erasure": ("D", False),
    "mydata.erase_self": ("", True),
    "mydata.open_erasure": ("DW", False),
    "mydata.say_consent": ("", True),
    "mydata.take_archive": ("", True),
    "notices.choose_channels": ("", True),
    "notices.read_notice": ("", True),
    "notices.retry_sending": ("O", False),
    "notices.see_outbox": ("O", False),
    "operations.see_health": ("O", False),
    "organisations.change_organisation": ("O", False),
    "organisations.see_desk": ("RCO", False),
    "people.change_person": ("O", False),
    "people.create_person": ("OW", False),
    "people.decide_duplicate": ("W", False),
    "people.import_people": ("W", False),
    "people.merge_person": ("W", False),
    "people.see_person": ("RCOWD", True),
    "realname.claim_document": ("W", True),
    "realname.find_number": ("W", False),
    "realname.see_document": ("W", True),
    "realname.see_unmaskings": ("O", False),
    "realname.unmask_number": ("W", False),
    "realname.verify_document": ("W", False),
    "recognition.decide_rule": ("C", False),
    "recognition.draft_rule": ("C", False),
    "recognition.recognise": ("RC", False),
    "recognition.reverse_posting": ("C", False),
    "recognition.see_result": ("RC", True),
    "recognition.try_rule": ("C", False),
    "rollout.decide_accreditation": ("C", False),
    "rollout.open_phase": ("C", False),
    "rollout.plan_phase": ("C", False),
    "rollout.propose_accreditation": ("C", False),
    "rollout.see_readiness": ("C", False),
    "rollout.suspend_accreditation": ("C", False),
    "records.attach_evidence": ("R", False),
    "records.answer_dispute": ("R", False),
    "records.correct_record": ("R", False),
    "records.decide_double": ("RC", False),
    "records.dispute_record": ("", True),
    "records.enter_record": ("R", False),
    "records.see_record": ("RC", True),
    "records.withdraw_own": ("", True),
    "records.withdraw_record": ("R", False),
    "staff.approve_teacher": ("R", False),
    "staff.assign_teacher": ("R", False),
    "staff.consent": ("", True),
    "staff.draft_agreement": ("R", False),
    "staff.find_teacher": ("R", False),
    "staff.keep_profile": ("", True),
    "staff.see_teacher": ("R", True),
    "staff.set_limits": ("O", False),
    "staff.sign_agreement": ("R", False),
    "territories.change_territory": ("O", False),
    "vault.rotate_key": ("O", False),
    "vault.see_keys": ("O", False),
    "webhooks.keep_subscription": ("RO", False),
    "webhooks.see_subscription": ("RO", False),
    "workdays.write_days": ("O", False),
}
LETTERS = {
    "registrar": "R",
    "certification_officer": "C",
    "operator": "O",
    "counter_clerk": "W",
    "data_protection_officer": "D",
    "verifier": "V",
}


def test_every_act_has_a_row_and_every_row_an_act():
    assert set(MATRIX) == set(rules.ACTS)


def test_every_role_has_a_letter():
    assert set(LETTERS) == set(rules.ROLES)


def test_an_act_that_does_not_exist_is_a_mistake_and_never_a_silent_no():
    with pytest.raises(KeyError):
        rules.check_act("records.enter_recrod")


@pytest.fixture
def place(db):
    city = small_city()
    return {
        "city": city,
        "here": an_organisation(city["五山街道"]),
        "there": an_organisation(city["街口街道"]),
    }


def holder(role, place):
    person = a_person()
    if rules.ROLES[role].held_at == "organisation":
        holding(person, role, organisation=place["here"])
    else:
        holding(person, role, territory=place["city"]["天河区"])
    return standing_of(person, today=TODAY)


@pytest.mark.parametrize("role", LETTERS)
def test_each_role_may_what_the_table_says_where_it_is_held_and_nothing_elsewhere(place, role):
    standing = holder(role, place)
    here, there = place["here"], place["there"]
    for act, (roles, _own) in MATRIX.items():
        allowed = LETTERS[role] in roles
        assert standing.may(act, Scope(here.pk, here.territory.path)) is allowed, act
        assert not standing.may(act, Scope(there.pk, there.territory.path)), act
        assert not standing.may(act, Scope()), act
        assert standing.may_somewhere(act) is allowed, act


def test_everybody_may_with_their_own_what_the_table_says_and_nothing_else(place):
    person, somebody = a_person("甲"), a_person("乙")
    standing = standing_of(person, today=TODAY)
    for act, (_roles, own) in MATRIX.items():
        assert standing.may(act, Scope(person_id=person.pk)) is own, act
        assert not standing.may(act, Scope(person_id=somebody.pk)), act
        if own:
            require(standing, act, on=Scope(person_id=person.pk))
        with pytest.raises(Denied):
            require(standing, act, on=Scope(person_id=somebody.pk))


def test_a_role_over_the_city_reaches_what_has_no_place(place):
    person = a_person()
    holding(person, "operator", territory=place["city"]["广州市"])
    standing = standing_of(person, today=TODAY)
    assert standing.may("jobs.see_job", Scope())
    assert standing.may("people.see_person", Scope(person_id=1))
    assert not standing.may("jobs.see_job", Scope(organisation_id=place["here"].pk)), "an organisation has a place"
