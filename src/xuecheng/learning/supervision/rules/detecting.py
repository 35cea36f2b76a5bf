"""What in a learner's records cannot be, or may be one learning twice, and how grave it looks (C-12, C-13)."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from xuecheng.learning.records.rules import Record, double_reports

MINUTES_A_DAY = 24 * 60
IN_PERSON_A_DAY = 12 * 60
"""Two places on one day with more than so many minutes together leave no time for the way (ours)."""

ONE_DAY_AT_MOST = 8 * 60
"""A record without a first day is taken to be of its last day alone only up to so many minutes (ours): longer learning
lasted some days of which nobody told."""

MANY_BY_HAND = 30
"""So many records that one person enters by hand for one institution within an hour (ours)."""

GRAVE = 70
"""From this risk on a suspicion is looked into before older ones (ours)."""


class Claim(NamedTuple):
    """A credited record as detection sees it. `credits` are what stands for it, hundredths."""

    id: int
    key: str
    learner: int
    institution: int
    origin: str
    code: str
    title: str
    started_on: date | None
    ended_on: date
    minutes: int
    mode: str
    territory: str
    credits: int

    @property
    def begins(self) -> date:
        return self.started_on or self.ended_on

    @property
    def days(self) -> int:
        return (self.ended_on - self.begins).days + 1

    @property
    def days_are_known(self) -> bool:
        """Whether it can be said on which days the minutes were."""
        return self.started_on is not None or self.minutes <= ONE_DAY_AT_MOST


class Point(NamedTuple):
    """A reason of a risk: its code and what it adds."""

    code: str
    points: int


class Found(NamedTuple):
    """One finding: what kind, which records, how grave and why. `facts` are what it rests on, for the desk.

    `subject` names what it is about for ever; `digest` changes when the facts do.
    """

    kind: str
    claims: tuple[Claim, ...]
    points: tuple[Point, ...]
    facts: Mapping[str, object]

    @property
    def risk(self) -> int:
        return max(0, min(100, sum(one.points for one in self.points)))

    @property
    def subject(self) -> str:
        return _digest([self.kind, *sorted(one.key for one in self.claims)])

    @property
    def digest(self) -> str:
        rows = sorted(
            (one.key, one.title, str(one.begins), str(one.ended_on), one.minutes, one.territory, one.credits > 0)
            for one in self.claims
        )
        return _digest([self.kind, rows])


_BASE = {"double": 50, "hours": 60, "places": 40, "certificate": 70, "burst": 50}


def suspicions_of(
    claims: Sequence[Claim], *, said_different: Collection[frozenset[str]] = (), keys: Mapping[int, int] | None = None
) -> list[Found]:
    """Everything that looks wrong in the credited records of some learners.

    `said_different` are pairs of record keys that somebody decided to be two learnings; `keys` names the one person
    behind merged accounts.
    """
    one_person = keys or {}
    by_learner: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_learner[one_person.get(claim.learner, claim.learner)].append(claim)
    found: list[Found] = []
    for learner in sorted(by_learner):
        own = sorted(by_learner[learner], key=lambda one: (one.ended_on, one.key))
        found += _doubles(learner, own, said_different)
        found += _too_many_hours(own)
        found += _two_places(own)
    return found


def _doubles(learner: int, claims: Sequence[Claim], said_different: Collection[frozenset[str]]) -> list[Found]:
    by_key = {one.key: one for one in claims}
    pairs = double_reports(
        Record(
            key=one.key, learner=learner, institution=str(one.institution), origin=one.origin, code=one.code,
            title=one.title, started_on=one.started_on, ended_on=one.ended_on,
        )
        for one in claims
    )  # fmt: skip
    found = []
    for first, second in pairs:
        both = (by_key[first.key], by_key[second.key])
        more = []
        if both[0].institution != both[1].institution:
            more.append(Point("two_sources", 10))
        if both[0].title == both[1].title and both[0].ended_on == both[1].ended_on:
            more.append(Point("same_words_and_day", 10))
        if frozenset((first.key, second.key)) in said_different:
            more.append(Point("said_different", -30))
        found.append(_found("double", both, more, {}))
    return found


def _too_many_hours(claims: Sequence[Claim]) -> list[Found]:
    """The worst day on which the minutes, spread evenly over each learning's days, exceed 24 hours (C-13)."""
    spread = [one for one in claims if one.minutes and one.days_are_known and one.days <= 366]
    if sum(one.minutes for one in spread) <= MINUTES_A_DAY:
        return []
    # Thousandths of a minute a day, rounded down: nobody is suspected for a rounding.
    steps: dict[date, int] = defaultdict(int)
    for one in spread:
        a_day = one.minutes * 1000 // one.days
        steps[one.begins] += a_day
        steps[one.ended_on + timedelta(days=1)] -= a_day
    worst, most, now = None, 0, 0
    for day in sorted(steps):
        now += steps[day]
        if now > most:
            worst, most = day, now
    if worst is None or most <= MINUTES_A_DAY * 1000:
        return []
    that_day = tuple(one for one in spread if one.begins <= worst <= one.ended_on)
    more = [Point("more_than_two_days", 15)] if most > 2 * MINUTES_A_DAY * 1000 else []
    if len({one.institution for one in that_day}) > 1:
        more.append(Point("two_sources", 10))
    return [_found("hours", that_day, more, {"day": worst.isoformat(), "minutes": most // 1000})]


def _two_places(claims: Sequence[Claim]) -> list[Found]:
    """In person on one day in two districts, with no time left for the way."""
    by_day: dict[date, list[Claim]] = defaultdict(list)
    for one in claims:
        is_one_day = one.days == 1 and one.minutes and one.days_are_known
        if is_one_day and one.territory and one.mode not in ("online", "mixed"):
            by_day[one.ended_on].append(one)
    found = []
    for day, those in sorted(by_day.items()):
        for pair in combinations(those, 2):
            minutes = pair[0].minutes + pair[1].minutes
            if pair[0].territory[:6] == pair[1].territory[:6] or minutes <= IN_PERSON_A_DAY:
                continue
            more = [Point("over_a_day", 20)] if minutes > MINUTES_A_DAY else []
            found.append(_found("places", pair, more, {"day": day.isoformat(), "minutes": minutes}))
    return found


def certificate_key(number: str) -> str:
    """A certificate's number without what people write differently: width, case, blanks, hyphens."""
    return re.sub(r"[^0-9A-Z\u4e00-\u9fff]", "", unicodedata.normalize("NFKC", number).upper())


def certificate_suspicions(claims: Iterable[Claim], *, keys: Mapping[int, int] | None = None) -> list[Found]:
    """One certificate number of one type that two people hold, or that two sources report."""
    one_person = keys or {}
    alike: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for one in claims:
        alike[one.code, certificate_key(one.key.partition("/")[2])].append(one)
    found = []
    for (_code, number), group in sorted(alike.items()):
        if len(group) < 2 or not number:
            continue
        people = {one_person.get(one.learner, one.learner) for one in group}
        more = [Point("two_people", 20)] if len(people) > 1 else []
        those = tuple(sorted(group, key=lambda one: one.key))
        found.append(_found("certificate", those, more, {"number": number}))
    return found


def burst_suspicion(claims: Sequence[Claim], *, hour: str, people: int) -> Found:
    """Many records that one person entered by hand within an hour for one institution."""
    more = [Point("many_more", 20)] if len(claims) >= 3 * MANY_BY_HAND else []
    return _found("burst", tuple(claims), more, {"hour": hour, "records": len(claims), "people": people})


def _found(kind: str, claims: tuple[Claim, ...], more: Sequence[Point], facts: Mapping[str, object]) -> Found:
    points = [Point(kind, _BASE[kind]), *more]
    at_stake = sum(one.credits for one in claims)
    if at_stake >= 1000:
        points.append(Point("much_credit", 15))
    elif at_stake >= 300:
        points.append(Point("some_credit", 5))
    return Found(kind, claims, tuple(points), {**facts, "credits": at_stake})


def _digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
