"""One officer proposes, another puts in force; of the rules in force the most specific decides (C-17, C-18, C-21)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from learning.foreign.situations import (
    NOW,
    World,
    a_person,
    a_proposal,
    a_rule,
    a_text,
    an_issuer,
    brought,
    course,
    of,
    the_record,
    tried,
)
from learning.foreign.situations import transcript as a_transcript
from xuecheng.city.access.services import Denied
from xuecheng.city.jobs.models import Job
from xuecheng.learning.foreign import queries, services
from xuecheng.learning.foreign.models import ForeignIssuer, ForeignRule, IssuerKey
from xuecheng.learning.foreign.rules import Facts, Match, Terms, Wait, choose, compare, worth_of
from xuecheng.learning.foreign.services import refusals
from xuecheng.learning.recognition.models import Posting

db = pytest.mark.django_db
DAYS = st.dates(date(2020, 1, 1), date(2027, 1, 1))
_TERMS = st.builds(
    Terms, key=st.integers(1, 99), version=st.integers(1, 3), issuer=st.sampled_from([1, 2]), issuer_class=st.just(""),
    kind=st.sampled_from(["", "Course"]), level=st.sampled_from(["", "Bachelor"]),
    achievement=st.sampled_from(["", "C-1"]), needs=st.sampled_from(["unproven", "stated", "verified"]),
    num=st.just(0), den=st.just(1), most=st.none(), effect_from=DAYS, effect_to=st.none() | DAYS,
)  # fmt: skip
_FACTS = st.builds(
    Facts, issuer=st.sampled_from([None, 1, 2]), issuer_class=st.sampled_from(["university", "platform"]),
    kind=st.sampled_from(["Course", "Badge"]), level=st.sampled_from(["", "Bachelor"]),
    code=st.sampled_from(["C-1", "C-2"]), title=st.just("t"), proof=st.sampled_from(["unproven", "stated", "verified"]),
    ended_on=st.none() | DAYS,
)  # fmt: skip


@given(st.lists(_TERMS, max_size=6, unique_by=lambda one: one.key), _FACTS, st.randoms())
def test_the_order_of_rules_never_matters_and_what_is_chosen_fits(
    rules: list[Terms], facts: Facts, random: object
) -> None:
    mixed = list(rules)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    chosen = choose(rules, facts)
    assert choose(mixed, facts) == chosen
    if isinstance(chosen, Terms):
        assert facts.ended_on is not None
        assert chosen.issuer == facts.issuer
        assert chosen.effect_from <= facts.ended_on
        assert chosen.effect_to is None or facts.ended_on < chosen.effect_to
        assert facts.proof == "verified" or chosen.needs != "verified"


@given(
    ratio=st.tuples(st.integers(0, 500), st.integers(1, 500)), unit=st.integers(1, 1000),
    earned=st.none() | st.integers(0, 20_000), most=st.none() | st.integers(1, 1000), step=st.sampled_from([1, 10, 50]),
)  # fmt: skip
def test_credit_is_never_more_than_unit_cap_and_ratio(
    ratio: tuple[int, int], unit: int, earned: int | None, most: int | None, step: int
) -> None:
    num, den = ratio
    terms = Terms(1, 1, 1, "", "", "", "", "stated", num, den, most, date(2020, 1, 1), None)
    worth = worth_of(terms, unit=unit, step=step, earned=earned)
    assert 0 <= worth <= min(unit, most or unit)
    if num:
        assert worth * den <= (earned or 0) * num


def test_ects_at_five_to_three_is_rounded_down_to_the_step() -> None:
    terms = Terms(1, 1, 1, "", "", "", "", "stated", 300, 500, None, date(2020, 1, 1), None)
    assert worth_of(terms, unit=1000, step=10, earned=650) == 390
    assert worth_of(terms, unit=300, step=10, earned=650) == 300


@pytest.mark.parametrize(
    ("names", "emails", "known", "match"),
    [
        ((), (), "陈嘉敏", Match.UNNAMED),
        (("Jiamin CHEN",), (), "陈嘉敏", Match.NAMED),
        (("Chen Jia-Min",), (), "陈嘉敏", Match.NAMED),
        (("Chen Jialin",), (), "陈嘉敏", Match.OTHER),
        (("Zhuge Liang",), (), "诸葛亮", Match.NAMED),
        (("Łukasz Ryś",), (), "Lukasz Rys", Match.OTHER),
        ((), ("a@x.org",), "陈嘉敏", Match.SAME),
        ((), ("b@x.org",), "陈嘉敏", Match.OTHER),
    ],
)
def test_whose_it_is(names: tuple[str, ...], emails: tuple[str, ...], known: str, match: Match) -> None:
    told = {"names": names, "emails": emails, "hashes": (), "born_on": None, "known_birth_year": 1958}
    assert compare(**told, known_name=known, known_emails=("A@x.org",)) == match


def test_a_hashed_address_is_compared_and_one_of_another_kind_is_not_guessed() -> None:
    import hashlib

    digest = "sha256$" + hashlib.sha256(b"a@x.orgpepper").hexdigest()
    one = {
        "names": (), "emails": (), "known_name": "陈嘉敏", "known_emails": ("a@x.org",), "born_on": None,
        "known_birth_year": None,
    }  # fmt: skip
    assert compare(hashes=[("emailAddress", digest, "pepper")], **one) == Match.SAME
    assert compare(hashes=[("emailAddress", digest, "salt")], **one) == Match.OTHER
    assert compare(hashes=[("sourcedId", digest, "pepper")], **one) == Match.UNKNOWN


@db
def test_nobody_puts_in_force_what_they_proposed(world: World) -> None:
    row = tried(a_proposal(world))
    with pytest.raises(refusals.ProposedByYou):
        services.put_in_force(actor=world.author, law=row, reason="", at=NOW)
    with pytest.raises(refusals.ProposedByYou):
        services.send_back(actor=world.author, law=row, reason="不", at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ForeignRule.objects.filter(pk=row.pk).update(state="in_force", decided_by=row.drafted_by, decided_at=NOW)
    done = services.put_in_force(actor=world.officer, law=row, reason="同意", at=NOW)
    assert services.put_in_force(actor=world.officer, law=row, reason="同意", at=NOW) == done
    assert Job.objects.filter(kind="foreign.match").exists()


@db
def test_who_may_not_keep_rules_does_not(world: World) -> None:
    row = a_proposal(world)
    stranger = world.bank.registrar
    with pytest.raises(Denied):
        services.put_in_force(actor=stranger, law=row, reason="", at=NOW)
    with pytest.raises(Denied):
        services.draft_rule(actor=stranger, public_id=uuid4(), body=world.bank.centre, text=a_text(world), at=NOW)
    with pytest.raises(Denied):
        services.end_law(actor=of(a_person()), law=row, reason="好", at=NOW)
    assert queries.rule(stranger, row.public_id) is None


@db
@pytest.mark.parametrize(
    "change", [{"num": 5_000}, {"needs": "unproven", "most": 1}, {"unit_id": "another"}, {"state": "proposed"}]
)
def test_a_version_in_force_is_never_edited(world: World, change: dict[str, object]) -> None:
    row = a_rule(world, needs="verified")
    if "unit_id" in change:
        assert row.unit_id != world.other_unit.pk
        change = {"unit_id": world.other_unit.pk}
    with pytest.raises(IntegrityError), transaction.atomic():
        ForeignRule.objects.filter(pk=row.pk).update(**change)


@db
def test_the_version_in_force_on_the_last_day_decides(world: World) -> None:
    first = a_rule(world)
    second = a_rule(world, code=first.code, unit=world.other_unit, effect_from=date(2025, 1, 1))
    first.refresh_from_db()
    assert (first.state, first.effect_to, second.version) == ("ended", date(2025, 1, 1), 2)
    early, late = a_person("陈嘉敏"), a_person("陈嘉敏", birth_year=1960)
    brought(early, a_transcript(course(ended="2024-12-31")))
    brought(late, a_transcript(course(ended="2025-01-01"), born="1960-01-01"))
    assert (the_record(early).rule, the_record(late).rule) == (first, second)


@db
def test_two_rules_of_the_same_weight_are_left_to_a_person(world: World) -> None:
    a_rule(world)
    a_rule(world, unit=world.other_unit)
    learner = a_person("陈嘉敏")
    brought(learner, a_transcript(course()))
    assert the_record(learner).wait == Wait.SEVERAL_RULES


@db
def test_credit_is_valid_as_long_as_the_rule_says(world: World) -> None:
    a_rule(world, validity_months=12)
    learner = a_person("陈嘉敏")
    brought(learner, a_transcript(course(ended="2026-02-28")))
    assert Posting.objects.get(learner=learner).valid_until == date(2027, 2, 27)


@db
def test_rules_that_make_no_sense_are_refused_at_their_field(world: World) -> None:
    for change, refusal in (
        ({"issuer": None}, refusals.RuleNeedsIssuer),
        ({"issuer_class": "platform"}, refusals.RuleNeedsIssuer),
        ({"den": 0}, refusals.RatioWrong),
        ({"effect_to": date(1999, 1, 1)}, refusals.RuleDaysWrong),
    ):
        with pytest.raises(refusal):
            a_proposal(world, **change)
    rule = a_proposal(world)
    with pytest.raises(refusals.VersionProposed):
        a_proposal(world, code=rule.code)


@db
def test_an_ended_issuer_is_recognised_no_more_and_its_identifier_is_free(world: World) -> None:
    a_rule(world)
    with pytest.raises(refusals.IssuerKeyTaken):
        an_issuer(world.bank, "冒名", "schac:uw.edu.pl")
    services.end_law(actor=world.officer, law=world.university, reason="学校已合并", at=NOW)
    learner = a_person("陈嘉敏")
    brought(learner, a_transcript(course()))
    assert (the_record(learner).wait, the_record(learner).issuer) == ("no_rule", None)
    assert an_issuer(world.bank, "合并后的大学", "schac:uw.edu.pl").state == "in_force"


@db
def test_identifiers_cannot_be_slipped_under_a_recognised_issuer(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuerKey.objects.create(issuer=world.university, key="did:web:evil.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuerKey.objects.filter(issuer=world.university).update(key="did:web:evil.example")
    with pytest.raises(refusals.IssuerKeysMissing):
        an_issuer(world.bank, "无名")


@db
def test_an_issuer_sent_back_says_why_and_frees_its_identifier(world: World) -> None:
    row = services.propose_issuer(
        actor=world.author, public_id=uuid4(), body=world.bank.centre, name_zh="新校", name_en="New", country="",
        kind="other", keys=["https://new.example"], why="有人问过", at=NOW,
    )  # fmt: skip
    with pytest.raises(refusals.ReasonsMissing):
        services.send_back(actor=world.officer, law=row, reason="", at=NOW)
    services.send_back(actor=world.officer, law=row, reason="查无此校", at=NOW + timedelta(days=1))
    assert ForeignIssuer.objects.get(pk=row.pk).state == "rejected"
    assert not IssuerKey.objects.filter(issuer=row, is_live=True).exists()
