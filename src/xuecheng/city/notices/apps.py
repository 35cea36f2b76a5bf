from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NoticesConfig(AppConfig):
    name = "xuecheng.city.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from xuecheng.city import vault
        from xuecheng.city.jobs import errands, registry
        from xuecheng.web.menu import MenuEntry, register

        from . import delivering, jobs, kinds, sealing, services, shell

        vault.declare(
            vault.SealedColumn(purpose=sealing.PURPOSE, table="notices_message", column="sealed", row="message_id")
        )
        errands.register(services.DELIVER, jobs.deliver)
        kinds.register_template(
            delivering.DIGEST, _("Digest"), kinds.Words(title=_("News for you: %(count)s")), sample={"count": 12}
        )
        registry.register_routine(
            jobs.LOOK, cron="* * * * * */5", run=jobs.look, title=_("Starts the sending of messages that are due")
        )
        registry.register_routine(
            jobs.BUNDLE, cron="*/5 * * * *", run=jobs.bundle, title=_("Gathers notices into digests")
        )
        registry.register_routine(
            jobs.FORGET, cron="10 4 * * *", run=jobs.forget, title=_("Deletes old notices and messages")
        )
        register(
            "tool",
            MenuEntry(
                label=pgettext_lazy("menu", "Notices"),
                url_name="notices:list_notices",
                icon="bell",
                act="signed_in",
                waiting=shell.unread,
                covers=("notices:list_notices", "notices:open_notice", "notices:choose"),
            ),
        )
        register(
            "staff",
            MenuEntry(
                label=pgettext_lazy("menu", "Outbox"),
                url_name="notices:list_messages",
                icon="send",
                act="notices.see_outbox",
                order=85,
                group="system",
                waiting=shell.failed,
            ),
        )
