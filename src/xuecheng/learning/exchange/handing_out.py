"""What exchange keeps of a person, for the archive of one's own data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, Table, leave_out, register

from .leaving import IN_OFFICE_FIELDS


def declare() -> None:
    register(
        "exchange",
        _("Exchange of credits: requests, what was held, how they ended"),
        [Table("exchange.Case", "learner"), Table("exchange.Lot", "learner"), Table("exchange.BatchRow", "learner")],
        order=135,
        url_name="exchange:list_own",
    )
    for model, field in IN_OFFICE_FIELDS:
        leave_out(f"exchange.{model}", field, why=IN_OFFICE)
