"""Requirement trees as far as complete or not, and what is missing; limits beside them (C-53 … C-56).

A rule set of another country brings a qualification, a label or a share as data, and this reads all of them (C-92). It
stands beside the rule sets that speak of it. Placing holdings in the best way (C-63) is another matter: here each goes
to the first place it fits, and an answer that another placing might better says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal
from xuecheng.learning.recognition.rules.reading import Patterns, Reader

_NO_NAMES: Mapping[str, str] = MappingProxyType({})


class NodeNamedTwice(Refusal):
    message = _("Two parts of this requirement are both called “%(name)s”.")


class LimitSaysNothing(Refusal):
    message = _("A share needs a percentage or an amount.")


class Op(StrEnum):
    SOME = "some"
    TAKE = "take"
    ATTEST = "attest"


class Unit(StrEnum):
    """What a place counts: holdings, or credits in hundredths."""

    ITEMS = "items"
    CREDITS = "credits"


class Basis(StrEnum):
    """What a share is a share of (C-55): the credits required, or those used."""

    REQUIRED = "required"
    USED = "used"


class Holding(NamedTuple):
    """Something a learner can lay before an award: one credit of one unit, course or certificate, whole (C-54)."""

    key: str
    credits: int
    code: str = ""
    issuer: str = ""
    origin: str = ""
    kind: str = ""
    level: str = ""
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a requirement. `pass_up` is the most it hands its parent once satisfied; None sets no limit."""

    id: str
    op: Op
    need: int = 0
    unit: Unit = Unit.ITEMS
    pass_up: int | None = None
    share: bool = False
    match: Patterns | None = None
    excepted: Patterns | None = None
    tags: frozenset[str] = frozenset()
    name: str = ""
    of: tuple[Node, ...] = ()

    def fits(self, holding: Holding) -> bool:
        """Whether `holding` may stand here; a code that is named, or a tag, is enough."""
        if self.excepted is not None and self.excepted.match(holding.code):
            return False
        if self.match is None and not self.tags:
            return True
        return (self.match is not None and self.match.match(holding.code)) or not self.tags.isdisjoint(holding.tags)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Node:
        """Read a tree in the form of `tree.schema.json`. Raises a refusal whose `field` is the wrong field's path."""
        root = _node(Reader(data))
        seen: set[str] = set()
        for node in root.walk():
            if node.id in seen:
                raise NodeNamedTwice(name=node.id, at_field=node.id)
            seen.add(node.id)
        return root

    def walk(self) -> Iterator[Node]:
        """This part and all below it, in the order in which they are written."""
        yield self
        for child in self.of:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Limit:
    """A share that a selection of the holdings must reach, or may not pass (C-55, C-56).

    Amounts are hundredths. Where `or_least` is given, it is enough in place of the percentage: the lower counts.
    A selected value that begins with "$" is filled in by who asks: "$awarding".
    """

    id: str
    select: tuple[tuple[str, tuple[str, ...]], ...]
    of: Basis = Basis.REQUIRED
    min_percent: int | None = None
    least: int | None = None
    most: int | None = None
    or_least: int | None = None

    def selects(self, holding: Holding, names: Mapping[str, str]) -> bool:
        return all(_said(holding, part, values, names) for part, values in self.select)

    def lacks(self, selected: int, *, total: int) -> int:
        """How many hundredths are missing from the selection, 0 if it is enough. `total` is what it is a share of."""
        wanted = [self.least or 0]
        if self.min_percent is not None:
            # The least amount with amount * 100 >= percent * total; nothing is ever divided to compare (C-55).
            by_percent = -(-self.min_percent * total // 100)
            wanted.append(by_percent if self.or_least is None else min(by_percent, self.or_least))
        return max(0, max(wanted) - selected)

    def passes(self, selected: int) -> int:
        """How many hundredths the selection is above what it may be at most."""
        return 0 if self.most is None else max(0, selected - self.most)


class Verdict(NamedTuple):
    """What the requirements say of some holdings: what is missing by name of the part, in its own unit (C-53).

    `above` are limits that were passed. `is_proven` is False where a holding fits two places that do not share it, so
    that another placing might find more: then "missing" is not the last word (C-64).
    """

    missing: Mapping[str, int]
    above: Mapping[str, int]
    is_proven: bool

    @property
    def is_complete(self) -> bool:
        return not self.missing and not self.above


def judge(
    *,
    tree: Node | None,
    limits: Iterable[Limit] = (),
    holdings: Sequence[Holding],
    required: int = 0,
    attested: frozenset[str] = frozenset(),
    names: Mapping[str, str] = _NO_NAMES,
) -> Verdict:
    """Hold `holdings` against a tree and its limits. `attested` are the parts a person confirmed or waived (C-59).

    `required` is the fixed denominator of shares, hundredths; `names` fills in what selections leave open.
    """
    placed, is_proven = _place(tree, holdings) if tree is not None else (_Placed(), True)
    missing: dict[str, int] = {}
    if tree is not None:
        _units(tree, placed, attested, missing)
    used = placed.used if tree is not None and placed.used else {one.key: one for one in holdings}
    above: dict[str, int] = {}
    for limit in limits:
        selected = sum(one.credits for one in used.values() if limit.selects(one, names))
        total = required if limit.of is Basis.REQUIRED else sum(one.credits for one in used.values())
        if short := limit.lacks(selected, total=total):
            missing[limit.id] = short
        if over := limit.passes(selected):
            above[limit.id] = over
    return Verdict(missing, above, is_proven or not missing)


@dataclass(slots=True)
class _Placed:
    at: dict[str, list[Holding]] = field(default_factory=dict)
    used: dict[str, Holding] = field(default_factory=dict)

    def amount(self, node: Node) -> int:
        here = self.at.get(node.id, [])
        return sum(one.credits for one in here) if node.unit is Unit.CREDITS else len(here)


def _place(tree: Node, holdings: Sequence[Holding]) -> tuple[_Placed, bool]:
    """Put each holding whole into the first place that fits and lacks something; places that share see them all."""
    placed, is_proven = _Placed(), True
    places = [node for node in tree.walk() if node.op is Op.TAKE]
    for holding in sorted(holdings, key=lambda one: one.key):
        fitting = [node for node in places if node.fits(holding)]
        alone = [node for node in fitting if not node.share]
        is_proven = is_proven and len(alone) <= 1
        short = [node for node in alone if placed.amount(node) < node.need]
        for node in (*(one for one in fitting if one.share), *(short or alone)[:1]):
            placed.at.setdefault(node.id, []).append(holding)
            placed.used[holding.key] = holding
    return placed, is_proven


def _units(node: Node, placed: _Placed, attested: frozenset[str], missing: dict[str, int]) -> int:
    """What `node` passes up; what it and the parts below it lack goes into `missing`.

    Of `some` that needs only part of what is below it, the parts that lack something are not missing once enough
    others are there.
    """
    if node.op is Op.ATTEST:
        if node.id not in attested:
            missing[node.name or node.id] = 1
        return 0
    below: dict[str, int] = {}
    if node.op is Op.TAKE:
        units = placed.amount(node)
    else:
        units = sum(_units(child, placed, attested, below) for child in node.of)
    if units < node.need and node.id not in attested:
        missing.update(below or {node.name or node.id: node.need - units})
        return 0
    # Confirmations are never outweighed by anything else.
    open_attests = {one.name or one.id for one in node.of if one.op is Op.ATTEST} & below.keys()
    if open_attests and node.id not in attested:
        missing.update({name: below[name] for name in open_attests})
        return 0
    if node.unit is Unit.CREDITS and node.op is Op.TAKE:
        units = 1
    units = max(units, node.need if node.op is Op.SOME and node.id in attested else 0)
    return units if node.pass_up is None else min(units, node.pass_up)


def _said(holding: Holding, part: str, values: Sequence[str], names: Mapping[str, str]) -> bool:
    wanted = [names.get(value[1:], "") if value.startswith("$") else value for value in values]
    if part in ("tag", "area"):
        return not holding.tags.isdisjoint(wanted)
    return getattr(holding, part) in wanted


def _node(read: Reader) -> Node:
    op = read.choice("op", Op)
    tags = read.patterns("tags")
    node = Node(
        id=read.text("id"),
        op=op,
        need=read.whole("need", 0),
        unit=read.choice("unit", Unit, Unit.ITEMS),
        pass_up=read.whole_or_none("pass_up"),
        share=read.flag("share"),
        match=_codes(read, "match"),
        excepted=_codes(read, "except"),
        tags=frozenset(tags.texts) if tags is not None else frozenset(),
        name=read.text("name", ""),
        of=tuple(_node(part) for part in read.parts("of")),
    )
    read.close()
    return node


def _codes(read: Reader, name: str) -> Patterns | None:
    # An empty list is said often, and means none.
    return read.patterns(name) if read.filled(name) else None


_SELECTED = ("issuer", "origin", "kind", "level", "tag", "area", "code")


def read_limit(read: Reader, name: str) -> Limit:
    """Read a share or a label; `name` is what it is called where it does not say so itself."""
    select = read.part("select")
    selected = [(part, select.patterns(part)) for part in _SELECTED]
    limit = Limit(
        id=read.text("id", name),
        select=tuple((part, found.texts) for part, found in selected if found is not None),
        of=read.choice("of", Basis, Basis.REQUIRED),
        min_percent=read.whole_or_none("min_percent", most=100),
        least=read.whole_or_none("min"),
        most=read.whole_or_none("max"),
        or_least=read.whole_or_none("or_min"),
    )
    if limit.min_percent is None and limit.least is None and limit.most is None:
        raise read.refuse(LimitSaysNothing, "min_percent")
    read.skip("verified", "take")
    select.close()
    read.close()
    return limit


def tree_of_areas(*, need_total: int, areas: Mapping[str, int]) -> Node:
    """A qualification that asks for a sum and for so much of each area, as a tree whose places share everything."""
    places = [Node("r.1", Op.TAKE, need=need_total, unit=Unit.CREDITS, share=True, name="total")]
    for number, (area, need) in enumerate(areas.items(), 2):
        tags = frozenset({area})
        places.append(Node(f"r.{number}", Op.TAKE, need=need, unit=Unit.CREDITS, share=True, tags=tags, name=area))
    return Node("r", Op.SOME, need=len(places), of=tuple(places))
