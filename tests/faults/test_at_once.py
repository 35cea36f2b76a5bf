"""What is scarce on the ground, wanted by several at the same moment: one gets it, and nobody meets a fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from city.documents.nasty import SOUND
from city.identity.conftest import ASKER, has_contact
from city.realname.numbers import NOW, a_number, claimed
from city.situations import a_job, a_person
from city.test_races import at_once
from faults.each_statement import doors, papers, programs, roles_and_help, words
from faults.each_statement.town import WHY, Ground, Town, a_town
from xuecheng.city import clock, rights
from xuecheng.city.access import services as access
from xuecheng.city.access.models import BrokenGlass
from xuecheng.city.access.queries import Standing
from xuecheng.city.care import services as care
from xuecheng.city.care.models import Guardianship
from xuecheng.city.documents.models import DocumentVersion
from xuecheng.city.identity.models import ContactPoint, Recovery
from xuecheng.city.identity.rules import codes as law
from xuecheng.city.identity.services import accounts, codes, contacts, recovery
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.models import Job
from xuecheng.city.linking import services as linking
from xuecheng.city.linking.models import Link, LinkedSite, ServiceKey
from xuecheng.city.notices import rules as notice_rules
from xuecheng.city.notices import services as notices
from xuecheng.city.notices.models import Message, Notice
from xuecheng.city.people import merging
from xuecheng.city.people.models import Person, PersonMerge
from xuecheng.city.realname import services as realname
from xuecheng.city.realname.models import IdentityDocument
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.vault import services as vault
from xuecheng.city.webhooks import services as webhooks
from xuecheng.city.webhooks.models import Delivery, Subscription

pytestmark = pytest.mark.django_db(transaction=True)
CLIENT = "203.0.113.7"


@pytest.fixture
def town(
    transactional_db: None,
    acts_as_application: None,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Town]:
    with a_town(Ground(), monkeypatch, settings, tmp_path) as town:
        yield town


def kinds(call: Callable[[], Any], times: int = 4) -> Counter[type]:
    """What came back from so many at once."""
    return Counter(type(answer) for answer in at_once(*[call] * times))


class TestWaysIn:
    def test_a_slip_lets_in_one(self, town: Town) -> None:
        person = town.neighbour()
        slip = accounts.give_start_code(actor=town.operator, person=person, reason=WHY, at=doors.NOW)
        call = partial(
            accounts.enter_by_start_code, sign_in_name=person.sign_in_name, code=slip.code, client=CLIENT, at=doors.NOW
        )
        assert kinds(call) == {Person: 1, law.StartCodeWrong: 3}

    def test_a_proof_is_spent_once(self, town: Town) -> None:
        challenge = doors.proved(town, doors.ENTER, doors.PHONE)
        call = partial(codes.spend_now, purpose=doors.ENTER, public_id=challenge, asker=ASKER, at=doors.NOW)
        found = kinds(call)
        assert found[law.ProofOver] == 3
        assert found.total() == 4

    def test_an_address_becomes_one_persons(self, town: Town) -> None:
        people = [town.neighbour(name) for name in ("陈惠芬", "何家霖", "黄小明")]
        proofs = [doors.proved(town, doors.ADD, doors.EMAIL, person) for person in people]
        answers = at_once(
            *(
                partial(contacts.add_contact, person=person, challenge=proof, asker=ASKER, at=doors.NOW)
                for person, proof in zip(people, proofs, strict=True)
            )
        )
        assert Counter(type(one) for one in answers) == {ContactPoint: 1, contacts.AddressTaken: 2}

    def test_a_recovery_is_asked_for_confirmed_and_finished_once(self, town: Town) -> None:
        person = town.neighbour()
        has_contact(person, doors.PHONE)
        ask = partial(recovery.ask_at_counter, actor=town.operator, person=person, reason=WHY, at=doors.NOW)
        assert kinds(ask) == {Recovery: 1, recovery.RecoveryRunsAlready: 3}
        row = Recovery.objects.get()
        answers = at_once(
            *[
                partial(
                    recovery.confirm_at_counter, actor=town.other_operator, public_id=row.public_id, person=person,
                    reason=WHY, at=doors.NOW,
                )
            ]
            * 3
        )  # fmt: skip
        assert Counter(type(one) for one in answers) == {tuple: 1, law.ClaimWrong: 2}
        (claim,) = [one[0] for one in answers if isinstance(one, tuple)]
        finish = partial(
            recovery.finish_recovery, account=person.sign_in_name, claim=claim, password="hills and clouds",
            client=CLIENT, at=doors.NOW + law.RECOVERY_WAIT,
        )  # fmt: skip
        assert kinds(finish, 3) == {Person: 1, law.ClaimWrong: 2}


class TestHelpAndEmergencies:
    def test_one_form_breaks_one_glass_and_one_reviews_it(self, town: Town) -> None:
        elder, public_id = town.neighbour(), uuid7()
        assert kinds(lambda: roles_and_help._broken(town, public_id, elder)) == {BrokenGlass: 4}
        glass = BrokenGlass.objects.get()
        review = partial(
            access.review_glass, actor=town.other_operator, glass=glass, verdict="in_order", finding="确有需要",
            at=roles_and_help.NOW + timedelta(hours=9),
        )  # fmt: skip
        assert kinds(review) == {BrokenGlass: 1, access.GlassReviewed: 3}

    def test_a_guardian_consents_once(self, town: Town) -> None:
        made = roles_and_help._guarded(town)
        consent = partial(
            care.consent_as_guardian, actor=Standing(person=made.guardian), guardianship=made, at=roles_and_help.NOW
        )
        assert kinds(consent) == {Guardianship: 1, care.ConsentedBefore: 3}


class TestPapers:
    def test_one_form_brings_one_document(self, town: Town) -> None:
        toy, public_id = papers.a_toy(town), uuid7()
        assert kinds(lambda: toy.add(SOUND["pdf"], public_id=public_id)) == {DocumentVersion: 4}
        assert DocumentVersion.objects.count() == 1

    def test_one_number_is_entered_for_a_person_once(self, town: Town) -> None:
        person = town.neighbour("陈嘉敏")
        found = kinds(lambda: claimed(town.clerk, person, a_number()))
        assert found == {IdentityDocument: 1, realname.NumberClaimedBefore: 3}

    def test_one_form_enters_one_identity_document(self, town: Town) -> None:
        person, public_id = town.neighbour("陈嘉敏"), uuid7()
        found = kinds(lambda: claimed(town.clerk, person, a_number(), public_id=public_id))
        assert found == {IdentityDocument: 4}
        assert IdentityDocument.objects.count() == 1

    def test_keys_are_replaced_once(self, town: Town) -> None:
        papers._claim(town)
        replace = partial(
            vault.replace, actor=rights.OWNER, use="seal", at=clock.now(), reason=WHY, in_background=False
        )
        assert kinds(replace) == {list: 1, vault.NothingToReplace: 3}

    def test_two_accounts_are_merged_once_and_that_is_undone_once(self, town: Town) -> None:
        pair = papers._two(town)
        assert kinds(lambda: papers._merged(town, pair)) == {PersonMerge: 1, merging.MergedAlready: 3}
        merge = PersonMerge.objects.select_related("kept__territory", "merged__territory").get()
        undo = partial(merging.unmerge_people, actor=town.clerk, merge=merge, at=NOW, reason=WHY)
        assert kinds(undo) == {PersonMerge: 1, merging.MergeUndone: 3}
        public_id = uuid7()
        assert kinds(lambda: papers._merged(town, pair, public_id)) == {PersonMerge: 4}
        assert PersonMerge.objects.filter(undone_at=None).count() == 1


class TestPrograms:
    def test_one_form_makes_one_key_and_one_key_is_followed_by_one(self, town: Town) -> None:
        public_id, _desk = uuid7(), town.desk
        assert kinds(lambda: programs._key(town, public_id)) == {ServiceKey: 1, FormUsedBefore: 3}
        key = ServiceKey.objects.get()

        def rotate() -> object:
            return linking.rotate_key(
                actor=town.operator, public_id=uuid7(), key=key, at=programs.NOW + timedelta(hours=1),
                overlap=timedelta(days=1), reason=WHY,
            )  # fmt: skip

        assert kinds(rotate) == {tuple: 1, linking.KeyEnded: 3}

    def test_one_form_registers_one_site_which_ends_once(self, town: Town) -> None:
        public_id, _desk = uuid7(), town.desk
        assert kinds(lambda: programs._site(town, public_id)) == {LinkedSite: 1, FormUsedBefore: 3}
        site = LinkedSite.objects.get()
        end = partial(linking.end_site, actor=town.operator, site=site, at=programs.NOW, reason=WHY)
        assert kinds(end) == {type(None): 1, linking.SiteEnded: 3}
        with pytest.raises(linking.SiteEnded):
            # The page was open since before it ended.
            linking.new_secret(actor=town.operator, site=site, reason=WHY)

    def test_a_person_has_one_link_with_a_site(self, town: Town) -> None:
        site, person = programs._site(town), a_person()
        assert kinds(lambda: programs._link(town, site, person)) == {Link: 4}
        assert Link.objects.count() == 1

    def test_one_form_subscribes_once_and_a_message_is_sent_again_once(self, town: Town) -> None:
        public_id, _desk = uuid7(), town.desk
        assert kinds(lambda: programs._subscription(town, public_id)) == {Subscription: 1, FormUsedBefore: 3}
        town.desk.record()
        Delivery.objects.update(state=Delivery.State.DEAD)
        again = partial(
            webhooks.replay, actor=town.desk.registrar,
            delivery=Delivery.objects.select_related("subscription__organisation__territory").get(), at=programs.NOW,
        )  # fmt: skip
        assert kinds(again) == {Delivery: 1, webhooks.NothingToReplay: 3}


class TestJobsAndNotices:
    def test_a_failed_job_is_tried_again_once(self, town: Town) -> None:
        job = a_job(organisation=town.city.college, state="failed")
        found = kinds(lambda: jobs.retry(actor=town.operator, job=Job.objects.get(pk=job.pk)))
        assert found.total() == 4
        assert sum(count for kind, count in found.items() if not issubclass(kind, Exception)) == 1
        assert all(kind.__module__.startswith("xuecheng") for kind in found if issubclass(kind, Exception))

    def test_one_event_is_told_once_and_a_message_sent_again_once(self, town: Town) -> None:
        person = words._chen(town)
        assert sorted(at_once(*[lambda: words._tell(person)] * 4)) == [False, False, False, True]
        assert (Notice.objects.count(), Message.objects.count()) == (1, 1)
        Message.objects.update(state=Message.State.FAILED, ended_at=words.NOON)
        again = partial(notices.send_again, actor=town.operator, message=Message.objects.get(), at=words.NOON)
        assert kinds(again) == {type(None): 1, notice_rules.NothingToSendAgain: 3}
