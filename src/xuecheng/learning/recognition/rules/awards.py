"""What a rule set says of awards: which levels count, which shares are needed, what is used up (C-41, C-55, C-56)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank.rules import Framework, shown_credits
from xuecheng.learning.recognition.rules.reading import Reader
from xuecheng.learning.recognition.rules.requirements import (
    Holding,
    Limit,
    Node,
    Verdict,
    judge,
    read_limit,
    tree_of_areas,
)

_FLOOR = "unit_level >= required_level"
_LABEL = "label_"
_EXIT_LEVEL = "exit_level"


class InsufficientCredit(Refusal):
    message = _("The award needs %(needed)s credits; %(free)s are free.")
    remedy = _("Credit that an award used up counts for no second one.")


@dataclass(frozen=True, slots=True)
class Awards:
    """The part of a rule set that speaks of awards. The default limits nothing and uses nothing up."""

    consumes: bool = False
    has_level_floor: bool = False
    limits: tuple[Limit, ...] = ()
    labels: Mapping[str, Limit] = field(default_factory=dict)
    qualification: str = ""
    need_total: int = 0
    tree: Node | None = None
    tree_limits: tuple[Limit, ...] = ()

    def level_counts(self, *, framework: Framework, unit_level: str, required_level: str) -> bool:
        """Whether a unit of this level may stand at a place of that one (C-56). Raises `LevelUnknown`."""
        unit, required = framework.ordinal(unit_level), framework.ordinal(required_level)
        return unit >= required if self.has_level_floor else unit == required

    def judge(self, *, holdings: Sequence[Holding], required: int, names: Mapping[str, str]) -> Verdict:
        """Whether the shares hold over `required` hundredths. `names` says who awards and at which level."""
        return judge(tree=None, limits=self.limits, holdings=holdings, required=required, names=names)

    def judge_qualification(self, holdings: Sequence[Holding]) -> Verdict:
        """Whether the set's own qualification is complete, and what is missing by area (C-53)."""
        return judge(tree=self.tree, limits=self.tree_limits, holdings=holdings, required=self.need_total)

    def has_label(self, name: str, *, holdings: Sequence[Holding]) -> bool:
        """Whether a programme of these units may bear the label `name`: `label_scs` is called "scs"."""
        total = sum(one.credits for one in holdings)
        return judge(tree=None, limits=[self.labels[name]], holdings=holdings, required=total).is_complete

    def balance_after(self, balance: int, *, award: int) -> int:
        """What stays free once an award of `award` hundredths took its credit; raises `InsufficientCredit` (C-41).

        Where nothing is used up, all of it does, though it must be there.
        """
        if award > balance:
            raise InsufficientCredit(needed=shown_credits(award), free=shown_credits(balance))
        return balance - award if self.consumes else balance


def read_awards(read: Reader) -> Awards:
    """Read `use`, `level`, `shares`, `qualification` and every `label_…` of a rule set."""
    level, qualification = read.part("level"), read.part("qualification")
    limits = [read_limit(part, f"share-{number}") for number, part in enumerate(read.parts("shares"), 1)]
    percent = level.whole_or_none("min_at_exit_level_percent", most=100)
    if percent is not None:
        limits.append(Limit(_EXIT_LEVEL, (("level", (f"${_EXIT_LEVEL}",)),), min_percent=percent))
    need = qualification.whole("need_total", 0)
    areas = qualification.part("areas")
    return Awards(
        consumes=read.part("use").flag("consume"),
        has_level_floor=level.text("unit_counts_if", "") == _FLOOR,
        limits=tuple(limits),
        labels={name.removeprefix(_LABEL): read_limit(read.part(name), name) for name in read.beginning(_LABEL)},
        qualification=qualification.text("id", ""),
        need_total=need,
        tree=tree_of_areas(need_total=need, areas={name: areas.whole(name) for name in qualification.names("areas")})
        if need
        else None,
        tree_limits=tuple(
            read_limit(part, f"share-{number}") for number, part in enumerate(qualification.parts("shares"), 1)
        ),
    )
