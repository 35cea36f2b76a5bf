"""What giving keeps of a person, for the archive of one's own data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, Table, leave_out, register

from .leaving import IN_OFFICE_FIELDS


def declare() -> None:
    register(
        "transfers",
        _("Points within the family: what you gave and were given"),
        [
            Table("transfers.Gift", "giver"),
            Table("transfers.Gift", "receiver"),
            Table("transfers.Kinship", "one"),
            Table("transfers.Kinship", "other"),
        ],
        order=137,
        url_name="transfers:list_own",
    )
    leave_out(
        "transfers.Kinship",
        "ended_by",
        why=_("One of the two of the relation, which is handed out to both already, or a clerk in office."),
    )
    for model, field in IN_OFFICE_FIELDS:
        leave_out(f"transfers.{model}", field, why=IN_OFFICE)
