"""Writing courses: drafts, changes, sending to review; who may, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from city.situations import TODAY, a_stranger
from coordination.courses.situations import NOW
from coordination.courses.towns import Town, a_unit, approved, as_found, facts, next_draft, sent, text, written
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied
from xuecheng.coordination.courses import rules, services
from xuecheng.coordination.courses.models import Course, CourseVersion

pytestmark = pytest.mark.django_db


def write(town: Town, **more):
    said = {
        "actor": town.writer, "public_id": uuid7(), "version_id": uuid7(), "owner": town.college, "facts": facts(),
        "text": text(), "at": NOW,
    } | more  # fmt: skip
    return services.write_course(**said)


def test_a_course_begins_as_a_draft_of_its_college(town):
    made = write(town, text=text(fee_fen=8000, waivers=["veteran", "elder", "elder"], outcome="  会量血压  "))
    assert (made.state, made.number, made.drafted_by) == ("draft", 1, town.writer.person)
    assert (made.waivers, made.outcome) == (["elder", "veteran"], "会量血压")
    assert (made.course.owner, made.course.territory) == (town.college, town.college.territory)
    assert not made.course.is_shared


def test_sent_twice_it_is_one_course_and_its_ids_serve_nothing_else(town):
    ids = {"public_id": uuid7(), "version_id": uuid7()}
    first = write(town, **ids)
    assert write(town, **ids).pk == first.pk
    assert Course.objects.count() == CourseVersion.objects.count() == 1
    with pytest.raises(FormUsedBefore):
        write(town, **ids, actor=town.neighbour, owner=town.other)
    with pytest.raises(FormUsedBefore):
        write(town, public_id=ids["public_id"], facts=facts(title_zh="另一门"))
    other = write(town, facts=facts(title_zh="又一门"))
    with pytest.raises(FormUsedBefore):
        services.draft_version(actor=town.writer, public_id=first.public_id, course=other.course, text=text(), at=NOW)


@pytest.mark.parametrize("who", ["neighbour", "reviewer", "stranger"])
def test_who_does_not_write_for_the_college_writes_nothing(town, who):
    actor = a_stranger() if who == "stranger" else getattr(town, who)
    with pytest.raises(Denied):
        write(town, actor=actor)
    draft = written(town)
    for act in (
        lambda: services.edit_version(actor=actor, version=draft, text=text(), at=NOW),
        lambda: services.send_to_review(actor=actor, version=draft, at=NOW),
        lambda: services.draft_version(actor=actor, public_id=uuid7(), course=draft.course, text=text(), at=NOW),
        lambda: services.retire_version(actor=actor, version=draft, why="停"),
        lambda: services.share_course(actor=actor, course=draft.course, is_shared=True),
    ):
        with pytest.raises(Denied):
            act()
    assert as_found(draft).state == "draft"


def test_a_title_is_taken_once_in_a_college_and_free_in_another(town):
    write(town)
    with pytest.raises(services.TitleTaken):
        write(town)
    assert write(town, actor=town.neighbour, owner=town.other).pk


def test_a_college_that_does_not_work_writes_none(town):
    Organisation.objects.filter(pk=town.college.pk).update(is_active=False)
    town.college.refresh_from_db()
    with pytest.raises(services.OwnerNotActive):
        write(town)


class TestUnits:
    """Only units that are given on the day can be chosen."""

    @pytest.mark.parametrize(
        ("more", "given"),
        [
            ({}, True),
            ({"valid_from": TODAY}, True),
            ({"valid_from": TODAY + timedelta(days=1)}, False),
            ({"valid_to": TODAY}, False),
            ({"valid_to": TODAY + timedelta(days=1)}, True),
            ({"state": "draft", "decided_by": None}, False),
            ({"state": "ended", "valid_to": TODAY + timedelta(days=9)}, False),
        ],
    )
    def test_on_the_day(self, town, more, given):
        unit = a_unit(town, **more)
        wish = text(unit=unit, is_assessed=True)
        if given:
            assert write(town, text=wish).unit == unit
        else:
            with pytest.raises(rules.UnitNotOpen):
                write(town, text=wish)

    def test_c_07_a_unit_needs_an_assessment(self, town):
        with pytest.raises(rules.UnitNeedsAssessment):
            write(town, text=text(unit=a_unit(town)))

    def test_one_that_ended_meanwhile_stops_sending_and_approving(self, town):
        unit = a_unit(town)
        draft, waiting = (
            written(town, unit=unit, is_assessed=True),
            sent(town, title_zh="失智照护", unit=unit, is_assessed=True),
        )
        unit.valid_to = date(2026, 1, 1)
        unit.save()
        with pytest.raises(rules.UnitNotOpen):
            services.send_to_review(actor=town.writer, version=draft, at=NOW)
        with pytest.raises(rules.UnitNotOpen):
            services.approve_version(actor=town.reviewer, version=waiting, at=NOW)
        assert as_found(waiting).state == "in_review"
        assert (
            services.return_version(actor=town.reviewer, version=waiting, at=NOW, reason="单元停用了").state
            == "returned"
        )


class TestChanging:
    def test_a_draft_is_changed_and_its_course_with_it(self, town):
        draft = written(town)
        services.edit_version(
            actor=town.colleague, version=draft, text=text(minutes=90), facts=facts(title_zh="居家护理"), at=NOW
        )
        found = as_found(draft)
        assert (found.minutes, found.course.title_zh, found.drafted_by) == (90, "居家护理", town.colleague.person)

    def test_a_title_of_another_course_is_refused(self, town):
        written(town)
        other = written(town, title_zh="急救")
        with pytest.raises(services.TitleTaken):
            services.edit_version(actor=town.writer, version=other, text=text(), facts=facts(), at=NOW)

    def test_what_is_in_review_or_approved_is_not_changed(self, town):
        waiting = sent(town)
        with pytest.raises(rules.NotInWork):
            services.edit_version(actor=town.writer, version=waiting, text=text(), at=NOW)
        done = services.approve_version(actor=town.reviewer, version=waiting, at=NOW)
        with pytest.raises(rules.NotInWork):
            services.edit_version(actor=town.writer, version=done, text=text(), at=NOW)

    def test_what_an_approved_course_is_called_stays(self, town):
        first = approved(town)
        draft = next_draft(town, first)
        with pytest.raises(services.CourseKept):
            services.edit_version(actor=town.writer, version=draft, text=text(), facts=facts(title_zh="换个名"), at=NOW)
        same = facts(title_zh=first.course.title_zh)
        services.edit_version(actor=town.writer, version=draft, text=text(minutes=60), facts=same, at=NOW)
        assert as_found(draft).minutes == 60


class TestSending:
    def test_without_an_outcome_it_is_not_sent(self, town):
        draft = written(town, outcome=" ")
        with pytest.raises(rules.OutcomeMissing):
            services.send_to_review(actor=town.writer, version=draft, at=NOW)
        assert as_found(draft).state == "draft"

    def test_sent_twice_it_waits_once(self, town):
        waiting = sent(town)
        assert services.send_to_review(actor=town.colleague, version=waiting, at=NOW + timedelta(days=1)).sent_at == NOW
        assert as_found(waiting).drafted_by == town.writer.person

    def test_one_version_is_in_work_at_a_time(self, town):
        first = approved(town)
        next_draft(town, first)
        with pytest.raises(services.VersionInWork):
            next_draft(town, first)
