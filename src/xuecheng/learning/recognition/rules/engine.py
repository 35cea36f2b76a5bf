"""Recognition: records of one learner in, one outcome for each out (C-17 … C-28).

The order of things, and nothing else decides:

1. Of each record the highest version counts. It gets a plan: the rule that applies, what it is worth in which class.
2. Among new records for one unit the best is chosen (C-25); the others give way, unless the best then gets nothing.
3. By end date, then key, each record's plan meets what the learner has: hours that wait (C-20), units held (C-25), caps
   (C-23). What is left becomes lines.

Records posted before are never re-opened by a new rule. They get more in two cases: a newer version of their own rule
says that it counts for the past (C-18), or room under a cap became free. They get less in none: that is a person's
decision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank.rules import Framework, Unit
from xuecheng.learning.recognition.rules import reasons as why
from xuecheng.learning.recognition.rules.caps import Entry, Room
from xuecheng.learning.recognition.rules.findings import (
    CAPS,
    WAITS,
    Found,
    already_credited,
    cap_reason,
    correction_waits,
    excluded_unit,
    fits,
    make_line,
    part_of,
    refused,
    result,
    slot,
    slot_of,
    too_little,
    unchanged,
)
from xuecheng.learning.recognition.rules.matching import RuleIndex, Scales
from xuecheng.learning.recognition.rules.reasons import Reason
from xuecheng.learning.recognition.rules.rule import Rule
from xuecheng.learning.recognition.rules.standing import Held, Hours, Standing
from xuecheng.learning.recognition.rules.values import Line, Outcome, Posted, State
from xuecheng.learning.recognition.rules.worth import Law, Plan, Target, better_plan, plan, plan_under
from xuecheng.learning.records.rules import Record

_NO_SCALES: Scales = MappingProxyType({})
_NOTHING: Collection[str] = frozenset()


def recognise(
    *,
    records: Sequence[Record],
    already: Sequence[Posted] = (),
    rules: RuleIndex,
    units: Mapping[str, Unit],
    frameworks: Mapping[str, Framework],
    scales: Scales = _NO_SCALES,
    frozen: Collection[str] = _NOTHING,
    set_aside: Collection[str] = _NOTHING,
) -> list[Outcome]:
    """What each record of one learner gives, ordered by end date, key and version.

    `already` are the standing lines of this learner's earlier recognitions, those of zero credits too; a reversed one
    is left out, which frees its room under caps. Records may be the pending ones or all: what was posted comes out
    unchanged, or with what it is owed since. `units` are by "CODE@version", `frameworks` by what rules call them,
    `scales` by the records' `grade_scale`. `frozen` are keys under dispute (C-15), `set_aside` those the learner chose
    not to use (C-24).
    """
    law = Law(rules, units, frameworks, scales)
    if len(records) + len(already) > 1 and len({record.learner for record in _all(records, already)}) > 1:
        raise ValueError("recognition was given records of two learners")
    plans: dict[str, Plan | Reason] = {}
    if not already and not frozen and not set_aside:
        plans = {record.key: plan(record, law) for record in records}
        if len(plans) < len(records):
            plans = {}  # two versions of one record: only the newest is planned
        elif not rules.rule_set.caps and _are_alone(plans):
            in_order = records if len(records) == 1 else sorted(records, key=_place)
            return [_alone(record, plans[record.key]) for record in in_order]
    return _Recognition(records, already, law, frozen=frozen, set_aside=set_aside, plans=plans).outcomes()


def _place(record: Record) -> tuple[date, str, int]:
    """Where a record stands among those of its learner."""
    return record.ended_on, record.key, record.version


def _all(records: Sequence[Record], already: Sequence[Posted]) -> Iterator[Record]:
    yield from records
    for posted in already:
        yield posted.record


def _are_alone(plans: Mapping[str, Plan | Reason]) -> bool:
    """Whether none of the plans depends on another: no cap, no sum over hours, nothing that counts once."""
    for made in plans.values():
        if isinstance(made, Plan) and not (
            made.rule.is_simple and (len(plans) == 1 or made.targets[0].identity is None)
        ):
            return False
    return True


def _alone(record: Record, made: Plan | Reason) -> Outcome:
    """The outcome for a first record that depends on no other one. Most records are so, and this is the short way."""
    if isinstance(made, Reason):
        return refused(record, made)
    rule, (target,) = made
    if not target.worth:
        return refused(record, too_little(record, rule, target))
    line = make_line(record, rule, target, given=target.worth, worth=target.worth, minutes=target.minutes)
    return Outcome(record.key, record.version, State.CREDITED, (line,), ())


class _Recognition:
    """One call for one learner."""

    def __init__(
        self,
        records: Sequence[Record],
        already: Sequence[Posted],
        law: Law,
        *,
        frozen: Collection[str],
        set_aside: Collection[str],
        plans: dict[str, Plan | Reason],
    ) -> None:
        self._law = law
        self._already = already
        self._records = sorted(records, key=_place)
        self._newest: dict[str, int] = {}
        for record in (*(posted.record for posted in already), *self._records):
            self._newest[record.key] = max(record.version, self._newest.get(record.key, 0))
        if len({(record.key, record.version) for record in records}) != len(records):
            raise ValueError("recognition was given a record twice")
        self._held_back: dict[str, type[Refusal]] = dict.fromkeys(set_aside, why.SetAside)
        self._held_back |= dict.fromkeys(frozen, why.FrozenByDispute)
        self._standing = Standing(already, law)
        self._plans = plans
        for record in self._records if not plans else ():
            if self._is_newest(record) and record.key not in self._held_back and record.key not in self._standing.lines:
                plans[record.key] = plan(record, law)
        self._winners: dict[str, str] = {}
        # Who was the best for a unit and got nothing all the same: it stands in nobody's way.
        self._lost: set[tuple[str, str | None]] = set()

    def outcomes(self) -> list[Outcome]:
        """Go through the records; again, as long as a record that others gave way to got nothing itself."""
        while True:
            self._winners = self._best()
            outcomes = [self._outcome(record) for record in self._records]
            lines = [line for outcome in outcomes for line in outcome.lines if line.credits]
            credited = {(line.record_key, line.identity) for line in lines}
            lost = {(key, identity) for identity, key in self._winners.items()} - credited
            if not lost:
                return self._offered_again(outcomes) if self._standing.held else outcomes
            self._lost |= lost
            self._standing = Standing(self._already, self._law)

    def _offered_again(self, outcomes: list[Outcome]) -> list[Outcome]:
        """Ask again for what fell to caps, until nobody gets more.

        A unit's 100 may fall whole to a cap that takes the 60 which are left of it once a lesser record got 40.
        """
        fell = [at for at, outcome in enumerate(outcomes) if any(reason.code in CAPS for reason in outcome.reasons)]
        improved = True
        while improved:
            improved = False
            for at in fell:
                more = self._outcome(self._records[at])
                if more.lines:
                    outcomes[at] = more._replace(lines=outcomes[at].lines + more.lines)
                    improved = True
        return outcomes

    def _is_newest(self, record: Record) -> bool:
        return record.version == self._newest[record.key]

    def _best(self) -> dict[str, str]:
        """For each unit that several new records are for, the key of the best of those that have not lost (C-25)."""
        if len(self._plans) < 2:
            return {}
        rivals: dict[str, list[tuple[Record, Target]]] = defaultdict(list)
        for record in self._records:
            made = self._plans.get(record.key)
            for target in made.targets if isinstance(made, Plan) and self._is_newest(record) else ():
                if target.identity is not None and target.worth and (record.key, target.identity) not in self._lost:
                    rivals[target.identity].append((record, target))
        winners = {}
        for identity, group in rivals.items():
            merits = [self._standing.merit(record, target.of, target.worth) for record, target in group]
            best = merits[0]
            for merit in merits[1:]:
                if merit.beats(best):
                    best = merit
            if len({merit.key for merit in merits}) > 1:
                winners[identity] = best.key
        return winners

    def _outcome(self, record: Record) -> Outcome:
        if not self._is_newest(record):
            return refused(record, Reason.of(why.CorrectedSince, version=self._newest[record.key]))
        posted = self._standing.lines.get(record.key)
        held_back = self._held_back.get(record.key)
        if held_back is not None:
            return unchanged(record) if posted else refused(record, Reason.of(held_back))
        if posted:
            return self._again(record, list(posted))
        made = self._plans[record.key]
        if isinstance(made, Reason):
            return refused(record, made)
        return result(record, [self._first(record, made.rule, target) for target in made.targets])

    # A record for the first time

    def _first(self, record: Record, rule: Rule, target: Target) -> Found:
        if rule.quantity.accumulate is not None:
            return self._add_up(record, rule, target)
        if not target.worth:
            return Found(None, too_little(record, rule, target))
        if target.identity is None:
            return self._give(record, rule, target, target.worth, target.worth)
        return self._give_once(record, rule, target)

    def _give_once(self, record: Record, rule: Rule, target: Target) -> Found:
        """A unit is credited once: of a better record, what it is worth above the one before is posted (C-25)."""
        twin = self._standing.twin(target)
        obstacle = self._obstacle(record, target, twin)
        if obstacle is not None:
            return Found(None, obstacle)
        if twin is None:
            return self._give(record, rule, target, target.worth, target.worth)
        target = target._replace(identity=twin.identity)
        return self._give(record, rule, target, target.worth - twin.total, target.worth, supersedes=twin.best.key)

    def _obstacle(self, record: Record, target: Target, twin: Held | None) -> Reason | None:
        """What keeps a new record from being credited for its unit, or from topping up what another one got for it."""
        standing = self._standing
        other = standing.excluding(target)
        if other is not None:
            return excluded_unit(target, other)
        winner = self._winners.get(target.identity or "")
        if winner is not None and winner != record.key and (record.key, target.identity) not in self._lost:
            return Reason.of(why.Superseded, record=winner)
        if twin is None:
            return None
        merit = standing.merit(record, target.of, target.worth)
        if target.of != twin.of and merit.level > twin.best.level:
            # Another level is another class of credit: nothing can be topped up, the first posting must go.
            here, there = target.of.level, twin.of.level
            return Reason.of(why.HigherLevelWaits, level=here, posted_level=there, record=twin.best.key)
        if target.of != twin.of or not merit.beats(twin.best) or target.worth <= twin.total:
            return already_credited(target, twin)
        return None

    def _add_up(self, record: Record, rule: Rule, target: Target, instead_of: int = 0) -> Found:
        """Hours of the period together, rounded once; what is over waits (C-20)."""
        hours = self._standing.add_hours(record, target, rule, instead_of)
        if hours is None:
            return Found(None, correction_waits(self._standing.lines[record.key][-1].line))
        if hours.made:
            return self._give(record, rule, target, hours.made, hours.made, hours=hours, keep=True)
        part = self._part(record, rule, target)
        line = make_line(record, rule, target, given=0, worth=0, minutes=hours.counted, hours=hours, part=part)
        self._standing.add(record, line)
        if record.minutes and not hours.counted:
            beyond = Reason.of(why.HoursBeyondBands, rule=rule.name, period=hours.period, minutes=hours.recorded_before)
            return Found(line, beyond)
        return Found(line, Reason.of(why.MinutesKept, minutes=hours.carried, least=hours.least))

    def _give(
        self,
        record: Record,
        rule: Rule,
        target: Target,
        wish: int,
        worth: int,
        *,
        hours: Hours | None = None,
        supersedes: str | None = None,
        keep: bool = False,
    ) -> Found:
        """As much of `wish` as the caps leave (C-23).

        `keep` makes a line even of nothing: newly counted hours that fall to a cap are used up all the same.
        """
        caps = (*self._law.rules.rule_set.caps, *rule.caps)
        room = Room(wish, (), None, None)
        if caps:
            entry = Entry(record, target.of, target.field, rule.id, wish)
            framework = target.framework
            room = self._standing.caps.fit(entry, caps=caps, step=framework.step, whole_only=framework.all_or_nothing)
        reason = cap_reason(room, wish)
        if not room.given and not keep:
            return Found(None, reason)
        minutes = target.minutes if hours is None else hours.counted
        part = self._part(record, rule, target)
        line = make_line(
            record,
            rule,
            target,
            given=room.given,
            worth=worth,
            minutes=minutes,
            hours=hours,
            room=room,
            supersedes=supersedes,
            part=part,
        )
        self._standing.add(record, line)
        return Found(line, reason)

    def _part(self, record: Record, rule: Rule, target: Target) -> int:
        posted = self._standing.lines.get(record.key)
        return part_of(posted, record, rule, target) if posted else 0

    # A record that was recognised before

    def _again(self, record: Record, posted: list[Posted]) -> Outcome:
        newest = max(posted, key=lambda one: (one.line.record_version, one.line.rule_version)).line
        corrected = newest.record_version < record.version
        made = plan(record, self._law) if corrected else self._plan_as_posted(record, posted, newest)
        if corrected and (isinstance(made, Reason) or not fits(made, posted)):
            return refused(record, correction_waits(newest))
        if isinstance(made, Reason):
            return unchanged(record)
        found = [self._more(record, made.rule, target, posted) for target in made.targets]
        waits = [one.reason for one in found if one.reason is not None and one.reason.code == WAITS]
        if any(one.line is not None for one in found):
            return result(record, found)
        return refused(record, waits[0]) if waits else unchanged(record)

    def _plan_as_posted(self, record: Record, posted: list[Posted], newest: Line) -> Plan | Reason:
        """What was found then, or more under a newer version of the same rule that counts for the past (C-18)."""
        rule = self._law.rules.version(newest.rule_id, newest.rule_version)
        if rule is None:
            return Reason.of(why.CorrectionWaits, version=newest.record_version)
        made = plan_under(rule, record, self._law)
        if isinstance(made, Reason):
            return made
        found = {slot(one.line.of, one.line.unit, one.line.identity): one.line.worth for one in posted}
        targets = [target._replace(worth=found.get(slot_of(target), target.worth)) for target in made.targets]
        upgrade = self._law.rules.upgrade(rule, record, self._law.scales)
        as_posted = Plan(rule, targets)
        return as_posted if upgrade is None else better_plan(as_posted, plan_under(upgrade, record, self._law))

    def _more(self, record: Record, rule: Rule, target: Target, posted: list[Posted]) -> Found:
        """What a target is worth above what stands; never less (C-18, C-23)."""
        mine = [one for one in posted if slot(one.line.of, one.line.unit, one.line.identity) == slot_of(target)]
        if rule.quantity.accumulate is not None:
            return self._more_hours(record, rule, target, mine)
        own = sum(one.line.credits for one in mine)
        if target.worth < own:
            return Found(None, correction_waits(mine[-1].line))
        stands, supersedes, identity = own, None, target.identity
        twin = self._standing.twin(target)
        if twin is not None:
            if twin.best.key != record.key:
                merit = self._standing.merit(record, target.of, target.worth)
                if not merit.beats(twin.best) or twin.of != target.of:
                    return Found(None, None)
                supersedes = twin.best.key
            stands, identity = twin.total, twin.identity
        if target.worth <= stands:
            return Found(None, None)
        target = target._replace(identity=identity)
        return self._give(record, rule, target, target.worth - stands, target.worth, supersedes=supersedes)

    def _more_hours(self, record: Record, rule: Rule, target: Target, mine: list[Posted]) -> Found:
        latest = max(mine, key=lambda one: one.line.record_version)
        if latest.line.record_version < record.version and latest.record.minutes != record.minutes:
            if self._standing.hours_period(record, rule) != latest.line.accumulates_in:
                return Found(None, correction_waits(latest.line))
            return self._add_up(record, rule, target, latest.record.minutes)
        open_credits = sum(one.line.worth - one.line.credits for one in mine)
        if open_credits <= 0:
            return Found(None, None)
        # The hours were counted then; only the credits that a cap had taken are asked for again.
        counted_then = Hours(0, 0, self._standing.carried(target), 0, latest.line.accumulates_in, 0)
        return self._give(record, rule, target, open_credits, 0, hours=counted_then)
