"""What cards keep of a person, for the archive of one's own data. Secrets of devices are never handed out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, Table, leave_out, register

from .leaving import IN_OFFICE_FIELDS


def declare() -> None:
    register(
        "cards",
        _("Learning card: numbers, devices that show it, where it was read"),
        [
            Table("cards.Card", "account"),
            Table("cards.Device", "card__account"),
            Table("cards.Use", "card__account"),
        ],
        order=101,
        url_name="cards:keep_card",
    )
    for model, field in IN_OFFICE_FIELDS:
        leave_out(f"cards.{model}", field, why=IN_OFFICE)
