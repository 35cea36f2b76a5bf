"""What classes keep of a person: that somebody has their timetable under a secret address."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import Table, register


def declare() -> None:
    register(
        "timetables",
        _("Timetables under a secret address"),
        [Table("classes.TimetableFeed", "person")],
        order=155,
        url_name="classes:show_own",
    )
