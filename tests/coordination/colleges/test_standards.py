"""Standards as data, evidence given and reviewed by two, what ends is told in time (N-01, N-03)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from city.situations import a_registrar, a_stranger, an_operator, an_organisation
from coordination.colleges.situations import ITEMS, NOW, TODAY, WHY, a_house, accepted, given, the_standard
from xuecheng.city.documents.models import Document
from xuecheng.city.ids import uuid7
from xuecheng.city.notices.models import Notice
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied
from xuecheng.coordination.colleges import queries, rules, services, shipped
from xuecheng.coordination.colleges.models import NetworkTargets, StandardEvidence
from xuecheng.coordination.colleges.services import Requirement

pytestmark = pytest.mark.django_db


@pytest.fixture
def standard(net):
    return the_standard(net)


def review(net, row, *, actor=None, finding="", is_accepted=True, at=NOW):
    return services.review_evidence(
        actor=actor or net.operator, row=row, is_accepted=is_accepted, finding=finding, at=at
    )


def states(net, on=TODAY):
    targets = queries.targets_on(on)
    there = queries.premises_by_unit(on=on).get(net.street.pk, queries.NO_PREMISES)
    lines = queries.checklist(net.street, on=on, premises=there, targets=targets)
    return {one.item.code: one.state for one in lines}


class TestTheStandard:
    def test_it_holds_from_its_day_and_the_older_stays_known(self, net, standard):
        later = TODAY + timedelta(days=30)
        the_standard(net, begins_on=later, items=ITEMS[:1])
        assert len(queries.standard_of("street", TODAY).items.all()) == 3
        assert len(queries.standard_of("street", later).items.all()) == 1
        assert queries.standard_of("street", TODAY - timedelta(days=1)) is None
        assert queries.standard_of("district", TODAY) is None

    def test_of_one_day_the_last_word_counts_until_it_is_used(self, net, standard):
        the_standard(net, items=ITEMS[:2])
        the_standard(net)
        given(net)
        the_standard(net)
        with pytest.raises(services.StandardUsed):
            the_standard(net, items=ITEMS[:2])

    @pytest.mark.parametrize(
        "items",
        [
            (),
            (ITEMS[0], ITEMS[0]),
            (Requirement(code="Fire!", shown_by="fact", text_zh="x"),),
            (Requirement(code="fire", shown_by="rumour", text_zh="x"),),
            (Requirement(code="fire", shown_by="fact", text_zh=" "),),
            tuple(Requirement(code=f"a{n}", shown_by="fact", text_zh="x") for n in range(31)),
        ],
    )
    def test_what_is_no_list_of_requirements(self, net, items):
        with pytest.raises(services.ItemsWrong):
            the_standard(net, items=items)

    def test_premises_have_no_months(self, net):
        with pytest.raises(services.MonthsWrong):
            the_standard(net, items=(Requirement(code="a", shown_by="premises", months=3, text_zh="x"),))

    def test_not_before_today_and_not_by_others(self, net):
        with pytest.raises(services.BeginsTooEarly):
            the_standard(net, begins_on=TODAY - timedelta(days=1))
        for actor in (net.keeper, a_stranger(), an_operator(net.places["天河区"], "天河运维")):
            with pytest.raises(Denied):
                services.set_standard(
                    actor=actor, city=net.places["广州市"], level="street", items=ITEMS, begins_on=TODAY, today=TODAY,
                    source=WHY, why=WHY,
                )  # fmt: skip

    @pytest.mark.parametrize("level", rules.LEVELS)
    def test_what_the_house_proposes_can_be_set(self, net, level):
        assert the_standard(net, level=level, items=shipped.STANDARDS[level])


class TestEvidence:
    def test_it_counts_when_another_accepted_it(self, net, standard):
        assert states(net) == {"premises": rules.MISSING, "fire": rules.MISSING, "plan": rules.MISSING}
        row = given(net)
        assert states(net)["plan"] == rules.WAITING
        review(net, row)
        review(net, row)
        assert states(net)["plan"] == rules.MET
        assert states(net, TODAY + timedelta(days=300))["plan"] == rules.ENDING
        assert states(net, TODAY + timedelta(days=301))["plan"] == rules.ENDED
        assert Notice.objects.filter(person=net.keeper.person, kind="colleges.evidence_reviewed").count() == 1

    def test_premises_are_counted_and_never_declared(self, net, standard):
        """N-01."""
        with pytest.raises(services.CountedFromPremises):
            given(net, code="premises")
        a_house(net.street.organisation, net.places["五山街道"], seats=9)
        assert states(net)["premises"] == rules.MISSING
        a_house(net.street.organisation, net.places["五山街道"], seats=1, name_zh="小间")
        assert states(net)["premises"] == rules.MET

    def test_twice_is_once(self, net, standard):
        number = uuid7()
        assert given(net, public_id=number).pk == given(net, public_id=number).pk
        with pytest.raises(FormUsedBefore):
            given(net, public_id=number, words="别的")
        with pytest.raises(services.EvidenceWaits):
            given(net)

    def test_it_is_renewed_while_the_old_holds(self, net, standard):
        accepted(net, valid_until=TODAY + timedelta(days=20))
        assert states(net)["plan"] == rules.ENDING
        new = given(net, words="五街〔2026〕99号")
        assert states(net)["plan"] == rules.ENDING
        review(net, new)
        assert states(net)["plan"] == rules.MET

    def test_nobody_reviews_what_they_gave(self, net, standard):
        row = given(net, actor=net.operator)
        with pytest.raises(services.OwnEvidence):
            review(net, row)
        with pytest.raises(IntegrityError), transaction.atomic():
            StandardEvidence.objects.filter(pk=row.pk).update(
                state="accepted", reviewed_by=net.operator.person, reviewed_at=NOW
            )

    def test_a_no_says_what_is_missing(self, net, standard):
        row = given(net)
        with pytest.raises(services.FindingMissing):
            review(net, row, is_accepted=False)
        review(net, row, is_accepted=False, finding="缺公章")
        assert states(net)["plan"] == rules.REFUSED
        with pytest.raises(services.ReviewedBefore):
            review(net, row)
        assert given(net, words="盖章件").state == "given"

    def test_a_document_is_accepted_with_a_file_only(self, net, standard):
        row = given(net, code="fire", valid_until=TODAY + timedelta(days=900))
        with pytest.raises(services.FileMissing):
            review(net, row)
        Document.objects.create(
            place="colleges.evidence", thing_key=str(row.public_id), title="验收", organisation=net.street.organisation,
            keep_until=TODAY + timedelta(days=3000),
        )  # fmt: skip
        review(net, row)
        assert states(net)["fire"] == rules.MET

    def test_what_has_ended_meanwhile_is_not_accepted(self, net, standard):
        row = given(net, valid_until=TODAY)
        with pytest.raises(rules.ExpiredAlready):
            review(net, row, at=NOW + timedelta(days=1))

    def test_only_what_the_standard_asks(self, net, standard):
        with pytest.raises(services.ItemUnknown):
            given(net, code="pool")
        with pytest.raises(services.WordsMissing):
            given(net, words=" ")

    def test_who_may(self, net, standard):
        other = a_registrar(an_organisation(net.places["五山街道"], name_zh="别家"), "别家")
        for actor in (a_stranger(), other):
            with pytest.raises(Denied):
                given(net, actor=actor)
        row = given(net)
        for actor in (net.keeper, a_stranger(), an_operator(net.places["从化区"], "从化运维")):
            with pytest.raises(Denied):
                review(net, row, actor=actor)
            assert actor is net.keeper or queries.evidence_by_id(actor, row.public_id) is None


class TestReminding:
    def test_once_before_and_once_after(self, net, standard):
        accepted(net, valid_until=TODAY + timedelta(days=60))
        kinds = lambda: sorted(Notice.objects.filter(person=net.keeper.person).values_list("kind", flat=True))  # noqa: E731
        services.remind_of_ending(at=NOW - timedelta(days=1))
        assert kinds() == ["colleges.evidence_reviewed"]
        for _again in range(2):
            services.remind_of_ending(at=NOW)
        assert kinds() == ["colleges.evidence_ending", "colleges.evidence_reviewed"]
        services.remind_of_ending(at=NOW + timedelta(days=61))
        assert kinds() == ["colleges.evidence_ended", "colleges.evidence_ending", "colleges.evidence_reviewed"]

    def test_not_of_what_is_renewed(self, net, standard):
        accepted(net, valid_until=TODAY + timedelta(days=20))
        given(net, words="新的")
        services.remind_of_ending(at=NOW)
        assert not Notice.objects.filter(kind="colleges.evidence_ending").exists()


class TestTargets:
    """[K]: parameters with their source."""

    def test_they_hold_from_their_day(self, net):
        numbers = rules.Targets(street_percent=80, least_seats=50, source="穗教〔2026〕2号")
        services.set_targets(
            actor=net.operator, city=net.places["广州市"], numbers=numbers, begins_on=TODAY, today=TODAY, why=WHY
        )
        assert queries.targets_on(TODAY) == numbers
        assert queries.targets_on(TODAY - timedelta(days=1)) == rules.Targets()

    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            ({"street_percent": 101}, services.TargetsWrong),
            ({"least_seats": 0}, services.TargetsWrong),
            ({"remind_days": 366}, services.TargetsWrong),
            ({"source": " "}, services.SourceMissing),
        ],
    )
    def test_what_makes_no_sense(self, net, change, refusal):
        with pytest.raises(refusal):
            services.set_targets(
                actor=net.operator, city=net.places["广州市"], numbers=rules.Targets(**change), begins_on=TODAY,
                today=TODAY, why=WHY,
            )  # fmt: skip
        assert not NetworkTargets.objects.exists()

    def test_not_by_others(self, net):
        with pytest.raises(Denied):
            services.set_targets(
                actor=net.keeper,
                city=net.places["广州市"],
                numbers=rules.Targets(),
                begins_on=TODAY,
                today=TODAY,
                why=WHY,
            )
