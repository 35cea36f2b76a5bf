from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MyDataConfig(AppConfig):
    name = "xuecheng.city.mydata"
    label = "mydata"
    verbose_name = _("My data")

    def ready(self) -> None:
        from xuecheng.city import vault
        from xuecheng.city.jobs import registry
        from xuecheng.city.notices import consents, kinds
        from xuecheng.web.menu import MenuEntry, register

        from . import ground, jobs, leaving, purposes, queries, services, shell

        ground.declare()
        leaving.declare()
        vault.declare(
            vault.SealedColumn(purpose=services.KEY, table="mydata_archive", column="key_sealed", per_owner=True)
        )
        consents.register(queries.who_gave)
        registry.register(services.MAKE_JOB, jobs.make_archive)
        registry.register_routine(
            jobs.REMOVE,
            cron="25 * * * *",
            run=jobs.remove_expired,
            title=_("Removes archives of people’s own data whose days are over"),
        )
        registry.register_routine(
            jobs.CARRY_OUT,
            cron="35 * * * *",
            run=jobs.carry_out_erasures,
            title=_("Erases people who asked for it, once they can take it back no more"),
        )
        kinds.register(
            services.ERASURE_WAITS,
            _("You asked to be erased"),
            kinds.Words(
                title=_("Your account and what identifies you will be erased"),
                body=_("Until %(until)s you can take it back on the page “My data”. If it was not you, do so at once."),
                sms=_("Your account will be erased. Until %(until)s you can take it back on the page My data."),
            ),
            sample={"until": {"zh": "2026-12-08 09:00", "en": "8 December 2026 09:00"}},
            channels=("email", "sms"),
            may_be_switched_off=False,
            icon="alert-triangle",
        )
        kinds.register(
            services.ERASURE_TAKEN,
            _("You stay"),
            kinds.Words(
                title=_("The wish to be erased is taken back"),
                body=_("Nothing was erased. Your account stays as it is."),
                sms=_("The wish to be erased is taken back. Your account stays."),
            ),
            sample={},
            channels=("email",),
            icon="check",
        )
        kinds.register(
            services.ERASURE_REFUSED,
            _("You could not be erased"),
            kinds.Words(
                title=_("You could not be erased"),
                body=_("%(why)s When that is done, ask again on the page “My data”."),
                sms=_("You could not be erased. Read why on the page “My data”."),
            ),
            sample={"why": {"zh": "您的一份文件因法定原因须保留。", "en": "A document is kept for a legal reason."}},
            channels=("email", "sms"),
            icon="alert-triangle",
        )
        kinds.register(
            "mydata.archive_ready",
            _("Your archive is ready"),
            kinds.Words(
                title=_("The archive of your data is ready"),
                body=_("You find it on the page “My data” for %(days)s days."),
                sms=_("The archive of your data is ready: page “My data”."),
            ),
            sample={"days": 7},
            icon="download",
        )
        kinds.register(
            "mydata.request_answered",
            _("A request about your data is answered"),
            kinds.Words(
                title=_("Your request about your data is answered"),
                body=_("You find the answer on the page “My data”."),
                sms=_("Your request about your data is answered: page “My data”."),
            ),
            sample={},
            channels=("email", "sms"),
            icon="message",
        )
        kinds.register(
            "mydata.new_classes",
            _("New classes that may suit you"),
            kinds.Words(
                title=_("A new class near you: %(class)s"),
                body=_("You agreed to hear of new classes. You can withdraw that on the page “My data”."),
                sms=_("A new class near you: %(class)s"),
            ),
            sample={"class": {"zh": "智能手机入门（周三班）", "en": "First steps with a smartphone"}},
            urgency="bulk",
            purpose=purposes.NEW_CLASSES,
            icon="school",
        )
        register(
            "more",
            MenuEntry(
                label=pgettext_lazy("menu", "My data"),
                url_name="mydata:show",
                icon="shield-check",
                act="signed_in",
                order=25,
                group="own_data",
                covers=("mydata:show", "mydata:ask_archive", "mydata:consents", "mydata:ask", "mydata:ask_erasure"),
            ),
        )
        register(
            "staff",
            MenuEntry(
                label=pgettext_lazy("menu", "Requests about data"),
                url_name="mydata:list_requests",
                icon="shield-check",
                act="mydata.answer_request",
                order=88,
                group="people",
                waiting=shell.overdue,
                covers=("mydata:list_requests", "mydata:answer_request"),
            ),
        )
        register(
            "staff",
            MenuEntry(
                label=pgettext_lazy("menu", "Erasures"),
                url_name="mydata:list_erasures",
                icon="user-check",
                act="mydata.open_erasure",
                order=89,
                group="people",
                waiting=shell.to_confirm,
                covers=("mydata:list_erasures", "mydata:show_erasure", "mydata:open_erasure"),
            ),
        )
