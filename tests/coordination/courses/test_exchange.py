"""The exchange of courses between colleges 配送 (N-04): sharing, holding, copying."""

from __future__ import annotations

import pytest

from city.situations import an_organisation
from coordination.courses.situations import NOW
from coordination.courses.towns import Town, a_unit, approved, next_draft, sent, written
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied
from xuecheng.coordination.courses import queries, rules, services
from xuecheng.coordination.courses.models import Course

pytestmark = pytest.mark.django_db


def shared(town: Town, **more):
    done = approved(town, **more)
    done.course = services.share_course(actor=town.writer, course=done.course, is_shared=True)
    return done


def copy(town: Town, source, **more):
    said = {
        "actor": town.neighbour, "public_id": uuid7(), "version_id": uuid7(), "source": source, "owner": town.other,
        "at": NOW,
    } | more  # fmt: skip
    return services.copy_course(**said)


def test_a_shared_course_becomes_a_draft_of_another_college(town):
    source = shared(town, entry_requirement="年满16周岁", entry_reason="要用力按压", fee_fen=100, waivers=["elder"])
    made = copy(town, source, title_zh="居家护理")
    assert (made.state, made.number, made.course.owner, made.course.title_zh) == ("draft", 1, town.other, "居家护理")
    assert made.course.copied_from == source
    for name in services.exchange.COPIED:
        assert getattr(made, name) == getattr(source, name), name
    assert not made.course.is_shared
    assert copy(town, source).course.title_zh == source.course.title_zh


def test_asked_twice_it_is_one_draft(town):
    source, ids = shared(town), {"public_id": uuid7(), "version_id": uuid7()}
    assert copy(town, source, **ids).pk == copy(town, source, **ids).pk
    with pytest.raises(FormUsedBefore):
        copy(town, shared(town, title_zh="急救"), **ids)
    with pytest.raises(FormUsedBefore):
        copy(town, source, public_id=ids["public_id"], title_zh="另一门")


def test_what_is_not_shared_not_approved_or_ones_own_is_not_copied(town):
    done = approved(town)
    with pytest.raises(rules.NotShared, match="天河社区学院"):
        copy(town, done)
    with pytest.raises(Denied):
        copy(town, shared(town, title_zh="急救"), actor=town.reviewer)
    with pytest.raises(services.CopyOfOwn):
        copy(town, shared(town, title_zh="太极"), actor=town.writer, owner=town.college)
    old = shared(town, title_zh="书法")
    services.retire_version(actor=town.writer, version=old, why="不再开")
    with pytest.raises(rules.NotApproved):
        copy(town, old)
    draft = written(town, title_zh="草稿")
    services.share_course(actor=town.writer, course=draft.course, is_shared=True)
    with pytest.raises(rules.NotApproved):
        copy(town, draft)


def test_a_unit_that_is_given_no_more_is_left_out_of_the_copy(town):
    unit = a_unit(town)
    source = shared(town, unit=unit, is_assessed=True)
    assert copy(town, source).unit == unit
    unit.state, unit.valid_to = "ended", NOW.date()
    unit.save()
    assert copy(town, source, title_zh="再抄一门").unit is None


def test_n_04_others_hold_it_only_while_it_is_shared(town):
    done = approved(town)
    queries.check_holding(done, town.college)
    with pytest.raises(rules.NotShared):
        queries.check_holding(done, town.other)
    services.share_course(actor=town.writer, course=done.course, is_shared=True)
    done.course.refresh_from_db()
    queries.check_holding(done, town.other)
    services.share_course(actor=town.writer, course=done.course, is_shared=False)
    done.course.refresh_from_db()
    with pytest.raises(rules.NotShared):
        queries.check_holding(done, town.other)
    with pytest.raises(rules.NotApproved):
        queries.check_holding(sent(town, next_draft(town, done)), town.college)


def test_n_03_who_is_no_college_holds_as_a_teaching_point(town):
    done = shared(town, levels=["district"])
    library = an_organisation(town.city["五山街道"], kind="library")
    with pytest.raises(rules.LevelNotListed, match="区"):
        queries.check_holding(done, library)
    both = shared(town, title_zh="急救", levels=["point"])
    queries.check_holding(both, library)


def test_shared_courses_of_others_are_listed_and_none_of_ones_own(town):
    done, other = shared(town), approved(town, written(town, actor=town.neighbour, title_zh="急救"))
    Course.objects.filter(pk=other.course_id).update(is_shared=True)
    assert list(queries.shared_by_others(town.neighbour)) == [done]
    assert list(queries.shared_by_others(town.writer)) == [other]
