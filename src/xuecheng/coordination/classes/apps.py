from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClassesConfig(AppConfig):
    name = "xuecheng.coordination.classes"
    label = "classes"
    verbose_name = _("Classes to learn in")

    def ready(self) -> None:
        from xuecheng.web import searching
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, leaving, network, searched

        handing_out.declare()
        leaving.declare()
        network.declare()
        searching.register(searched.SOURCE)
        for kind, order in (("public", 5), ("resident", 12)):
            register(
                kind,  # type: ignore[arg-type]  # two of its kinds, as mypy does not see
                MenuEntry(
                    label=pgettext_lazy("menu", "Find a class"),
                    url_name="classes:find_classes",
                    icon="school",
                    order=order,
                    covers=("classes:show_class",),
                ),
            )
        register(
            "more",
            MenuEntry(
                label=_("My timetable"),
                url_name="classes:show_own",
                icon="calendar",
                order=61,
                group="own_learning",
                covers=("classes:make_own_feed",),
            ),
        )
        register(
            "staff",
            MenuEntry(
                label=pgettext_lazy("menu", "Classes"),
                url_name="classes:show_board",
                icon="calendar",
                act="classes.see_class",
                order=40,
                group="classes",
                covers=("classes:",),
            ),
        )
