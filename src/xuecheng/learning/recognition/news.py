"""What recognition tells people: learners of credit given, taken back or counted anew, officers of rules that wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.access.queries import people_who_may
from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many

from .models import RuleVersion, Run

CREDITED, TAKEN_BACK = "recognition.credit_posted", "recognition.credit_taken_back"
COUNTED_ANEW, RULE_WAITS = "recognition.credit_counted_anew", "recognition.rule_waits"
_ACCOUNT = ("account:see_account",)


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        CREDITED,
        _("New credit in your account"),
        kinds.Words(
            # Kinds of credit are never added up (C-39), so records are counted here.
            title=_("New credit in your account. Learning records that earned it: %(count)s."),
            body=_("Open your account to see which, and by which rule."),
            sms=_("There is new credit in your learning account. Sign in to see it."),
        ),
        sample={"count": 12},
        urgency="bulk",
        icon="wallet",
    )
    kinds.register(
        TAKEN_BACK,
        _("Credit was taken back"),
        kinds.Words(
            title=_("Credit that one of your records had earned was taken back."),
            body=_("Your account shows it with the reason. If it is wrong, dispute the record."),
            sms=_("Credit in your learning account was taken back. Sign in to see why."),
        ),
        sample={},
        icon="wallet",
    )
    kinds.register(
        COUNTED_ANEW,
        _("Credit was counted anew"),
        kinds.Words(
            title=_("Credit that your records had earned was counted anew."),
            body=_("Your account shows what was before and what is now, with the reason."),
            sms=_("Credit in your learning account was counted anew. Sign in to see it."),
        ),
        sample={},
        icon="wallet",
    )
    kinds.register(
        RULE_WAITS,
        _("A conversion rule waits for a decision"),
        kinds.Words(
            title=_("%(code)s version %(version)s “%(name)s” waits for your decision."),
            body=_("Somebody else drafted it. Look at its dry run before you decide."),
            sms=_("A conversion rule waits for your decision. Sign in to decide."),
        ),
        sample={"code": "R-0412", "version": 3, "name": {"zh": "社区学习活动学分转换", "en": "Community learning"}},
        act="recognition.decide_rule",
        icon="scale",
    )


def tell_credited(run: Run, records: Mapping[int, int], *, at: datetime) -> None:
    """Tell learners, by number of records that earned something in a slice of `run`; once for a run and learner."""
    key = str(run.public_id)
    tellings = [Telling(learner, key, {"count": records[learner]}, _ACCOUNT) for learner in sorted(records)]
    tell_many(CREDITED, tellings, at=at)


def tell_counted_anew(key: str, learner_ids: Iterable[int], *, at: datetime) -> None:
    """Tell learners whose credit was taken back and given by the rules as they are now."""
    tell_many(COUNTED_ANEW, [Telling(learner, key, {}, _ACCOUNT) for learner in sorted(learner_ids)], at=at)


def tell_taken_back(key: str, learner_id: int, *, at: datetime) -> None:
    """Tell a learner whose credit was taken back."""
    tell_many(TAKEN_BACK, [Telling(learner_id, key, {}, _ACCOUNT)], at=at)


def tell_rule_waits(rule: RuleVersion, *, at: datetime) -> None:
    """Tell the officers who may decide it, its author aside."""
    people = people_who_may("recognition.decide_rule", at=rule.keeper, today=clock.date_of(at))
    values = {"code": rule.code, "version": rule.version, "name": {"zh": rule.name_zh, "en": rule.name_en}}
    # Sent back and proposed again, it waits anew.
    key, about = f"{rule.public_id}/{at.isoformat()}", ("recognition:show_rule", str(rule.public_id))
    tell_many(
        RULE_WAITS,
        [Telling(person.pk, key, values, about) for person in people if person.pk != rule.drafted_by_id],
        at=at,
    )
