"""To whom somebody agreed and who asked, for the archive of one's own data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, Table, leave_out, register

from .leaving import IN_OFFICE_FIELDS


def declare() -> None:
    register(
        "employers",
        _("Organisations to which you agreed, and who asked about your certificates"),
        [Table("employers.Consent", "learner"), Table("employers.Inquiry", "learner")],
        order=142,
        url_name="employers:list_consents",
    )
    for model, field in IN_OFFICE_FIELDS:
        leave_out(f"employers.{model}", field, why=IN_OFFICE)
