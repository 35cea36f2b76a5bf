"""What recognition keeps of a person, for the archive of one's own data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, Table, leave_out, register


def declare() -> None:
    register(
        "results",
        _("What became of your records"),
        [
            Table("recognition.Result", "learner"),
            Table("recognition.Posting", "learner"),
            Table("recognition.SetAside", "learner"),
            Table("recognition.Withholding", "learner"),
        ],
        order=130,
        url_name="account:see_account",
    )
    leave_out("recognition.RuleVersion", "drafted_by", "decided_by", why=IN_OFFICE)
    leave_out("recognition.DryRun", "asked_by", why=IN_OFFICE)
    leave_out("recognition.Run", "started_by", why=IN_OFFICE)
