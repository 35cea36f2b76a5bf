"""Agreements: drafted by one side, signed by the others, approved by a third; never edited in force (C-32)."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from city.situations import TODAY, holding
from learning.exchange.situations import NOW, World, agreed, drafted, level, pair, ratio, signed, whole, wish
from xuecheng.city.access.queries import standing_of
from xuecheng.city.access.services import Denied
from xuecheng.learning.exchange import queries, services
from xuecheng.learning.exchange.models import Agreement, Term

pytestmark = pytest.mark.django_db


def test_it_is_in_force_after_both_signed_and_another_approved(world: World) -> None:
    row = drafted(world, ratio(world), pair(world))
    with pytest.raises(services.NotSigned):
        services.approve_agreement(actor=world.officer, agreement=row, at=NOW)
    with pytest.raises(Denied):
        services.offer_agreement(actor=world.vc, agreement=row, at=NOW)
    services.offer_agreement(actor=world.ou, agreement=row, at=NOW)
    assert list(queries.agreements_waiting(world.vc)) == [row]
    with pytest.raises(Denied):
        services.sign_agreement(actor=world.ou, agreement=row, organisation=world.vocational, at=NOW)
    services.sign_agreement(actor=world.vc, agreement=row, organisation=world.vocational, at=NOW)
    assert whole(row).state == "signed"
    with pytest.raises(Denied):
        services.approve_agreement(actor=world.vc, agreement=row, at=NOW)
    assert not queries.agreements_in_force(on=date(2026, 11, 23)).exists()
    services.approve_agreement(actor=world.officer, agreement=row, at=NOW)
    assert services.approve_agreement(actor=world.officer, agreement=row, at=NOW).state == "approved"
    assert list(queries.agreements_in_force(on=date(2026, 11, 23))) == [row]
    assert not queries.agreements_in_force(on=date(2025, 12, 31)).exists()


def test_what_was_offered_is_never_edited_whoever_writes(world: World) -> None:
    row = signed(world, drafted(world))
    with pytest.raises(services.NotADraft):
        services.add_term(actor=world.ou, agreement=row, wish=pair(world))
    with pytest.raises(services.NotADraft):
        services.draft_agreement(
            actor=world.ou, public_id=row.public_id, organisation=world.open_university, others=[world.vocational],
            wish=wish(answer_days=30), at=NOW,
        )  # fmt: skip
    for break_it in (
        lambda: Agreement.objects.filter(pk=row.pk).update(answer_days=30),
        lambda: Agreement.objects.filter(pk=row.pk).update(state="draft"),
        lambda: Term.objects.filter(agreement=row).update(num=1, den=1),
        lambda: Term.objects.filter(agreement=row).delete(),
        lambda: row.parties.update(signed_by=None, signed_at=None),
        lambda: Agreement.objects.filter(pk=row.pk).update(
            state="approved", decided_by=world.vc.person, decided_at=NOW
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            break_it()


def test_a_new_version_ends_the_one_before_and_begins_later(world: World) -> None:
    first = agreed(world)

    def following(since: date) -> Agreement:
        return services.draft_agreement(
            actor=world.ou, public_id=uuid4(), organisation=world.open_university, others=[world.vocational],
            wish=wish(effect_from=since), at=NOW, follows=first,
        )  # fmt: skip

    early = signed(world, whole(following(first.effect_from)))
    assert (early.version, early.terms.count()) == (2, 1)
    with pytest.raises(services.DraftExists):
        following(date(2027, 1, 1))
    with pytest.raises(services.VersionBeginsTooEarly):
        services.approve_agreement(actor=world.officer, agreement=early, at=NOW)
    services.reject_agreement(actor=world.officer, agreement=early, why="生效日要晚", at=NOW)
    later = signed(world, whole(following(date(2027, 1, 1))))
    services.approve_agreement(actor=world.officer, agreement=later, at=NOW)
    first = whole(first)
    assert (first.state, first.effect_to) == ("ended", date(2027, 1, 1))
    assert list(queries.agreements_in_force(on=date(2026, 12, 31))) == [first]
    assert list(queries.agreements_in_force(on=date(2027, 1, 1))) == [later]


def test_only_a_side_of_what_is_in_force_drafts_its_next_version(world: World) -> None:
    row, stranger = agreed(world), world.bank.college
    said = {"others": [world.open_university], "wish": wish(effect_from=date(2027, 1, 1)), "at": NOW, "follows": row}
    with pytest.raises(services.NotItsAgreement):
        services.draft_agreement(actor=world.bank.registrar, public_id=uuid4(), organisation=stranger, **said)
    draft = drafted(world)
    with pytest.raises(services.NotItsAgreement):
        services.draft_agreement(
            actor=world.ou, public_id=uuid4(), organisation=world.open_university,
            **said | {"others": [world.vocational], "follows": draft},
        )  # fmt: skip
    # The other side may, too.
    following = services.draft_agreement(actor=world.vc, public_id=uuid4(), organisation=world.vocational, **said)
    assert (following.code, following.version) == (row.code, 2)


def test_it_ends_with_notice(world: World) -> None:
    row = agreed(world)
    told = {"actor": world.vc, "agreement": row, "organisation": world.vocational, "why": "专业调整", "at": NOW}
    with pytest.raises(services.NoticeTooShort):
        services.end_agreement(on=date(2027, 1, 21), **told)  # 59 days
    services.end_agreement(on=date(2027, 1, 22), **told)
    assert whole(row).effect_to == date(2027, 1, 22)
    with pytest.raises(services.NotInForce):
        services.end_agreement(on=date(2027, 3, 1), **told)


def test_lines_that_cannot_be_are_refused(world: World) -> None:
    row = drafted(world)
    for wrong, refusal in (
        (ratio(world, num=4, den=3), services.RatioTooHigh),
        (pair(world, num=2, den=3), services.RatioOfPair),
        (ratio(world, of_level=None), services.TermNotWhole),
        (ratio(world, target=world.bank.college), services.TermNotBetweenParties),
        (pair(world, as_unit="NO-SUCH"), services.UnitNotOfTarget),
        (pair(world, as_unit="VC-EL001@9"), services.UnitNotOfTarget),
        (pair(world, least_grade="B", grade_scale="percent"), services.GradeNotOfScale),
        (ratio(world, num=1, den=2), services.TermStandsAlready),
    ):
        with pytest.raises(refusal):
            services.add_term(actor=world.ou, agreement=row, wish=wrong)
    assert row.terms.count() == 1
    with pytest.raises(services.PartiesTooFew):
        drafted(world, others=[])
    with pytest.raises(services.CapWithoutPeriod):
        drafted(world, most_per_period=100)


def test_a_line_by_which_nothing_could_ever_count_is_refused_c32(world: World) -> None:
    row = drafted(world, pair(world))
    with pytest.raises(services.LevelTooHigh):
        services.add_term(actor=world.ou, agreement=row, wish=ratio(world, of_level=level("3"), as_level=level("4")))
    for wished in ("3", "2"):
        line = ratio(
            world, of_level=level("3"), as_level=level(wished), of_kind=f"{'formal' if wished == '3' else 'community'}"
        )
        services.add_term(actor=world.ou, agreement=row, wish=line)
    with pytest.raises(services.GradeNeedsScale):
        services.add_term(actor=world.ou, agreement=row, wish=pair(world, of_code="OU-9", least_grade="80"))
    with pytest.raises(services.TermStandsAlready) as stands:
        services.add_term(actor=world.ou, agreement=row, wish=ratio(world, of_level=level("3"), as_level=level("1")))
    assert stands.value.field == "basis"


def test_nobody_signs_for_two_sides(world: World) -> None:
    """Whoever keeps the registers of both drafted for one; the other side's yes is somebody else's."""
    holding(world.ou.person, "registrar", organisation=world.vocational)
    both = standing_of(world.ou.person, today=TODAY)
    row = services.offer_agreement(actor=world.ou, agreement=drafted(world), at=NOW)
    with pytest.raises(services.OneSideEach):
        services.sign_agreement(actor=both, agreement=row, organisation=world.vocational, at=NOW)
    with pytest.raises(IntegrityError, match="exchange_party_speaks_for_one_side"), transaction.atomic():
        row.parties.filter(organisation=world.vocational).update(signed_by=world.ou.person, signed_at=NOW)
    signed = services.sign_agreement(actor=world.vc, agreement=row, organisation=world.vocational, at=NOW)
    assert signed.state == "signed"
