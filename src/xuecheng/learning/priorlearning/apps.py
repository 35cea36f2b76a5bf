from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PriorLearningConfig(AppConfig):
    name = "xuecheng.learning.priorlearning"
    label = "priorlearning"
    verbose_name = _("Recognition of prior learning")

    def ready(self) -> None:
        from xuecheng.city import vault
        from xuecheng.city.desk import homes
        from xuecheng.city.documents import places as documents
        from xuecheng.city.jobs import registry
        from xuecheng.city.rights import standing_of_request
        from xuecheng.web import searching
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, jobs, leaving, news, places, queries, searched, services, shell

        handing_out.declare()
        leaving.declare()
        news.register()
        searching.register(searched.SOURCE)
        documents.register(places.PLACE)
        vault.declare(vault.SealedColumn(purpose=services.PURPOSE, table="priorlearning_witness", column="sealed"))
        registry.register_routine(
            "priorlearning.tend",
            cron="7,37 * * * *",
            run=jobs.tend,
            title=_("Draws assessors where some became free, reminds, ends what is over, posts what was recognised"),
        )
        register(
            "public",
            MenuEntry(
                label=_("Recognise what you can do"),
                url_name="priorlearning:find_units",
                icon="certificate",
                order=43,
                covers=("priorlearning:show_numbers", "priorlearning:speak"),
                in_header=False,
            ),
        )
        register(
            "more",
            MenuEntry(
                label=_("My recognition"),
                url_name="priorlearning:list_own",
                icon="certificate",
                order=63,
                group="own_credit",
                covers=(
                    "priorlearning:begin",
                    "priorlearning:answer_questions",
                    "priorlearning:keep_evidence",
                    "priorlearning:show_application",
                ),
            ),
        )
        for kind in ("more", "staff"):
            register(
                kind,
                MenuEntry(
                    label=_("My assessing"),
                    url_name="priorlearning:list_work",
                    icon="checklist",
                    order=59,
                    group="recognition" if kind == "staff" else "own_teaching",
                    among=shell.assesses,
                    waiting=shell.to_do,
                    covers=("priorlearning:assess",),
                ),
            )
        homes.register_duty("priorlearning:list_work", shell.to_do)
        for entry in (
            MenuEntry(
                label=_("Applications for recognition"),
                url_name="priorlearning:list_cases",
                icon="certificate",
                act=queries.HANDLE,
                order=58,
                group="recognition",
                waiting=lambda request: [queries.applications_to_handle(standing_of_request(request))],
                covers=("priorlearning:show_application", "priorlearning:keep_assessors"),
            ),
            MenuEntry(
                label=_("Recognition for members"),
                url_name="priorlearning:list_groups",
                icon="users",
                act=queries.LODGE,
                order=60,
                group="recognition",
                covers=("priorlearning:lodge_group", "priorlearning:show_group"),
            ),
            MenuEntry(
                label=_("Centres of recognition"),
                url_name="priorlearning:keep_centres",
                icon="building-community",
                act=queries.KEEP_CENTRES,
                order=61,
                group="recognition",
                covers=("priorlearning:write_guide",),
            ),
            MenuEntry(
                label=_("How far assessors agree"),
                url_name="priorlearning:moderate",
                icon="scale",
                act=queries.MODERATE,
                order=62,
                group="recognition",
            ),
        ):
            register("staff", entry)
