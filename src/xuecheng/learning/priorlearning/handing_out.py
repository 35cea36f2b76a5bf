"""What recognising prior learning keeps of a person, for the archive of one's own data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, Table, leave_out, register

from .leaving import IN_OFFICE_FIELDS


def declare() -> None:
    register(
        "priorlearning",
        _("Recognition of prior learning: applications, units, what was decided"),
        [
            Table("priorlearning.Application", "learner"),
            Table("priorlearning.Claim", "learner"),
            Table("priorlearning.Member", "person"),
            Table("priorlearning.Tie", "learner"),
        ],
        order=136,
        url_name="priorlearning:list_own",
    )
    for model, field in IN_OFFICE_FIELDS:
        leave_out(f"priorlearning.{model}", field, why=IN_OFFICE)
