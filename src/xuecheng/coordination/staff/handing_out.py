"""What the pool keeps of a person, for the archive of one's own data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, Table, leave_out, register


def declare() -> None:
    register(
        "teaching",
        _("Teaching: entry, qualifications, agreements, sessions"),
        [
            Table("staff.Teacher", "person"),
            Table("staff.Qualification", "person"),
            Table("staff.Agreement", "person"),
            Table("staff.AgreementHours", "person"),
            Table("staff.Consent", "person"),
            Table("staff.TeachingSession", "person"),
        ],
        order=150,
        url_name="staff:show_own",
    )
    leave_out("staff.Teacher", "decided_by", why=IN_OFFICE)
    leave_out("staff.Qualification", "reviewed_by", why=IN_OFFICE)
    leave_out("staff.Agreement", "drafted_by", why=IN_OFFICE)
    leave_out("staff.Consent", "by", why=IN_OFFICE)
    leave_out("staff.LimitsVersion", "set_by", why=IN_OFFICE)
