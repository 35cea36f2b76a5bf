"""One line in full: facts, relations, proof (C-30; ledger.md §4.6)."""

from __future__ import annotations

import pytest
from django.db import connection

from learning.account import makers
from xuecheng.learning.account import queries
from xuecheng.learning.creditbank import ledger

pytestmark = pytest.mark.django_db


def line(who, key):
    return queries.line_in_full(queries.accounts_of(learner_id=who.pk), key=key)


def test_facts_tell_what_was_measured_and_how_far_a_limit_was_used_c_30(django_assert_num_queries) -> None:
    who = makers.learner()
    key = makers.credit(who, 150).posting.key
    mine = queries.accounts_of(learner_id=who.pk)
    with django_assert_num_queries(6):
        found = queries.line_in_full(mine, key=key)
    assert (found.facts.minutes_used, found.facts.is_automatic) == (1440, True)
    assert [(cap.period, cap.before, cap.after, cap.most) for cap in found.facts.caps] == [("2026年", 0, 150, 2000)]


def test_a_line_before_and_after_its_seal() -> None:
    who = makers.learner()
    key = makers.credit(who).posting.key
    before = line(who, key).proof
    assert (before.block, before.is_good) == (None, False)
    ledger.seal_all(books={ledger.book_of(who.pk)})
    after = line(who, key).proof
    assert after.is_good
    assert after.first_serial <= after.serial <= after.last_serial


def test_every_row_of_a_block_finds_its_own_digest() -> None:
    who = makers.learner()
    keys = [makers.credit(who, 10 * (number + 1)).posting.key for number in range(5)]
    ledger.seal_book(book=ledger.book_of(who.pk), rows=2)
    proofs = [line(who, key).proof for key in keys]
    assert all(proof.is_good for proof in proofs)
    assert len({proof.digest for proof in proofs}) == 5
    assert len({proof.block for proof in proofs}) >= 2


def test_a_changed_row_is_seen_by_its_owner(as_owner: None) -> None:
    who = makers.learner()
    key = makers.credit(who).posting.key
    ledger.seal_all(books={ledger.book_of(who.pk)})
    with connection.cursor() as cursor:
        cursor.execute("alter table ledger.transfer disable trigger append_only")
        cursor.execute("update ledger.transfer set amount = amount + 1 where key = %s", [key])
    proof = line(who, key).proof
    assert not proof.is_good
    assert proof.block is not None


def test_a_reversed_line_and_its_reversal_name_each_other() -> None:
    who = makers.learner()
    credited = makers.credit(who)
    back = makers.take_back(credited, why="考勤更正")
    first, second = line(who, credited.posting.key), line(who, back.key)
    assert (first.taken_back_by, first.taken_back_why, first.takes_back) == (back.key, "考勤更正", None)
    assert (second.takes_back, second.taken_back_by) == (credited.posting.key, None)


def test_an_officer_who_acted_is_named() -> None:
    who, officer = makers.learner(), makers.person("何敏仪")
    credited = makers.credit(who)
    back = makers.take_back(credited, by=officer)
    assert (line(who, back.key).facts.is_automatic, line(who, back.key).facts.officer) == (False, "何敏仪")
