from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class IdentityConfig(AppConfig):
    name = "xuecheng.city.identity"
    label = "identity"
    verbose_name = _("Identity")

    def ready(self) -> None:
        from xuecheng.city.jobs import registry  # noqa: PLC0415  # needs loaded apps
        from xuecheng.city.people import hooks  # noqa: PLC0415
        from xuecheng.web.menu import MenuEntry, register  # noqa: PLC0415

        from . import jobs, receivers  # noqa: PLC0415
        from .services import accounts, sessions  # noqa: PLC0415

        receivers.connect()
        hooks.guard_password(accounts.refuse_if_ways_of_their_own)
        hooks.when_sign_in_ends(lambda person: sessions.end_sessions(person=person))
        registry.register_routine("identity.tidy", cron="17 * * * *", run=jobs.tidy)
        register(
            "staff",
            MenuEntry(
                label=pgettext_lazy("menu", "Open an account"),
                url_name="identity:open_at_counter",
                icon="user-plus",
                act="identity.open_account",
                order=45,
            ),
        )
        register(
            "more",
            MenuEntry(
                label=_("Sign-in and security"),
                url_name="identity:show_security",
                icon="shield-check",
                act="signed_in",
                order=20,
                covers=("identity:", "mfa_", "account_change_password", "account_reauthenticate"),
            ),
        )
