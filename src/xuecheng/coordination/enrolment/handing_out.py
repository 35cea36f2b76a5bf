"""What enrolment keeps of a person, for the archive of one's own data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, Table, leave_out, register


def declare() -> None:
    register(
        "enrolment",
        _("Classes: enrolments, charges and payments"),
        [
            Table("enrolment.Enrolment", "person"),
            Table("enrolment.Charge", "person"),
            Table("enrolment.Movement", "person"),
        ],
        order=155,
        url_name="enrolment:list_own",
    )
    leave_out("enrolment.Movement", "by", why=IN_OFFICE)
    leave_out("enrolment.CashDay", "closed_by", why=IN_OFFICE)
