"""How documents end: by a decision with a reason, by their time; what a legal hold does; what stays."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from city.documents.nasty import pdf
from city.documents.toy import NOW, Toy, files_under
from city.situations import TODAY, a_registrar, a_stranger, an_organisation, holding
from xuecheng.city.access.queries import standing_of
from xuecheng.city.documents import jobs, rules, services
from xuecheng.city.documents.models import Document
from xuecheng.city.documents.services.keeping import HoldReasonMissing, RemovalReasonMissing
from xuecheng.city.rights import Denied

LAST_DAY = date(2029, 11, 22)
DUE = date(2029, 11, 23)


def removed(toy: Toy, document: Document, **changes: Any) -> Document:
    wished: dict[str, Any] = {
        "actor": toy.registrar, "document": document, "place": toy.place, "thing": toy.thing, "reason": "传错了人", "at": NOW,
    } | changes  # fmt: skip
    return services.remove_document(**wished)


def held(toy: Toy, document: Document, **changes: Any) -> Document:
    wished: dict[str, Any] = {
        "actor": toy.officer,
        "document": document,
        "thing": toy.thing,
        "reason": "法院来函",
    } | changes
    return services.hold_document(**wished)


class TestRemoval:
    def test_a_row_stays_that_says_which_hash_who_and_why(self, toy: Toy, store: Path) -> None:
        first = toy.add(note="")
        toy.replace(first.document, pdf(4))

        row = removed(toy, first.document)

        assert files_under(store) == []
        assert (row.state, row.title, row.removal_cause) == ("removed", "", "decided")
        assert (row.removed_by, row.removed_at, row.removal_reason) == (toy.registrar.person, NOW, "传错了人")
        versions = list(row.versions.order_by("number"))
        assert [(one.file_name, one.note, one.is_stored) for one in versions] == [("", "", False)] * 2
        assert versions[0].sha256 == first.sha256

    def test_a_content_that_another_document_names_stays(self, toy: Toy, store: Path) -> None:
        one, other = toy.add(), toy.add()
        removed(toy, one.document)
        assert len(files_under(store)) == 1
        removed(toy, other.document)
        assert files_under(store) == []

    def test_whoever_may_not_is_denied(self, toy: Toy) -> None:
        document = toy.add().document
        elsewhere = a_registrar(an_organisation(toy.city["从化区"]))
        for actor in (a_stranger(), elsewhere, toy.officer, toy.learner):
            with pytest.raises(Denied):
                removed(toy, document, actor=actor)
        document.refresh_from_db()
        assert document.state == "standing"

    def test_it_needs_a_reason_and_happens_once(self, toy: Toy) -> None:
        document = toy.add().document
        with pytest.raises(RemovalReasonMissing):
            removed(toy, document, reason=" ")
        removed(toy, document)
        with pytest.raises(rules.DocumentGone):
            removed(toy, document)

    def test_from_what_is_closed_nothing_is_removed(self, toy: Toy) -> None:
        document = toy.add().document
        with pytest.raises(rules.ThingClosed):
            removed(toy, document, thing=toy.close())


class TestRetention:
    def test_the_routine_removes_on_the_day_and_not_before(self, toy: Toy, store: Path) -> None:
        document = toy.add().document

        assert services.remove_expired(today=LAST_DAY, at=NOW) == 0
        assert services.remove_expired(today=DUE, at=NOW) == 1
        assert services.remove_expired(today=DUE, at=NOW) == 0

        document.refresh_from_db()
        assert (document.state, document.removal_cause, document.removed_by) == ("removed", "expired", None)
        assert files_under(store) == []
        assert document.why_removed == "保存期满"

    def test_a_hold_keeps_it_whatever_the_day_and_lifting_lets_it_go(self, toy: Toy) -> None:
        document = held(toy, toy.add().document)
        assert services.remove_expired(today=DUE, at=NOW) == 0
        with pytest.raises(rules.DocumentHeld):
            removed(toy, document)

        services.lift_hold(actor=toy.officer, document=document, thing=toy.thing, reason="已结案")

        assert services.remove_expired(today=DUE, at=NOW) == 1

    def test_only_an_officer_of_the_place_holds_and_says_why(self, toy: Toy) -> None:
        document = toy.add().document
        other = an_organisation(toy.city["从化区"])
        from city.situations import a_person

        far = a_person()
        holding(far, "certification_officer", territory=toy.city["从化区"])
        for actor in (a_stranger(), toy.registrar, toy.learner, a_registrar(other), standing_of(far, today=TODAY)):
            with pytest.raises(Denied):
                held(toy, document, actor=actor)
            with pytest.raises(Denied):
                services.lift_hold(actor=actor, document=document, thing=toy.thing, reason="x")
        with pytest.raises(HoldReasonMissing):
            held(toy, document, reason="  ")

    def test_of_two_who_hold_or_lift_the_second_is_told(self, toy: Toy) -> None:
        document = held(toy, toy.add().document)
        with pytest.raises(rules.HoldUnchanged):
            held(toy, document)
        services.lift_hold(actor=toy.officer, document=document, thing=toy.thing, reason="已结案")
        with pytest.raises(rules.HoldUnchanged):
            services.lift_hold(actor=toy.officer, document=document, thing=toy.thing, reason="已结案")

    def test_the_routines_do_the_same_by_the_clock(self, toy: Toy, time_machine: Any, store: Path) -> None:
        toy.add()
        time_machine.move_to(NOW + timedelta(days=365 * 3 + 2))
        jobs.remove_expired()
        jobs.look_again()
        jobs.collect_orphans()
        assert files_under(store) == []
        assert Document.objects.get().state == "removed"

    def test_files_that_a_crash_left_after_a_removal_are_collected(self, toy: Toy, store: Path) -> None:
        version = toy.add()
        Document.objects.filter(pk=version.document_id).update(
            state="removed", title="", removed_at=NOW, removal_cause="decided", removal_reason="x"
        )
        version.document.versions.update(is_stored=False, file_name="", note="")
        assert len(files_under(store)) == 1

        assert services.collect_orphans(at=NOW + timedelta(days=9_999)) == 1
        assert files_under(store) == []
