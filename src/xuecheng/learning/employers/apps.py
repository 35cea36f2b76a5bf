from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EmployersConfig(AppConfig):
    name = "xuecheng.learning.employers"
    label = "employers"
    verbose_name = _("Verification by employers")

    def ready(self) -> None:
        from xuecheng.city import vault
        from xuecheng.city.desk import homes
        from xuecheng.city.jobs import errands, registry
        from xuecheng.learning.badges import beside
        from xuecheng.web import searching
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, jobs, leaving, news, queries, searched, services
        from .queries.lists import PURPOSE
        from .services.verifying import TELL

        homes.register("verifier", "employers:list_lists")
        vault.declare(vault.SealedColumn(purpose=PURPOSE, table="employers_checkedlist", column="sealed"))
        handing_out.declare()
        leaving.declare()
        news.register()
        searching.register(searched.SOURCE)
        registry.register(services.CHECKED, jobs.check_list, seen_by=queries.CHECK)
        errands.register(TELL, jobs.tell_holders)
        registry.register_routine(
            "employers.tell_holders",
            cron="7-59/10 * * * *",
            run=jobs.tell_holders,
            title=_("Tells holders which organisation asked about their certificates"),
        )
        registry.register_routine(
            "employers.remove_old",
            cron="17 4 * * *",
            run=jobs.remove_old,
            title=_("Removes rows and files of lists that employers had verified, after their days"),
        )
        beside.register(
            beside.Beside(
                url_name="employers:list_consents",
                icon="shield-check",
                title=_("Who may verify my certificates"),
                words=_("Agree to an employer, see who asked"),
            )
        )
        register(
            "more",
            MenuEntry(
                label=_("Who may verify my certificates"),
                url_name="employers:list_consents",
                icon="shield-check",
                order=41,
                group="own_credit",
                covers=("employers:give_consent",),
            ),
        )
        register(
            "staff",
            MenuEntry(
                label=_("Verify a list"),
                url_name="employers:list_lists",
                icon="shield-check",
                act=queries.CHECK,
                order=60,
                group="checks",
                covers=("employers:bring", "employers:show_list"),
            ),
        )
