"""What collective accounts keep of a person, for the archive of one's own data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, Table, leave_out, register

from .leaving import IN_OFFICE_FIELDS


def declare() -> None:
    register(
        "collectives",
        _("Collectives: what you belong to, asked to join and applied for"),
        [Table("collectives.Membership", "person"), Table("collectives.Collective", "applied_by")],
        order=138,
        url_name="collectives:list_own",
    )
    for model, field in IN_OFFICE_FIELDS:
        leave_out(f"collectives.{model}", field, why=IN_OFFICE)
