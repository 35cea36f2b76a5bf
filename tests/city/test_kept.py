"""What is read once and asked for often: the same while no row changes, and never a moment longer."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from city.situations import a_person
from xuecheng.city.kept import Kept
from xuecheng.city.people.models import Person

pytestmark = pytest.mark.django_db


def names(beginning: str) -> list[str]:
    rows = Person.objects.filter(name__startswith=beginning).order_by("pk")
    return list(rows.values_list("name", flat=True))


@pytest.fixture
def kept() -> Kept[str, list[str]]:
    return Kept(names, tables=("people_person", "organisations_organisation"))


def test_asked_again_it_costs_one_query(kept: Kept[str, list[str]]) -> None:
    a_person("留区")
    first = kept.of("留")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert kept.of("留") is first
    assert len(asked) == 1
    assert first == ["留区"]
    assert kept.of("无") == []
    assert kept.of("留") is first


def test_a_row_that_comes_changes_or_goes_is_seen_at_once(kept: Kept[str, list[str]]) -> None:
    assert kept.of("留") == []
    row = a_person("留区")
    assert kept.of("留") == ["留区"]
    Person.objects.filter(pk=row.pk).update(name="留下区")
    assert kept.of("留") == ["留下区"]
    Person.objects.filter(pk=row.pk).delete()
    assert kept.of("留") == []


def test_what_was_undone_is_not_kept(kept: Kept[str, list[str]]) -> None:
    with transaction.atomic():
        a_person("留区")
        assert kept.of("留") == ["留区"]
        transaction.set_rollback(True)
    assert kept.of("留") == []


def test_only_few_answers_are_kept(kept: Kept[str, list[str]]) -> None:
    first = kept.of("留")
    for number in range(20):
        kept.of(str(number))
    assert len(kept._here.kept[1]) <= 8
    assert kept.of("留") == first


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("of_each_thread", [False, True])
def test_threads_share_it_unless_each_has_its_own(of_each_thread: bool) -> None:
    kept = Kept(names, tables=("people_person",), of_each_thread=of_each_thread)
    found: list[list[str]] = []

    def ask() -> None:
        found.append(kept.of(""))
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert (found[0] is kept.of("")) is not of_each_thread
