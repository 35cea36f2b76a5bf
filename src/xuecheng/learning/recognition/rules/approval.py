"""What a rule needs before it counts: another officer, and a dry run that still says what it said (C-17, C-31)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

# Ours: a dry run of a hundred records is still good at a hundred and one.
_GROWTH_PERCENT = 1


class ApproverIsAuthor(Refusal):
    message = _("Who drafted a rule may not approve it.")
    remedy = _("Ask another officer of the certification body.")


class DryRunMissing(Refusal):
    message = _("This rule has no dry run of its present wording.")
    remedy = _("Run it over the existing records first, and look at what it would do.")


class DryRunStale(Refusal):
    message = _("Since the dry run the records grew from %(records_then)s to %(records_now)s.")
    remedy = _("Repeat the dry run, and look at what changed.")


def check_approver(*, drafted_by: str, approved_by: str) -> None:
    """Author and approver are two persons (C-17). Raises `ApproverIsAuthor`."""
    if drafted_by == approved_by:
        raise ApproverIsAuthor


def check_dry_run(*, seen: str | None, current: str, records_then: int, records_now: int) -> None:
    """The dry run that was looked at is the rule's own and not stale (C-31).

    `seen` is the digest of the wording that was run, `current` that of the rule as it stands. Raises `DryRunMissing`,
    and `DryRunStale` once the records grew by more than 1 %.
    """
    if seen is None or seen != current:
        raise DryRunMissing
    if (records_now - records_then) * 100 > records_then * _GROWTH_PERCENT:
        raise DryRunStale(records_then=records_then, records_now=records_now)
