"""What the records keep of a person, for the archive of one's own data: every version, disputes, doubles."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, Table, leave_out, register


def declare() -> None:
    register(
        "records",
        _("Learning records, in every version"),
        [Table("records.LearningRecord", "learner"), Table("records.SourceKey", "learner")],
        order=120,
        url_name="account:list_records",
    )
    register(
        "disputes",
        _("Objections and doubles"),
        [Table("records.Dispute", "learner"), Table("records.DoubleReport", "learner")],
        order=125,
        url_name="account:list_records",
    )
    leave_out("records.Dispute", "answered_by", why=IN_OFFICE)
    leave_out("records.DoubleReport", "decided_by", why=IN_OFFICE)
