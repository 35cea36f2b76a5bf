from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CoursesConfig(AppConfig):
    name = "xuecheng.coordination.courses"
    label = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from xuecheng.city.documents import places
        from xuecheng.city.imports import kinds as imported
        from xuecheng.city.rights import standing_of_request
        from xuecheng.web import searching
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, kinds, leaving, materials, news, queries, searched

        handing_out.declare()
        leaving.declare()
        news.register()
        places.register(materials.PLACE)
        imported.register(kinds.KIND)
        searching.register(searched.SOURCE)
        for kind, order in (("public", 10), ("resident", 15)):
            register(
                kind,  # type: ignore[arg-type]  # two of its kinds, as mypy does not see
                MenuEntry(
                    label=pgettext_lazy("menu", "Courses"),
                    url_name="courses:list_courses",
                    icon="book",
                    order=order,
                    covers=("courses:show_course",),
                ),
            )
        register(
            "staff",
            MenuEntry(
                label=pgettext_lazy("menu", "Our courses"),
                url_name="courses:list_kept",
                icon="books",
                act=queries.WRITE,
                order=42, group="classes",
                waiting=lambda request: [queries.returned_to(standing_of_request(request))],
                covers=(
                    "courses:find_shared", "courses:write_course", "courses:draft_version", "courses:edit_version",
                    "courses:show_version", "courses:copy_course",
                ),
            ),
        )  # fmt: skip
        register(
            "staff",
            MenuEntry(
                label=pgettext_lazy("menu", "Courses to review"),
                url_name="courses:list_reviews",
                icon="books",
                act=queries.REVIEW,
                order=35,
                group="classes",
                waiting=lambda request: [queries.reviews(standing_of_request(request)).select_related(None)],
                covers=("courses:show_version", "courses:list_kept"),
            ),
        )
