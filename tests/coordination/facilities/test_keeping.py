"""Keeping a place: the place, its rooms, hours, closures, the terms."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from city.situations import TODAY, a_registrar, a_stranger, an_operator, an_organisation
from coordination.facilities.situations import MONDAY, a_space, a_venue, booked, on, open_from
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied
from xuecheng.coordination.facilities import queries, rules, services
from xuecheng.coordination.facilities.models import Hold, Space, Terms, Venue, WeeklyHours

NINE, TEN = on(MONDAY, "09:00"), on(MONDAY, "10:00")


def changed(town, space, **more):
    names = services.SpaceFacts.__dataclass_fields__
    facts = {name: getattr(space, name) for name in names} | more
    return services.change_space(actor=town.keeper, space=space, facts=services.SpaceFacts(**facts), why="改")


class TestVenues:
    def test_asked_again_it_is_the_same(self, town):
        facts = services.VenueFacts(
            kind="library", name_zh="分馆", territory=town.city["五山街道"], address="1号",
            latitude=Decimal("23.129110"), longitude=Decimal("113.264385"),
        )  # fmt: skip
        number = uuid7()
        wish = {"actor": town.keeper, "public_id": number, "owner": town.college, "why": "登记"}
        first = services.create_venue(facts=facts, **wish)
        assert services.create_venue(facts=facts, **wish) == first
        first.refresh_from_db()
        assert (str(first.latitude), str(first.longitude)) == ("23.129110", "113.264385"), "the point stays"
        with pytest.raises(FormUsedBefore):
            services.create_venue(facts=services.VenueFacts(**(facts.__dict__ | {"address": "2号"})), **wish)

    @pytest.mark.parametrize(
        ("more", "refusal"),
        [
            ({"latitude": Decimal("23.1")}, services.PointNotWhole),
            ({"longitude": Decimal("113.2")}, services.PointNotWhole),
            ({"has_consent": True}, services.ConsentOnlyOfSchools),
        ],
    )
    def test_what_is_told_is_whole(self, town, more, refusal):
        with pytest.raises(refusal):
            a_venue(town.keeper, town.college, town.city["五山街道"], **more)

    def test_only_its_owners_staff_and_operators_of_the_territory_keep_it(self, town):
        street = town.city["五山街道"]
        with pytest.raises(Denied):
            a_venue(a_registrar(an_organisation(town.city["从化区"])), town.college, street)
        with pytest.raises(Denied):
            a_venue(a_stranger(), town.college, street)
        assert a_venue(an_operator(town.city["广州市"]), town.college, street, name_zh="二号楼")

    def test_closed_with_a_reason_and_open_again(self, town):
        with pytest.raises(services.VenueStateAlready):
            services.reopen_venue(actor=town.keeper, venue=town.venue, why="开")
        closed = services.close_venue(actor=town.keeper, venue=town.venue, why="装修")
        with pytest.raises(rules.VenueIsClosed):
            booked(town, town.left, NINE, TEN)
        services.reopen_venue(actor=town.keeper, venue=closed, why="装修好了")
        booked(town, town.left, NINE, TEN)
        with pytest.raises(services.ReasonNeeded):
            services.close_venue(actor=town.keeper, venue=town.venue, why=" ")
        with pytest.raises(IntegrityError, match="venue_closed_has_reason"), transaction.atomic():
            Venue.objects.filter(pk=town.venue.pk).update(state="closed")

    def test_b06_a_school_without_consent_gives_nothing(self, town):
        school = a_venue(town.keeper, town.college, town.city["五山街道"], kind="school", name_zh="小学")
        room = a_space(town.keeper, school)
        with pytest.raises(rules.SchoolHasNotConsented):
            booked(town, room, NINE, TEN)
        Venue.objects.filter(pk=school.pk).update(has_consent=True)
        open_from(town.keeper, school, "09:00", "17:00", range(5), use="teaching")
        with pytest.raises(rules.SchoolTeaches):
            booked(town, room, NINE, TEN)
        booked(town, room, on(MONDAY, "17:00"), on(MONDAY, "18:00"))
        with pytest.raises(services.TeachingOnlyInSchools):
            open_from(town.keeper, town.venue, "09:00", "17:00", range(5), use="teaching")


class TestRooms:
    def test_the_tree_knows_its_line(self, town):
        assert [one.name_zh for one in queries.spaces_of(town.venue)] == ["礼堂", "礼堂右", "礼堂左", "阅览角"]
        assert town.left.line_ids() == [town.hall.pk, town.left.pk]
        assert town.left.depth == 1

    def test_a_name_stands_once_in_a_house(self, town):
        with pytest.raises(services.SpaceNameTaken):
            a_space(town.keeper, town.venue, name_zh="礼堂")

    def test_a_shared_room_has_no_parts(self, town):
        with pytest.raises(services.PartOfShared):
            a_space(town.keeper, town.venue, parent=town.corner)
        with pytest.raises(services.PartOfShared):
            changed(town, town.hall, sharing="shared")

    def test_b02_a_new_part_is_taken_when_the_room_around_it_is(self, town):
        tomorrow = rules.week_of(clock.today()) + timedelta(days=8)
        booked(town, town.hall, on(tomorrow, "09:00"), on(tomorrow, "10:00"), at=clock.now())
        stage = a_space(town.keeper, town.venue, name_zh="舞台", parent=town.hall)
        with pytest.raises(rules.SpaceTaken):
            booked(town, stage, on(tomorrow, "09:30"), on(tomorrow, "10:30"), at=clock.now())
        assert Hold.objects.filter(space=stage).count() == 1

    def test_nothing_moves(self, town):
        with pytest.raises(IntegrityError, match="does not move"), transaction.atomic():
            Space.objects.filter(pk=town.left.pk).update(parent=None)

    def test_bookings_ahead_keep_the_places_they_need(self, town):
        tomorrow = rules.week_of(clock.today()) + timedelta(days=8)
        booked(town, town.left, on(tomorrow, "09:00"), on(tomorrow, "10:00"), heads=20, at=clock.now())
        changed(town, town.left, capacity=20)
        with pytest.raises(services.SpaceBookedAhead):
            changed(town, town.left, capacity=19)
        with pytest.raises(services.SpaceBookedAhead):
            changed(town, town.left, sharing="shared")
        for group in ("甲", "乙"):
            booked(
                town, town.corner, on(tomorrow, "09:00"), on(tomorrow, "10:00"), heads=5, group_name=group,
                at=clock.now(),
            )  # fmt: skip
        changed(town, town.corner, capacity=10)
        with pytest.raises(services.SpaceBookedAhead):
            changed(town, town.corner, capacity=9)

    def test_strangers_change_nothing(self, town):
        town.keeper = a_stranger()
        with pytest.raises(Denied):
            changed(town, town.left, capacity=1)


class TestHours:
    def test_new_hours_hold_from_their_day_and_the_old_ones_stay_known(self, town):
        week = [rules.Hours(0, 10 * 60, 12 * 60)]
        for _twice in range(2):
            services.set_hours(actor=town.keeper, venue=town.venue, use="open", week=week, from_on=MONDAY, why="冬季")
        hours = queries.hours_of(town.venue)
        before, after = MONDAY - timedelta(days=7), MONDAY
        assert dict(queries.week_in_words(hours, use="open", on=before))[0] == "08:00–22:00"
        assert queries.week_in_words(hours, use="open", on=after) == [(0, "10:00–12:00")]
        assert WeeklyHours.objects.filter(venue=town.venue).count() == 7

    def test_a_plan_for_later_gives_way_to_one_that_begins_earlier(self, town):
        for from_on in (MONDAY + timedelta(days=7), MONDAY):
            services.set_hours(
                actor=town.keeper, venue=town.venue, use="open", week=[rules.Hours(1, 0, 60)], from_on=from_on, why="改"
            )
        assert WeeklyHours.objects.filter(venue=town.venue, during__endswith__isnull=True).count() == 1

    def test_the_database_knows_no_two_hours_at_once(self, town):
        with pytest.raises(IntegrityError, match="weekly_hours_open_once"), transaction.atomic():
            WeeklyHours.objects.create(
                venue=town.venue, use="open", weekday=0, minutes=(0, 481), during=(date(2026, 1, 1), None)
            )
        WeeklyHours.objects.create(
            venue=town.venue, use="open", weekday=0, minutes=(0, 480), during=(date(2026, 1, 1), None)
        )


class TestClosures:
    def close(self, town, **more):
        wish = {
            "actor": town.keeper, "public_id": uuid7(), "venue": town.venue, "space": None, "kind": "closure",
            "begins_at": NINE, "ends_at": TEN, "reason": "消防演练",
        } | more  # fmt: skip
        return services.add_closure(**wish)

    def test_a_house_closes_all_rooms_a_room_itself_its_parts_and_what_it_is_part_of(self, town):
        self.close(town)
        with pytest.raises(rules.ClosedThen):
            booked(town, town.corner, NINE, TEN)
        hour = timedelta(hours=1)
        self.close(town, space=town.left, begins_at=TEN, ends_at=TEN + hour)
        for room in (town.left, town.hall):
            with pytest.raises(rules.ClosedThen):
                booked(town, room, TEN, TEN + hour)
        booked(town, town.right, TEN, TEN + hour)

    def test_ends_after_it_begins_unless_it_is_a_defect(self, town):
        for ends in (NINE, None):
            with pytest.raises(services.ClosurePeriodWrong):
                self.close(town, ends_at=ends)
        with pytest.raises(services.ReasonNeeded):
            self.close(town, reason=" ")
        defect = self.close(town, kind="defect", ends_at=None)
        with pytest.raises(rules.DefectOpen):
            booked(town, town.left, NINE + timedelta(days=2), TEN + timedelta(days=2))
        services.end_closure(actor=town.keeper, closure=defect, at=TEN, why="修好了")
        booked(town, town.left, NINE + timedelta(days=2), TEN + timedelta(days=2))
        with pytest.raises(services.ClosureOver):
            services.end_closure(actor=town.keeper, closure=defect, at=TEN, why="又一次")

    def test_one_that_has_not_begun_goes_away(self, town):
        plan = self.close(town)
        services.end_closure(actor=town.keeper, closure=plan, at=NINE, why="取消")
        booked(town, town.left, NINE, TEN)


class TestTerms:
    def put(self, town, *, actor=None, begins_on=TODAY, **more):
        return services.set_terms(
            actor=actor or an_operator(town.city["广州市"]), city=town.city["广州市"], level="district",
            numbers=rules.Terms(**more), begins_on=begins_on, today=TODAY, why="穗教〔2026〕1号",
        )  # fmt: skip

    def test_each_day_has_its_version_and_before_any_those_of_the_house_hold(self, town):
        self.put(town, reserve_percent=20)
        self.put(town, begins_on=TODAY + timedelta(days=9), reserve_percent=30)
        found = [queries.terms_on("district", TODAY + timedelta(days=days)).reserve_percent for days in (-1, 0, 8, 9)]
        assert found == [10, 20, 20, 30]
        assert queries.terms_on("street", TODAY) == rules.Terms()

    def test_of_one_day_the_last_word_counts(self, town):
        self.put(town, reserve_percent=20)
        self.put(town, reserve_percent=25)
        assert Terms.objects.count() == 1

    def test_what_was_stays_and_numbers_make_sense(self, town):
        with pytest.raises(services.TermsBeginTooEarly):
            self.put(town, begins_on=TODAY - timedelta(days=1))
        with pytest.raises(services.TermsNumberWrong):
            self.put(town, reserve_percent=101)
        with pytest.raises(services.LevelsWrong):
            self.put(town, levels={"overlap": "ignore"})
        with pytest.raises(services.LevelsWrong):
            self.put(town, levels={"closed": "perhaps"})

    def test_only_operators_of_the_city(self, town):
        for actor in (town.keeper, an_operator(town.city["天河区"])):
            with pytest.raises(Denied):
                self.put(town, actor=actor)

    def test_a_place_counts_at_its_owners_tier_else_where_it_lies(self, town):
        assert queries.level_of(town.venue) == "district"
        school = an_organisation(town.city["从化区"], kind="school")
        keeper = a_registrar(school)
        place = a_venue(keeper, school, town.city["街口街道"])
        assert queries.level_of(queries.by_id(place.public_id)) == "street"
