"""Role × job: in whose name each job and routine works, and the act by which it was started. A new one needs a row.

Jobs hold no role. What a person may start was checked when they started it, with the act below; what recurs acts as a
robot of the house, whose name stands in the trace, and touches only what the table says.
"""

from __future__ import annotations

from xuecheng.city.access import rules
from xuecheng.city.jobs import registry

BY_WHOM_STARTED: dict[str, str] = {
    "imports.check": "imports.bring_file",
    "imports.write": "imports.write_file",
    "recognition.recognise": "recognition.recognise",
    "recognition.rerecognise": "recognition.decide_rule",
    "recognition.try_rule": "recognition.try_rule",
    "creditbank.verify_ledger": "creditbank.verify_ledger",
    "badges.issue_for_course": "badges.issue_badge",
    "badges.reissue_for_key": "badges.keep_keys",
    "employers.check_list": "employers.check_list",
    "exchange.ask_for_batch": "exchange.lodge_batch",
    "exchange.accept_batch": "exchange.decide_case",
    "vault.seal_anew": "vault.rotate_key",
}
"""Job → the act that its starter needed; rows it writes carry the starter."""

BY_A_ROBOT: dict[str, str] = {
    "records.find_doubles": "reports pairs; decides nothing",
    "records.look_for_doubles": "starts the job above",
    "creditbank.seal": "seals; changes no entry",
    "creditbank.publish_head": "hashes; changes no entry",
    "creditbank.check_tonight": "starts a verification",
    "network.roll_up": "counts",
    "records.find_doubles_of_merged": "reports pairs among merged accounts; decides nothing",
    "mydata.make_archive": "puts together what the person asked for of their own",
    "mydata.remove_expired": "removes archives after their days",
    "mydata.carry_out_erasures": "robot “erasure”: erases who asked for it, after the wait",
    "realname.ask_service": "asks the outside service about one document, and keeps its answer",
    "realname.expire_documents": "ends documents on their day",
    "people.find_duplicates": "reports pairs; decides nothing",
    "vault.care_for_keys": "goes on with what was stopped, destroys keys that no row uses",
    "documents.look": "scans one file and draws its small picture",
    "documents.look_again": "starts that job for files that wait",
    "documents.collect_orphans": "removes files without a row",
    "documents.remove_expired": "removes files after their time, leaving a row",
    "imports.remove_personal_files": "removes lists of people that were written",
    "identity.tidy": "forgets spent codes and ended sessions",
    "notices.look": "sends what is due",
    "notices.bundle": "puts digests together",
    "notices.forget": "forgets old notices and messages",
    "webhooks.look": "starts the delivery of what is due",
    "webhooks.deliver": "delivers messages to their subscribers",
    "webhooks.sweep": "forgets delivered messages",
    "linking.sweep": "forgets expired tokens and spent codes",
    "api.sweep": "forgets kept answers and past counts",
    "backups.tonight": "starts the night's backup",
    "backups.back_up": "reads everything, writes to the folder of backups, forgets old ones there; no row",
    "backups.carry": "carries the database's log and new files to the folder of backups; no row",
    "operations.look": "looks at the installation and keeps what was found",
    "operations.look_at_all": "the same, with what reads much",
    "enrolment.draw": "the officer who enters the number from outside; robot “enrolment” gives the places in the order drawn",
    "enrolment.tend": "robot “enrolment”: ends offers and unpaid places whose time is over, offers to the next",
    "colleges.remind_of_ending": "writes notices only, to those who may keep the college",
    "volunteers.find_overlaps_of_merged": "whoever merged: services at one time go to review; an officer decides",
    "account.warn_of_ending": "writes notices only, to whose credit it is",
    "cards.tend": "robot “cards”: tells holders that a card was found, drops what is older than the city keeps it",
    "supervision.search": "robot “supervision”: searches credited records for what looks wrong; withdraws nothing",
    "supervision.tend": "robot “supervision”: fills shortfalls from later credit, draws samples by the published seed",
    "badges.tend": "robot “badges”: issues credentials by rule, revokes those whose credit was taken back",
    "exchange.tend": "robot “exchange”: raises requests that nobody answered, ends them, posts what was accepted",
    "exchange.draw_ended": "robot “exchange”: draws statements of months that are over; both sides acknowledge, a person closes",
    "rollout.tend": "writes notices only, to institutions and whoever proposes renewals",
    "rollout.count_readiness": "counts what others decided; a person decides what is opened",
    "transfers.tend": "robot “transfers”: gives back what nobody of the family answered in time",
    "redemption.tend": "robot “redemption”: frees what was reserved and not fetched in time, reminds a day before",
    "employers.tell_holders": "writes notices and who looked only, to whose credentials were asked about",
    "employers.remove_old": "robot “employers”: removes rows, answers and files of lists after their days",
    "foreign.read": "whoever brought the file: their own records, credited by rules that two officers put in force",
    "foreign.look": "whoever brought the file: shows them what it would count, takes nothing in",
    "foreign.try": "whoever proposed the rule: counts what it would do, in numbers only",
    "foreign.match": "whoever put the rule in force: credits what waited and fits it",
    "foreign.tend": "robot “outside records”: follows corrections of credit, posts what could not be posted",
    "foreign.recheck": "robot “outside records”: asks issuers what they revoked; withdraws nothing, tells officers",
    "priorlearning.tend": "robot “prior learning”: draws, reminds, ends tasks and cases, posts what assessors recognised",
    "volunteers.tend": "robot “volunteers”: ends applications that nobody answered before the shift; reminds organisers",
    "teaching.certify": "robot “teaching”: certificates of what was decided before there were any; decides nothing",
    "teaching.complete": "whoever finished the class: decides who completes, writes the host's own records, moves its roll",
    "facilities.release_missed": "robot “places”: releases confirmed bookings to which nobody came, offers rooms to whoever waits",
    "city.turn_of_day": "robot “calendar”: lets decided changes begin, asks young people anew",
}
"""Job or routine → what it may touch."""


def test_every_job_and_routine_has_a_row() -> None:
    assert set(BY_WHOM_STARTED) | set(BY_A_ROBOT) == {
        name for name in (*registry.KINDS, *registry.ROUTINES) if not name.startswith("test.")
    }


def test_what_people_start_is_started_by_an_act() -> None:
    assert set(BY_WHOM_STARTED.values()) <= rules.ACTS


def test_nobody_starts_a_job_by_what_is_their_own_alone() -> None:
    assert not set(BY_WHOM_STARTED.values()) & rules.OWN_ACTS
