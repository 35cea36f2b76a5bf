from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "xuecheng.city.webhooks"
    label = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        from xuecheng.city.jobs import registry
        from xuecheng.web import menu

        from . import jobs, secrets_kept

        secrets_kept.declare()
        registry.register(jobs.JOB, jobs.deliver, seen_by="webhooks.see_subscription")
        registry.register_routine(
            "webhooks.look",
            cron="* * * * * */5",
            run=jobs.look_for_due,
            title=_("Starts the sending of webhooks that are due"),
        )
        registry.register_routine(
            "webhooks.sweep", cron="40 3 * * *", run=jobs.sweep, title=_("Forgets webhooks delivered long ago")
        )
        menu.register(
            "staff",
            menu.MenuEntry(
                label=_("Webhooks"),
                url_name="webhooks:list_subscriptions",
                icon="upload",
                act="webhooks.see_subscription",
                order=86,
                group="system",
                covers=("webhooks:",),
            ),
        )
