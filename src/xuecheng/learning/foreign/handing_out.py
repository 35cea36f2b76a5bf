"""What learning from outside keeps of a person, for the archive of one's own data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, Table, leave_out, register

from .leaving import IN_OFFICE_FIELDS


def declare() -> None:
    register(
        "foreign",
        _("Learning from outside: files, what stood in them, what was decided"),
        [Table("foreign.Delivery", "learner"), Table("foreign.ForeignRecord", "learner")],
        order=137,
        url_name="foreign:list_own",
    )
    for model, field in IN_OFFICE_FIELDS:
        leave_out(f"foreign.{model}", field, why=IN_OFFICE)
