"""What redemption keeps of a person, for the archive of one's own data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, Table, leave_out, register

from .leaving import IN_OFFICE_FIELDS


def declare() -> None:
    register(
        "redemption",
        _("Redemptions: what was reserved, handed out, granted and given back"),
        [
            Table("redemption.Redemption", "learner"),
            Table("redemption.Handing", "person"),
            Table("redemption.Allocation", "learner"),
            Table("redemption.Part", "learner"),
        ],
        order=136,
        url_name="redemption:list_own",
    )
    for model, field in IN_OFFICE_FIELDS:
        leave_out(f"redemption.{model}", field, why=IN_OFFICE)
