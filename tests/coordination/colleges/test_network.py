"""Founding, moving and closing units, and what they cover (N-01, N-05): each rule, each denial, and the database itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from city.situations import a_registrar, a_stranger, an_operator, an_organisation
from coordination.colleges.situations import SINCE, TODAY, WHY, a_house, a_point, a_unit, declared, founded
from coordination.facilities.situations import a_booking
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied
from xuecheng.coordination.colleges import hindrances, queries, rules, services
from xuecheng.coordination.colleges.models import College, Coverage, ShareOffer
from xuecheng.coordination.colleges.services import Founding

pytestmark = pytest.mark.django_db


def founding(net, **more):
    return Founding(**({"organisation": net.street.organisation, "level": "street", "parent": net.district} | more))


def found(net, wish, *, actor=None, on=SINCE, public_id=None):
    return services.found_college(
        actor=actor or net.operator, public_id=public_id or uuid7(), founding=wish, on=on, today=TODAY, why=WHY
    )


def close(net, unit, *, on=TODAY, actor=None):
    return services.close_college(actor=actor or net.operator, college=unit, on=on, today=TODAY, why=WHY)


def move(net, unit, parent, *, actor=None):
    return services.move_college(actor=actor or net.operator, college=unit, parent=parent, why=WHY)


def cover(net, unit, *names, from_on=TODAY, actor=None):
    services.set_coverage(
        actor=actor or net.operator, college=unit, territories=[net.places[name] for name in names], from_on=from_on,
        today=TODAY, why=WHY,
    )  # fmt: skip


def broken(*names):
    """The database refuses by one of these constraints."""
    return pytest.raises(IntegrityError, check=lambda error: error.__cause__.diag.constraint_name in names)


def covered(unit, on=TODAY):
    return {one.territory.name_zh for one in Coverage.objects.filter(college=unit, during__contains=on)}


class TestFounding:
    def test_a_school_covers_its_street_from_its_first_day(self, net):
        assert covered(net.street, SINCE) == {"五山街道"}
        assert covered(net.street, SINCE - timedelta(days=1)) == set()

    def test_twice_is_once_and_other_words_are_refused(self, net):
        number = uuid7()
        wish = founding(net, organisation=a_unit("street", net.places["员村街道"], "员村社区学校"))
        made = found(net, wish, public_id=number)
        assert found(net, wish, public_id=number).pk == made.pk
        with pytest.raises(FormUsedBefore):
            found(net, wish, public_id=number, on=SINCE + timedelta(days=1))

    def test_one_organisation_one_unit_at_a_time(self, net):
        with pytest.raises(services.OrganisationInNetwork):
            found(net, founding(net))
        close(net, net.street)
        assert found(net, founding(net), on=TODAY).is_open(TODAY)

    def test_the_register_says_of_which_level_a_college_is(self, net):
        with pytest.raises(rules.NotOfThisLevel):
            found(net, founding(net, level="district", parent=net.city))

    def test_a_point_has_a_name_and_a_place_and_only_a_point(self, net):
        point = a_point(net)
        assert (point.name, covered(point)) == ("华农学习点", {"华农社区居民委员会"})
        with pytest.raises(rules.PointNeedsName):
            a_point(net, name=" ")
        with pytest.raises(rules.PointNeedsName):
            found(net, founding(net, level="point", parent=net.street, name_zh="点"))
        other = a_unit("street", net.places["员村街道"], "员村社区学校")
        with pytest.raises(rules.NameOnlyOfPoints):
            found(net, founding(net, organisation=other, name_zh="别名"))

    def test_points_may_hang_under_the_district_college(self, net):
        assert a_point(net, parent=net.district).parent == net.district

    def test_parents_are_above_and_stand_as_long(self, net):
        other = a_unit("street", net.places["员村街道"], "员村社区学校")
        with pytest.raises(rules.ParentMissing):
            found(net, founding(net, organisation=other, parent=None))
        with pytest.raises(rules.ParentNotAbove):
            found(net, founding(net, organisation=other, parent=net.street))
        with pytest.raises(services.ParentNotStanding):
            found(net, founding(net, organisation=other), on=SINCE - timedelta(days=1))
        with pytest.raises(rules.CityHasNoParent):
            found(net, Founding(organisation=a_unit("city", net.places["广州市"], "二"), level="city", parent=net.city))

    def test_who_rests_is_not_founded(self, net):
        other = a_unit("street", net.places["员村街道"], "员村社区学校")
        Organisation.objects.filter(pk=other.pk).update(is_active=False)
        with pytest.raises(services.OrganisationRests):
            found(net, founding(net, organisation=other))

    def test_nobody_plans_for_so_far_a_day(self, net):
        other = founding(net, organisation=a_unit("street", net.places["员村街道"], "员村社区学校"))
        with pytest.raises(rules.DayTooFar):
            found(net, other, on=TODAY + timedelta(days=rules.MOST_DAYS + 1))

    def test_strangers_registrars_and_operators_of_another_district_are_denied(self, net):
        other = founding(net, organisation=a_unit("street", net.places["员村街道"], "员村社区学校"))
        far = an_operator(net.places["从化区"], "从化运维")
        count = College.objects.count()
        for actor in (a_stranger(), net.keeper, far):
            with pytest.raises(Denied):
                found(net, other, actor=actor)
        assert College.objects.count() == count


class TestMoving:
    def test_it_takes_what_is_below_along(self, net):
        point = a_point(net)
        far = founded(net.operator, a_unit("district", net.places["从化区"], "从化区社区学院"), "district", net.city)
        move(net, net.street, far)
        move(net, net.street, far)
        net.street.refresh_from_db()
        point.refresh_from_db()
        assert (net.street.parent, point.parent) == (far, net.street)

    def test_never_under_itself_or_its_like(self, net):
        """N-05."""
        for unit, parent in ((net.street, net.street), (net.district, net.street), (net.city, net.district)):
            with pytest.raises((rules.ParentNotAbove, rules.CityHasNoParent)):
                move(net, unit, parent)

    def test_both_ends_need_the_right(self, net):
        far = founded(net.operator, a_unit("district", net.places["从化区"], "从化区社区学院"), "district", net.city)
        of_tianhe = an_operator(net.places["天河区"], "天河运维")
        with pytest.raises(Denied):
            move(net, net.street, far, actor=of_tianhe)
        with pytest.raises(Denied):
            move(net, net.street, far, actor=net.keeper)


class TestTheDatabaseItself:
    """N-05, whoever writes."""

    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            (lambda net: {"parent": net.street}, "college_not_its_own_parent|college_parent_above"),
            (lambda net: {"level": "point", "name_zh": "x"}, "college_level_stays"),
            (lambda net: {"parent": None}, "college_parent_by_level"),
        ],
    )
    def test_no_ring_and_no_other_level(self, net, change, constraint):
        with broken(*constraint.split("|")), transaction.atomic():
            College.objects.filter(pk=net.street.pk).update(**change(net))

    def test_no_parent_of_its_own_level_or_below(self, net):
        point = a_point(net)
        for parent in (net.street, point):
            with broken("college_parent_above"), transaction.atomic():
                College.objects.filter(pk=net.district.pk).update(parent=parent)

    def test_a_parent_does_not_end_before_those_below(self, net):
        with broken("college_children_end_first"), transaction.atomic():
            College.objects.filter(pk=net.district.pk).update(during=(SINCE, TODAY), closed_because="x")

    def test_coverage_lies_within_its_unit_and_bears_its_level(self, net):
        with broken("coverage_within_unit"), transaction.atomic():
            Coverage.objects.create(
                college=net.street, territory=net.places["员村街道"], during=(SINCE - timedelta(days=1), None)
            )
        made = Coverage.objects.create(college=net.street, territory=net.places["员村街道"], during=(TODAY, None))
        assert Coverage.objects.get(pk=made.pk).level == "street"

    def test_of_a_level_one_covers_a_division_on_a_day(self, net):
        other = founded(net.operator, a_unit("street", net.places["员村街道"], "员村社区学校"), "street", net.district)
        with broken("coverage_one_street_a_day"), transaction.atomic():
            Coverage.objects.create(college=other, territory=net.places["五山街道"], during=(TODAY, None))


class TestClosing:
    """N-05: first what it has to come is moved."""

    def test_it_covers_and_shares_nothing_from_that_day_on(self, net):
        offer = declared(net)
        close(net, net.street, on=TODAY + timedelta(days=10))
        close(net, net.street, on=TODAY + timedelta(days=10))
        net.street.refresh_from_db()
        assert net.street.is_open(TODAY + timedelta(days=9))
        assert not net.street.is_open(TODAY + timedelta(days=10))
        assert covered(net.street, TODAY + timedelta(days=9)) == {"五山街道"}
        assert covered(net.street, TODAY + timedelta(days=10)) == set()
        assert ShareOffer.objects.get(pk=offer.pk).last_on == TODAY + timedelta(days=9)
        with pytest.raises(services.ClosedAlready):
            close(net, net.street, on=TODAY)

    def test_units_below_come_first(self, net):
        with pytest.raises(services.CollegeHindered):
            close(net, net.district)
        close(net, net.street)
        assert not close(net, net.district).is_open(TODAY)

    def test_bookings_of_its_rooms_come_first(self, net):
        made = a_booking(net.keeper, net.street.organisation)
        with pytest.raises(services.CollegeHindered):
            close(net, net.street)
        close(net, net.street, on=clock.date_of(made.ends_at) + timedelta(days=1))

    def test_what_apps_above_registered_comes_first(self, net, monkeypatch):
        monkeypatch.setitem(hindrances._FINDERS, "classes", lambda college, on: hindrances.Hindrance(f"3 班 {on}"))
        with pytest.raises(services.CollegeHindered) as refused:
            close(net, net.street)
        assert f"3 班 {TODAY}" in str(refused.value)
        net.street.refresh_from_db()
        assert net.street.during.upper is None
        assert covered(net.street) == {"五山街道"}

    def test_not_before_it_stands(self, net):
        with pytest.raises(services.NotYetFounded):
            close(net, net.street, on=SINCE)

    def test_without_a_reason_or_a_right_nothing_happens(self, net):
        with pytest.raises(services.ReasonNeeded):
            services.close_college(actor=net.operator, college=net.street, on=TODAY, today=TODAY, why=" ")
        for actor in (net.keeper, a_stranger(), an_operator(net.places["从化区"], "从化运维")):
            with pytest.raises(Denied):
                close(net, net.street, actor=actor)


class TestCoverage:
    def test_from_a_day_on_and_what_was_before_stays_known(self, net):
        cover(net, net.street, "五山街道", "员村街道")
        cover(net, net.street, "五山街道", "员村街道")
        assert covered(net.street) == {"五山街道", "员村街道"}
        assert covered(net.street, TODAY - timedelta(days=1)) == {"五山街道"}
        cover(net, net.street, "员村街道", from_on=TODAY + timedelta(days=5))
        assert covered(net.street, TODAY + timedelta(days=4)) == {"五山街道", "员村街道"}
        assert covered(net.street, TODAY + timedelta(days=5)) == {"员村街道"}
        cover(net, net.street)
        assert covered(net.street, TODAY + timedelta(days=5)) == set()

    def test_of_a_level_only_one(self, net):
        other = founded(net.operator, a_unit("street", net.places["员村街道"], "员村社区学校"), "street", net.district)
        with pytest.raises(services.CoverageTaken):
            cover(net, other, "五山街道")
        # The district college covers the same street by its district: another level, no matter.
        assert covered(net.district) == {"天河区"}

    def test_only_divisions_of_its_level(self, net):
        for unit, name in ((net.street, "天河区"), (net.district, "五山街道"), (net.street, "华农社区居民委员会")):
            with pytest.raises(rules.CannotCover):
                cover(net, unit, name)

    def test_over_each_division_the_right_is_needed(self, net):
        of_tianhe = an_operator(net.places["天河区"], "天河运维")
        cover(net, net.street, "五山街道", "员村街道", actor=of_tianhe)
        with pytest.raises(Denied):
            cover(net, net.street, "街口街道", actor=of_tianhe)
        with pytest.raises(Denied):
            cover(net, net.street, actor=net.keeper)

    def test_not_before_it_stands_and_not_when_closed(self, net):
        with pytest.raises(services.NotYetFounded):
            cover(net, net.street, "五山街道", from_on=SINCE - timedelta(days=1))
        close(net, net.street)
        with pytest.raises(services.ClosedAlready):
            cover(net, net.street, "员村街道")

    def test_who_is_there_for_a_community(self, net, django_assert_num_queries):
        with django_assert_num_queries(1):
            answer = queries.who_covers(net.places["华农社区居民委员会"], on=TODAY)
        assert [one.college for one in answer] == [None, net.street, net.district, net.city]
        point = a_point(net)
        assert queries.who_covers(net.places["华农社区居民委员会"], on=TODAY)[0].college == point
        assert queries.who_covers(net.places["华农社区居民委员会"], on=date(2023, 12, 31))[1].college is None


class TestSharing:
    def test_declared_twice_is_once_and_ends(self, net):
        number = uuid7()
        made = declared(net, public_id=number)
        assert declared(net, public_id=number).pk == made.pk
        with pytest.raises(FormUsedBefore):
            declared(net, public_id=number, kind="room")
        services.end_offer(actor=net.keeper, offer=made, today=TODAY + timedelta(days=3))
        made.refresh_from_db()
        assert made.last_on == TODAY + timedelta(days=2)
        with pytest.raises(services.OfferOver):
            services.end_offer(actor=net.keeper, offer=made, today=TODAY + timedelta(days=3))

    def test_what_has_not_begun_goes_away(self, net):
        made = declared(net, first_on=TODAY + timedelta(days=1))
        services.end_offer(actor=net.keeper, offer=made, today=TODAY)
        assert not ShareOffer.objects.filter(pk=made.pk).exists()

    @pytest.mark.parametrize(
        ("first", "last", "is_right"), [(0, 0, True), (0, -1, False), (-5, -1, False), (-5, 0, True)]
    )
    def test_both_sides_of_its_period(self, net, first, last, is_right):
        days = {"first_on": TODAY + timedelta(days=first), "last_on": TODAY + timedelta(days=last)}
        if is_right:
            declared(net, **days)
        else:
            with pytest.raises(services.OfferPeriodWrong):
                declared(net, **days)

    def test_what_one_lacks_another_shares(self, net):
        lack = declared(net, side="lacks", kind="room", theme="dance")
        shown = queries.with_answers(queries.share_offers(on=TODAY, side="lacks")).get()
        assert (shown.pk, shown.is_shared_elsewhere) == (lack.pk, False)
        of_district = a_registrar(net.district.organisation, "区校务员")
        declared(net, actor=of_district, college=net.district, side="shares", kind="room", theme="dance")
        assert queries.with_answers(queries.share_offers(on=TODAY, side="lacks")).get().is_shared_elsewhere

    def test_only_its_keeper(self, net):
        for actor in (a_stranger(), a_registrar(an_organisation(net.places["员村街道"]), "别家")):
            with pytest.raises(Denied):
                declared(net, actor=actor)
        made = declared(net)
        with pytest.raises(Denied):
            services.end_offer(actor=a_stranger(), offer=made, today=TODAY)


def test_premises_are_counted_where_the_unit_is(net):
    """N-01: a house elsewhere makes no school here, nor does a room that is not given out."""
    assert queries.premises_by_unit(on=TODAY) == {}
    a_house(net.street.organisation, net.places["员村街道"])
    assert queries.premises_by_unit(on=TODAY) == {}
    venue = a_house(net.street.organisation, net.places["华农社区居民委员会"], name_zh="二楼")
    found_here = queries.premises_by_unit(on=TODAY)
    assert found_here == {net.street.pk: queries.Premises(houses=1, rooms=1, seats=30)}
    venue.spaces.update(closed_because="漏水")
    assert queries.premises_by_unit(on=TODAY) == {}
