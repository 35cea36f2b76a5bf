from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "xuecheng.city.desk"
    label = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from xuecheng.city.jobs import registry
        from xuecheng.city.vault import registry as vault
        from xuecheng.web import providers

        from . import homes, jobs, news, places, shell

        providers.set_person_provider(shell.person)
        providers.set_allowed(shell.allowed)
        providers.set_installation(shell.installation)
        homes.register("operator", "desk:show_today")
        homes.register("counter_clerk", "desk:show_counter")
        homes.register("data_protection_officer", "desk:show_today")
        registry.register(jobs.SEAL_ANEW, jobs.seal_anew, seen_by="vault.see_keys")
        registry.register_routine(
            "people.find_duplicates",
            cron="40 2 * * *",
            run=jobs.find_duplicates,
            title=_("Looks for accounts that may be one person’s"),
        )
        registry.register_routine(
            "vault.care_for_keys",
            cron="20 3 * * *",
            run=jobs.care_for_keys,
            title=_("Destroys keys that no row has used for long"),
        )
        vault.set_background(jobs.start_sealing_anew)
        registry.register_routine(
            "city.turn_of_day",
            cron="*/5 * * * *",
            run=jobs.turn_of_day,
            title=_("Puts changes of divisions and organisations into force on their day"),
        )
        news.connect()
        places.register()
