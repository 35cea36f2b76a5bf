"""From claimed to verified: the counter, the service, doubts, rivals, denials; whole numbers and who looks at them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction

from city.realname.numbers import NOW, a_counter_clerk, a_number, claimed, verified
from city.situations import TODAY, a_person, an_operator, small_city
from city.test_races import at_once
from xuecheng.city import trace
from xuecheng.city.access.queries import standing_of
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.people.models import DuplicateCandidate, Person
from xuecheng.city.realname import queries, rules, services
from xuecheng.city.realname.models import IdentityDocument, Unmasking
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied


@pytest.fixture
def city(db):
    return small_city()


@pytest.fixture
def officer(city):
    return a_counter_clerk(city["广州市"])


@pytest.fixture
def resident(city):
    person = a_person("陈嘉敏", territory=city["五山街道"])
    Person.objects.filter(pk=person.pk).update(birth_year=1958)
    person.refresh_from_db()
    return person


def test_a_document_is_entered_seen_and_verified(officer, resident):
    document = claimed(officer, resident, a_number())
    assert (document.state, document.doubts) == ("claimed", [])
    document = verified(officer, document)
    assert (document.state, document.seen, document.decided_by) == ("verified", "original", officer.person)
    assert services.masked_numbers([document]) == {document.pk: "••••••••••••••" + a_number()[-4:]}
    assert next(entry.why for entry in trace.history_of(document)) == "本人到场"
    assert verified(officer, document).pk == document.pk, "said again, nothing changes"


def test_repeated_it_is_one_document_and_the_id_is_for_no_other_number(officer, resident):
    public_id = uuid4()
    one = claimed(officer, resident, a_number(), public_id=public_id)
    assert claimed(officer, resident, a_number().lower(), public_id=public_id) == one
    with pytest.raises(FormUsedBefore):
        claimed(officer, resident, a_number(2), public_id=public_id)
    with pytest.raises(services.NumberClaimedBefore):
        claimed(officer, resident, a_number())


def test_residents_enter_their_own_and_nobody_elses(city, resident):
    own = standing_of(resident, today=TODAY)
    document = claimed(own, resident, a_number())
    with pytest.raises(Denied):
        verified(own, document)
    somebody = a_person("别人", territory=city["五山街道"])
    with pytest.raises(Denied):
        claimed(own, somebody, a_number(2))
    assert queries.documents_of(standing_of(somebody, today=TODAY), resident) == []


ACTS = {
    "verify": verified,
    "refuse": lambda actor, document: services.refuse_document(
        actor=actor, document=document, at=NOW, reason="不是本人"
    ),
    "unmask": lambda actor, document: services.unmask_number(actor=actor, document=document, at=NOW, reason="核对档案"),
    "claim": lambda actor, document: claimed(actor, document.person, a_number(3)),
}


@pytest.mark.parametrize("act", ACTS)
def test_officers_elsewhere_operators_and_strangers_are_denied(city, officer, resident, act):
    document = claimed(officer, resident, a_number())
    for actor in (
        a_counter_clerk(city["从化区"], "别处"),
        an_operator(city["广州市"]),
        standing_of(a_person(), today=TODAY),
    ):
        with pytest.raises(Denied):
            ACTS[act](actor, document)
    assert not Unmasking.objects.exists()


def test_nobody_verifies_or_unmasks_their_own(city):
    officer = a_counter_clerk(city["广州市"])
    Person.objects.filter(pk=officer.person.pk).update(territory=city["五山街道"])
    officer.person.refresh_from_db()
    document = claimed(officer, officer.person, a_number())
    with pytest.raises(services.NotOneself):
        verified(officer, document)
    with pytest.raises(services.NotOneself):
        services.unmask_number(actor=officer, document=document, at=NOW, reason="核对档案")


@pytest.mark.parametrize(
    ("change", "doubt"),
    [({"name": "林伟文"}, "name"), ({"number": a_number(area="449999")}, "area"), ({"birth_year": 1960}, "birth_year")],
)
def test_what_does_not_fit_waits_until_an_officer_has_weighed_it(officer, resident, change, doubt):
    if "birth_year" in change:
        Person.objects.filter(pk=resident.pk).update(birth_year=change["birth_year"])
        resident.refresh_from_db()
    document = claimed(officer, resident, change.get("number", a_number()), name=change.get("name", ""))
    assert document.doubts == [doubt]
    assert list(queries.to_decide(officer, only_doubtful=True)) == [document]
    with pytest.raises(services.DoubtsNotWeighed):
        verified(officer, document)
    assert verified(officer, document, fits_all_the_same=True).state == "verified"


def test_one_number_is_verified_for_one_person_and_the_pair_is_listed(city, officer, resident):
    other = a_person("陈嘉敏", territory=city["员村街道"])
    first, second = claimed(officer, resident, a_number()), claimed(officer, other, a_number())
    assert "identity" in DuplicateCandidate.objects.get().reasons
    verified(officer, first)
    with pytest.raises(services.NumberVerifiedElsewhere):
        verified(officer, second)
    assert queries.same_numbers() == [(resident.pk, other.pk)]


@pytest.mark.django_db(transaction=True)
def test_of_two_counters_that_verify_one_number_at_once_one_wins():
    city = small_city()
    officers = [a_counter_clerk(city["广州市"], name) for name in ("甲", "乙")]
    people = [a_person(name, territory=city["五山街道"]) for name in ("陈嘉敏", "陈佳敏")]
    documents = [claimed(officers[0], person, a_number()) for person in people]
    answers = at_once(*[lambda o=o, d=d: verified(o, d) for o, d in zip(officers, documents, strict=True)])
    assert sorted(type(answer).__name__ for answer in answers) == ["IdentityDocument", "NumberVerifiedElsewhere"]


def test_a_newer_document_of_the_kind_takes_the_place_of_the_older(officer, resident):
    old = verified(officer, claimed(officer, resident, "E12345678", kind=rules.PASSPORT))
    new = verified(officer, claimed(officer, resident, "E99999999", kind=rules.PASSPORT))
    old.refresh_from_db()
    assert (old.state, new.state) == ("expired", "verified")


def test_documents_expire_after_their_last_day_and_expired_ones_are_not_taken(officer, resident):
    document = claimed(officer, resident, "E12345678", kind=rules.PASSPORT, valid_until=TODAY + timedelta(days=30))
    verified(officer, document)
    assert services.expire_due(today=TODAY + timedelta(days=30)) == 0
    assert services.expire_due(today=TODAY + timedelta(days=31)) == 1
    with pytest.raises(rules.DocumentExpired):
        claimed(officer, resident, "E22222222", kind=rules.PASSPORT, valid_until=TODAY - timedelta(days=10))


def test_a_refused_document_says_why_and_is_not_verified(officer, resident):
    document = claimed(officer, resident, a_number())
    refused = services.refuse_document(actor=officer, document=document, at=NOW, reason="照片不是本人")
    assert (refused.state, refused.note) == ("refused", "照片不是本人")
    with pytest.raises(services.DocumentDecided):
        verified(officer, document)
    with pytest.raises(trace.ReasonMissing):
        services.refuse_document(actor=officer, document=claimed(officer, resident, a_number(2)), at=NOW, reason=" ")


@pytest.mark.parametrize(("name", "state"), [("陈嘉敏", "verified"), ("查无此人", "refused"), ("待查的人", "claimed")])
def test_the_outside_service_confirms_refuses_or_leaves_it_to_an_officer(city, officer, settings, name, state):
    settings.REALNAME_SERVICE = "xuecheng.city.realname.outside.Demonstration"
    person = a_person(name, territory=city["五山街道"])
    claim = services.Claim(public_id=uuid4(), kind=rules.RESIDENT, number=a_number())
    document = services.claim_document(actor=officer, person=person, claim=claim, at=NOW, ask_service=True)
    job = Job.objects.get(kind="realname.ask_service")
    assert a_number() not in str(job.arguments)
    running.run(job.pk)
    document.refresh_from_db()
    assert document.state == state
    assert document.service_reference.startswith("DEMO-")


def test_each_look_at_a_whole_number_has_a_reason_and_is_counted(officer, resident, settings, caplog):
    settings.UNMASK_ALERT = 2
    document = claimed(officer, resident, a_number())
    with pytest.raises(services.ReasonTooShort):
        services.unmask_number(actor=officer, document=document, at=NOW, reason="看")
    for count in range(1, 4):
        assert services.unmask_number(actor=officer, document=document, at=NOW, reason="核对档案") == a_number()
        assert ("whole numbers" in caplog.text) is (count > 2)
    assert a_number() not in caplog.text
    (day,) = queries.looks_by_day(most=2, since=TODAY - timedelta(days=365))
    assert (day.looks, day.is_alarming) == (3, True)
    assert queries.alarms_on(day.on, most=2).count() == 1
    assert queries.alarms_on(day.on, most=3).count() == 0


def test_a_look_is_never_taken_back_not_even_by_the_owner(officer, resident, as_owner):
    services.unmask_number(actor=officer, document=claimed(officer, resident, a_number()), at=NOW, reason="核对档案")
    with (
        pytest.raises((InternalError, ProgrammingError, IntegrityError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("delete from realname_unmasking")


def test_a_number_is_found_whole_only_and_where_one_may_look(city, officer, resident):
    document = claimed(officer, resident, a_number())
    find = {"kind": rules.RESIDENT, "at": NOW}
    assert services.find_by_number(actor=officer, number=a_number().lower(), **find) == [document]
    with pytest.raises(rules.NumberFormWrong):
        services.find_by_number(actor=officer, number=a_number()[-4:], **find)
    assert services.find_by_number(actor=a_counter_clerk(city["从化区"], "别处"), number=a_number(), **find) == []
    with pytest.raises(Denied):
        services.find_by_number(actor=standing_of(resident, today=TODAY), number=a_number(), **find)


def test_the_database_itself_keeps_a_verified_number_once_and_seen(officer, resident):
    one = verified(officer, claimed(officer, resident, a_number()))
    other = a_person("别人")
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityDocument.objects.create(
            person=other, kind="resident_id", number_sealed=b"x", number_hash=one.number_hash, name_on_document="x",
            claimed_at=NOW, decided_at=NOW, state="verified", service_reference="x",
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityDocument.objects.create(
            person=other, kind="resident_id", number_sealed=b"x", number_hash=b"y", name_on_document="x",
            claimed_at=NOW, state="verified",
        )  # fmt: skip
