"""Review: four eyes, what was approved stays, what was sent back comes again, who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from city.situations import TODAY, holding
from coordination.courses.situations import NOW
from coordination.courses.towns import Town, an_officer, approved, as_found, next_draft, sent, text, written
from xuecheng.city.access.queries import standing_of
from xuecheng.city.notices.models import Notice
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Denied
from xuecheng.city.trace import ReasonMissing
from xuecheng.coordination.courses import queries, rules, services
from xuecheng.coordination.courses.models import Course, CourseVersion

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


def approve(town: Town, version: CourseVersion, **more):
    return services.approve_version(**{"actor": town.reviewer, "version": version, "at": LATER} | more)


def test_an_approved_version_is_what_everybody_reads(town):
    waiting = sent(town)
    assert not queries.catalogue().exists()
    done = approve(town, waiting, reason="内容扎实")
    assert (done.state, done.decided_by, done.decided_at) == ("approved", town.reviewer.person, LATER)
    assert list(queries.catalogue()) == [done]
    assert approve(town, waiting).decided_at == LATER, "approved twice by the same, nothing changes"


def test_the_version_before_retires_when_the_next_is_approved(town):
    first = approved(town)
    second = approve(town, sent(town, next_draft(town, first, minutes=90)))
    assert (as_found(first).state, as_found(second).state) == ("retired", "approved")
    assert queries.published(first.course.public_id) == second
    assert queries.published(first.course.public_id, number=1) == first
    assert [one.number for one in queries.published_versions(first.course)] == [2, 1]


def test_nobody_reviews_outside_the_division_or_without_the_role(town):
    waiting = sent(town)
    conghua = an_officer(town.city["从化区"], "从化审核")
    for actor in (conghua, town.writer, town.neighbour):
        with pytest.raises(Denied):
            approve(town, waiting, actor=actor)
        with pytest.raises(Denied):
            services.return_version(actor=actor, version=waiting, at=NOW, reason="改")
    assert approve(town, waiting, actor=an_officer(town.city["天河区"], "天河审核")).state == "approved"


class TestFourEyes:
    """Whoever wrote, changed or sent a version, however long ago, does not review it."""

    @pytest.fixture
    def both(self, town):
        """Somebody who writes for the college and reviews for the city."""
        person = town.colleague.person
        holding(person, "certification_officer", territory=town.city["广州市"])
        return standing_of(person, today=TODAY)

    def test_who_wrote_it_does_not(self, town, both):
        draft = written(town, actor=both)
        waiting = services.send_to_review(actor=both, version=draft, at=NOW)
        with pytest.raises(rules.OwnVersion):
            approve(town, waiting, actor=both)
        with pytest.raises(rules.OwnVersion):
            services.return_version(actor=both, version=waiting, at=NOW, reason="改")

    def test_nor_who_changed_it_before_others_did(self, town, both):
        draft = written(town)
        services.edit_version(actor=both, version=draft, text=text(minutes=90), at=NOW)
        services.edit_version(actor=town.writer, version=draft, text=text(minutes=100), at=NOW)
        waiting = sent(town, draft)
        assert waiting.drafted_by == town.writer.person
        with pytest.raises(rules.OwnVersion):
            approve(town, waiting, actor=both)

    def test_nor_who_only_sent_it(self, town, both):
        waiting = services.send_to_review(actor=both, version=written(town), at=NOW)
        with pytest.raises(rules.OwnVersion):
            approve(town, waiting, actor=both)
        assert waiting not in queries.reviews(both)
        assert waiting in queries.reviews(town.reviewer)

    def test_but_another_version_of_the_same_course(self, town, both):
        first = approved(town, services.send_to_review(actor=both, version=written(town), at=NOW))
        assert approve(town, sent(town, next_draft(town, first)), actor=both).state == "approved"


class TestSentBack:
    def test_it_says_what_is_to_be_changed_and_comes_again(self, town):
        waiting = sent(town)
        with pytest.raises(rules.DecisionReasonMissing):
            services.return_version(actor=town.reviewer, version=waiting, at=LATER, reason="  ")
        back = services.return_version(actor=town.reviewer, version=waiting, at=LATER, reason="说明为什么要16周岁")
        assert (back.state, back.decision_reason) == ("returned", "说明为什么要16周岁")
        assert services.return_version(actor=town.reviewer, version=waiting, at=NOW, reason="又").decided_at == LATER
        services.edit_version(actor=town.writer, version=back, text=text(minutes=100), at=LATER)
        assert as_found(back).state == "returned"
        again = sent(town, as_found(back))
        assert (again.state, again.decided_by, again.decision_reason) == ("in_review", None, "")
        assert approve(town, again, actor=town.second).state == "approved"

    def test_what_was_decided_is_decided(self, town):
        waiting = sent(town)
        approve(town, waiting)
        with pytest.raises(rules.NotInReview):
            approve(town, waiting, actor=town.second)
        with pytest.raises(rules.NotInReview):
            services.return_version(actor=town.second, version=waiting, at=NOW, reason="改")


class TestRetiring:
    def test_its_college_retires_it_with_a_reason(self, town):
        done = approved(town)
        with pytest.raises(ReasonMissing):
            services.retire_version(actor=town.writer, version=done, why=" ")
        assert services.retire_version(actor=town.writer, version=done, why="不再开").state == "retired"
        assert services.retire_version(actor=town.writer, version=done, why="不再开").state == "retired"
        assert not queries.catalogue().exists()
        assert queries.published(done.course.public_id) == done, "classes that have it still show what it was"
        assert next_draft(town, done).number == 2

    def test_what_is_not_approved_is_not_retired(self, town):
        with pytest.raises(rules.NotApproved):
            services.retire_version(actor=town.writer, version=sent(town), why="不再开")


def test_what_was_approved_stays_whoever_writes_to_the_database(town):
    done = approved(town)
    for write, constraint in (
        (lambda: CourseVersion.objects.filter(pk=done.pk).update(outcome="别的"), "course_version_stays"),
        (lambda: CourseVersion.objects.filter(pk=done.pk).update(sent_at=None), "course_version_stays"),
        (lambda: Course.objects.filter(pk=done.course_id).update(title_zh="别的"), "course_facts_stay"),
        (lambda: Course.objects.filter(pk=done.course_id).update(languages=["eng"]), "course_facts_stay"),
    ):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            write()
        assert caught.value.__cause__.diag.constraint_name == constraint
    Course.objects.filter(pk=done.course_id).update(is_shared=True)


def test_who_writes_for_the_college_is_told_and_who_decided_is_not(town):
    done = approve(town, sent(town))
    told = Notice.objects.filter(kind="courses.approved")
    assert {one.person for one in told} == {town.writer.person, town.colleague.person}
    assert told[0].values == {"title": "家庭养老护理"}
    assert told[0].about == ["courses:show_version", str(done.public_id)]
    services.return_version(actor=town.reviewer, version=sent(town, title_zh="急救"), at=NOW, reason="改")
    assert Notice.objects.filter(kind="courses.returned").count() == 2


def test_refused_it_leaves_nothing_and_tells_nobody(town):
    waiting = sent(town)
    with pytest.raises(Refusal):
        services.return_version(actor=town.reviewer, version=waiting, at=NOW, reason="")
    assert as_found(waiting).state == "in_review"
    assert not Notice.objects.exists()
