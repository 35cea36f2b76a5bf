"""What teaching keeps of a person, for the archive of one's own data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, Table, leave_out, register


def declare() -> None:
    register(
        "teaching",
        _("Classes: attendance, checking in, completion"),
        [
            Table("teaching.Mark", "learner"),
            Table("teaching.Arrival", "learner"),
            Table("teaching.Decision", "learner"),
            Table("teaching.Certificate", "learner"),
            Table("teaching.HandedIn", "learner"),
            Table("teaching.Feedback", "learner"),
        ],
        order=157,
        url_name="teaching:list_own",
    )
    leave_out("teaching.Mark", "by", why=IN_OFFICE)
    leave_out("teaching.Arrival", "decided_by", why=IN_OFFICE)
    leave_out("teaching.CheckInKey", "opened_by", why=IN_OFFICE)
    leave_out("teaching.Lesson", "by", why=IN_OFFICE)
    leave_out("teaching.Assessment", "by", why=IN_OFFICE)
