from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "xuecheng.coordination.staff"
    label = "staff"
    verbose_name = _("People who teach")

    def ready(self) -> None:
        from xuecheng.city.documents import places
        from xuecheng.city.rights import standing_of_request
        from xuecheng.web.menu import MenuEntry, register

        from . import evidence, handing_out, leaving, news, queries

        handing_out.declare()
        leaving.declare()
        news.register()
        places.register(evidence.PLACE)
        register(
            "more",
            MenuEntry(
                label=_("My teaching"),
                url_name="staff:show_own",
                icon="school",
                order=60,
                group="own_teaching",
                covers=("staff:keep_profile", "staff:close_own", "staff:claim_qualification"),
            ),
        )
        for entry in (
            MenuEntry(
                label=_("Teachers"),
                url_name="staff:list_teachers",
                icon="school",
                act="staff.approve_teacher",
                order=60, group="teachers",
                waiting=lambda request: [queries.teachers_waiting(standing_of_request(request))],
                covers=(
                    "staff:show_teacher", "staff:decide_teacher", "staff:find_teachers", "staff:show_structure",
                    "staff:show_sharing", "staff:draft_agreement",
                ),
            ),
            MenuEntry(
                label=_("Agreements to teach"),
                url_name="staff:list_agreements",
                icon="writing",
                act="staff.draft_agreement",
                order=65, group="teachers",
                waiting=lambda request: [queries.agreements_waiting(standing_of_request(request))],
                covers=("staff:show_agreement", "staff:move_agreement"),
            ),
            MenuEntry(
                label=_("Limits of teaching"),
                url_name="staff:set_limits",
                icon="scale",
                act="staff.set_limits",
                order=95, group="teachers",
            ),
        ):  # fmt: skip
            register("staff", entry)
