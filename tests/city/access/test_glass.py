"""Breaking the glass: reading in an emergency, with an alarm, a log, an end and a review."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from city.situations import a_person, a_registrar, a_stranger, an_operator, an_organisation, holding, small_city
from xuecheng.city import clock, trace
from xuecheng.city.access import hooks, queries, services
from xuecheng.city.access.models import BrokenGlass, Reading
from xuecheng.city.access.queries import Scope, Standing
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import FormUsedBefore

pytestmark = pytest.mark.django_db
NOW = clock.now()
REASON = "家属报失联，需核对最近记录"


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def operator(city):
    return an_operator(city["广州市"])


@pytest.fixture
def elder(city):
    return a_person("冯国强", territory=city["五山街道"])


def broken(operator, person=None, **more):
    return services.break_glass(
        **{"actor": operator, "public_id": uuid7(), "person": person, "reason": REASON, "at": NOW} | more
    )


def looking(operator, glass, *, at=NOW):
    return Standing(person=operator.person, glass=queries.open_glass(operator.person, str(glass.public_id), at=at))


def test_it_opens_one_persons_records_to_be_read_until_the_instant_it_ends(operator, elder):
    glass = broken(operator, elder)
    own, other = Scope(person_id=elder.pk), Scope(person_id=a_person().pk)
    open_now = looking(operator, glass)
    assert open_now.may("account.see_account", own)
    assert open_now.keys_for("records.see_record") == (operator.person.pk, elder.pk)
    assert not open_now.may("account.see_account", other)
    for act in (
        "credentials.issue_transcript",
        "records.dispute_record",
        "people.change_person",
        "records.correct_record",
    ):
        assert not open_now.may(act, own), act
    last = NOW + timedelta(hours=2)
    assert looking(operator, glass, at=last - timedelta(microseconds=1)).may("account.see_account", own)
    assert not looking(operator, glass, at=last).may("account.see_account", own)


def test_it_is_nobody_elses(operator, elder, city):
    glass = broken(operator, elder)
    another = an_operator(city["广州市"], name="别的运维")
    assert looking(another, glass).glass is None


def test_an_organisations_records_are_opened_the_same_way(operator, city):
    college, other = an_organisation(city["天河区"]), an_organisation(city["天河区"])
    open_now = looking(operator, broken(operator, organisation=college))
    assert open_now.organisation_ids("records.see_record") == [college.pk]
    assert not open_now.may("records.see_record", Scope(other.pk, other.territory.path))
    assert not open_now.may("records.correct_record", Scope(college.pk, college.territory.path))


def test_it_is_told_at_once_and_falls_with_the_change(operator, elder, monkeypatch):
    heard = []
    monkeypatch.setattr(hooks, "_listeners", [lambda event, person, facts: heard.append((event, person))])
    glass = broken(operator, elder)
    assert heard == [("access.glass_broken", elder)]
    assert list(queries.glass_to_review(an_operator(elder.territory, name="街道运维"))) == [glass]


def test_what_cannot_be_is_refused(operator, elder, city):
    with pytest.raises(services.GlassReasonShort):
        broken(operator, elder, reason="看看")
    for hours in (-1, 9):
        with pytest.raises(services.GlassHoursWrong):
            broken(operator, elder, hours=hours)
    with pytest.raises(services.GlassForOneself):
        broken(operator, operator.person)
    for actor in (
        a_stranger(),
        a_registrar(an_organisation(city["天河区"])),
        an_operator(city["从化区"], name="从化运维"),
    ):
        with pytest.raises(services.Denied):
            broken(actor, elder)
    first = broken(operator, elder)
    assert broken(operator, elder, public_id=first.public_id) == first
    with pytest.raises(FormUsedBefore):
        broken(operator, a_person(territory=city["五山街道"]), public_id=first.public_id)


class TestReview:
    def review(self, actor, glass, *, at=NOW + timedelta(hours=3), finding="与登记一致"):
        return services.review_glass(actor=actor, glass=glass, verdict="in_order", finding=finding, at=at)

    def test_somebody_else_reviews_it_once_when_it_has_ended(self, operator, elder, city):
        glass = broken(operator, elder)
        officer = a_person("保护员")
        holding(officer, "data_protection_officer", territory=city["广州市"])
        reviewer = services.standing_of(officer, today=clock.today())
        with pytest.raises(services.StillOpen):
            self.review(reviewer, glass, at=NOW + timedelta(hours=1))
        with pytest.raises(services.ReviewedByAnother):
            self.review(operator, glass)
        with pytest.raises(services.FindingMissing):
            self.review(reviewer, glass, finding=" ")
        self.review(reviewer, glass)
        with pytest.raises(services.GlassReviewed):
            self.review(reviewer, glass)
        assert trace.history_of(glass)[0].by_name == "保护员"
        assert list(queries.glass_to_review(reviewer)) == []

    def test_strangers_do_not(self, operator, elder):
        glass = broken(operator, elder)
        with pytest.raises(services.Denied):
            self.review(a_stranger(), glass)

    def test_not_even_in_the_database_by_oneself(self, operator, elder):
        glass = broken(operator, elder)
        with pytest.raises(IntegrityError), transaction.atomic():
            BrokenGlass.objects.filter(pk=glass.pk).update(
                reviewed_by=operator.person.pk, reviewed_at=NOW, verdict="in_order", finding="好"
            )


def test_closing_it_ends_it_in_an_open_session_and_everything_read_is_in_the_log(client, operator, elder):
    client.force_login(operator.person)
    address = f"/account/of/{elder.public_id}/"
    assert client.get(address).status_code == 404
    sent = {"public_id": str(uuid7()), "hours": 2, "reason": REASON}
    assert client.post(f"/roles/emergencies/open/person/{elder.public_id}/", sent).status_code == 302
    assert client.get(address).status_code == 200
    glass = BrokenGlass.objects.get()
    (read,) = Reading.objects.filter(person=elder, what="account")
    assert (read.reader_id, read.via, read.via_id) == (operator.person.pk, "glass", glass.public_id)
    assert client.post(f"/roles/emergencies/{glass.public_id}/close/").status_code == 302
    assert client.get(address).status_code == 404
    # The person sees who, and why.
    client.force_login(elder)
    page = client.get("/roles/readings/").content.decode()
    assert operator.person.name in page
    assert REASON in page


def test_pages_of_emergencies(client, operator, elder, city):
    glass = broken(operator, elder)
    BrokenGlass.objects.filter(pk=glass.pk).update(ends_at=NOW, review_due_on=clock.today() - timedelta(days=1))
    another = an_operator(city["广州市"], name="别的运维")
    client.force_login(another.person)
    page = client.get("/roles/emergencies/")
    assert 'xc-chip-no"' in page.content.decode(), "overdue, and said so"
    assert REASON in client.get("/today/").content.decode()
    address = f"/roles/emergencies/{glass.public_id}/review/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"verdict": "in_order", "finding": ""}).status_code == 422
    assert client.post(address, {"verdict": "not_in_order", "finding": "没有必要"}).status_code == 302
    glass.refresh_from_db()
    assert (glass.verdict, glass.reviewed_by_id) == ("not_in_order", another.person.pk)
    client.force_login(a_person())
    assert client.get("/roles/emergencies/").status_code == 403
    assert client.get(address).status_code == 404
