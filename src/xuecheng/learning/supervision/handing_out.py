"""What supervision keeps of a person, for the archive of one's own data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, Table, leave_out, register

from .leaving import IN_OFFICE_FIELDS


def declare() -> None:
    register(
        "supervision",
        _("Credit that was looked into: notices, statements, decisions, what is missing"),
        [
            Table("supervision.Withdrawal", "learner"),
            Table("supervision.Statement", "by"),
            Table("supervision.Hearing", "withdrawal__learner"),
            Table("supervision.Appeal", "by"),
            Table("supervision.Shortfall", "learner"),
            Table("supervision.Suspicion", "learner"),
            Table("supervision.AuditItem", "learner"),
        ],
        order=136,
        url_name="supervision:list_own",
    )
    for model, field in IN_OFFICE_FIELDS:
        leave_out(f"supervision.{model}", field, why=IN_OFFICE)
