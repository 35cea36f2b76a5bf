"""What the credit bank keeps of a person, for the archive of one's own data. Balances come with the statement."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, Table, leave_out, register


def declare() -> None:
    register(
        "learning_account",
        _("Learning account"),
        [Table("creditbank.LearningAccount", "person")],
        order=100,
        url_name="account:see_account",
    )
    leave_out("creditbank.UnitVersion", "drafted_by", "decided_by", why=IN_OFFICE)
    leave_out("creditbank.LedgerCheck", "asked_by", why=IN_OFFICE)
