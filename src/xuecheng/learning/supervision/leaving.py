"""What becomes of supervision when a person is erased: verdicts stay under the pseudonym; words go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import CharField, Model, Q
from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.erasing import BLANKED, STAYS, Leaver, fate, hindered_by, when_erased
from xuecheng.city.refusals import Refusal

from .models import Appeal, AuditItem, Hearing, Note, Question, Shortfall, Statement, Suspicion, Withdrawal


class WithdrawalRuns(Refusal):
    message = _("It is being looked into whether a credit was given rightly; that is not decided yet.")
    remedy = _("Wait until it is decided.")


def _runs(keys: Sequence[int], at: datetime) -> None:
    del at
    open_ones = Q(state__in=Withdrawal.OPEN) | Q(appeals__state=Appeal.State.OPEN)
    if Withdrawal.objects.filter(open_ones, learner__in=keys).exists():
        raise WithdrawalRuns


_WORDS = (
    (Withdrawal, "learner", ("reason", "decision_words")),
    (Statement, "withdrawal__learner", ("words",)),
    (Hearing, "withdrawal__learner", ("words",)),
    (Appeal, "withdrawal__learner", ("words", "answer")),
    (Shortfall, "learner", ("words",)),
    (Suspicion, "learner", ("words",)),
    (Note, "suspicion__learner", ("words",)),
    (Question, "suspicion__learner", ("words", "answer")),
    (AuditItem, "learner", ("words",)),
)


def _leave(leaver: Leaver) -> None:
    """Words of officers and parties may name the person: the names go, what was decided stays."""
    for model, path, fields in _WORDS:
        for row in model._default_manager.filter(**{f"{path}__in": leaver.keys}):
            changed = []
            for name in fields:
                before = getattr(row, name)
                after = leaver.without_words(before)[: _most(model, name)]
                if after != before:
                    setattr(row, name, after)
                    changed.append(name)
            if changed:
                row.save(update_fields=changed)


def _most(model: type[Model], name: str) -> int | None:
    field = model._meta.get_field(name)
    return field.max_length if isinstance(field, CharField) else None


def declare() -> None:
    """Called from `apps.py`."""
    hindered_by(_runs)
    when_erased(_leave)
    for model in ("Withdrawal", "Suspicion", "Shortfall", "AuditItem"):
        fate(f"supervision.{model}", "learner", becomes=BLANKED)
    for model, field in IN_OFFICE_FIELDS:
        fate(f"supervision.{model}", field, becomes=STAYS)
    for model in ("Statement", "Appeal"):
        fate(f"supervision.{model}", "by", becomes=BLANKED)


IN_OFFICE_FIELDS = (
    ("Suspicion", "taken_by"),
    ("Note", "by"),
    ("Question", "asked_by"),
    ("Question", "answered_by"),
    ("Withdrawal", "opened_by"),
    ("Withdrawal", "decided_by"),
    ("Hearing", "by"),
    ("Dependent", "decided_by"),
    ("Shortfall", "ended_by"),
    ("Appeal", "decided_by"),
    ("Audit", "planned_by"),
    ("Audit", "published_by"),
    ("AuditItem", "auditor"),
)
"""Who did something in office."""
