from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class IdentityConfig(AppConfig):
    name = "xuecheng.city.identity"
    label = "identity"
    verbose_name = _("Identity")

    def ready(self) -> None:
        from xuecheng.city import vault
        from xuecheng.city.jobs import registry
        from xuecheng.city.notices import addresses
        from xuecheng.city.people import duplicates, hooks
        from xuecheng.web import providers
        from xuecheng.web.menu import MenuEntry, register

        from . import ending, jobs, messages, queries, receivers
        from .services import accounts, contacts, sessions

        receivers.connect()
        providers.set_until(ending.until)
        hooks.guard_password(accounts.refuse_if_ways_of_their_own)
        hooks.when_sign_in_ends(lambda person: sessions.end_sessions(person=person))
        vault.declare(
            vault.SealedColumn(
                purpose=queries.CONTACT, table="identity_contactpoint", column="sealed", look_up="look_up"
            )
        )
        vault.declare(vault.SealedColumn(purpose=queries.CHALLENGE, table="identity_challenge", column="sealed"))
        vault.declare(vault.SealedColumn(purpose=queries.FACTOR, table="identity_factorsecret", column="sealed"))
        messages.register_all()
        addresses.register(queries.notified_addresses, bounced=contacts.note_bounce)
        duplicates.register_sign("phone", weight=30, label=_("same phone number"), pairs=queries.same_phones)
        registry.register_routine(
            "identity.tidy",
            cron="17 * * * *",
            run=jobs.tidy,
            title=_("Forgets old codes, limits, sessions and sign-ins"),
        )
        register(
            "staff",
            MenuEntry(
                label=pgettext_lazy("menu", "Open an account"),
                url_name="identity:open_at_counter",
                icon="user-plus",
                act="identity.open_account",
                order=45,
                group="people",
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
                group="own_data",
                covers=("identity:", "mfa_", "account_change_password", "account_reauthenticate"),
            ),
        )
