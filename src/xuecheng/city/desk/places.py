"""The ground floor's places in the menus: the operator's rail, one's own roles, the public registers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.web.menu import MenuEntry
from xuecheng.web.menu import register as register_place

from .shell import SIGNED_IN
from .shell import waiting as shell_waiting

OPERATOR = (
    MenuEntry(label=_("Today"), url_name="desk:show_today", icon="home", act="access.see_roles", order=10),
    MenuEntry(label=_("Today"), url_name="desk:show_counter", icon="home", act="realname.verify_document", order=10),
    MenuEntry(
        label=_("Organisations"),
        url_name="organisations:list_organisations",
        icon="building-community",
        act="organisations.change_organisation",
        order=30,
        group="system",
        covers=("organisations:", "access:list_holdings", "access:grant_role", "access:end_role"),
    ),
    MenuEntry(
        label=pgettext_lazy("menu", "Roles"),
        url_name="access:list_waiting",
        icon="user-check",
        act="access.see_roles",
        order=60,
        group="system",
        waiting=shell_waiting,
        covers=(
            "access:list_expiring",
            "access:list_roles",
            "access:make_role",
            "access:show_role",
            "access:draft_role",
            "access:decide_role",
            "access:decide_holding",
            "access:list_glass",
            "access:review_glass",
            "access:break_glass",
            "access:explain",
        ),
    ),
    MenuEntry(
        label=_("People"),
        url_name="people:list_people",
        icon="users",
        act="care.record_proxy",
        order=40,
        group="people",
        covers=(
            *(
                f"people:{page}"
                for page in ("list_people", "open_account", "show_person", "change_name", "change_person")
            ),
            "people:set_password",
            "people:change_sign_in",
            "access:list_roles_of",
            "access:list_readings_of",
            "care:",
        ),
    ),
    MenuEntry(
        label=_("People"),
        url_name="people:list_people",
        icon="users",
        act="people.import_people",
        order=40,
        group="people",
        covers=("people:list_people", "people:open_account", "people:show_person"),
    ),
    MenuEntry(
        label=_("Duplicates"),
        url_name="people:list_duplicates",
        icon="users",
        act="people.decide_duplicate",
        order=42,
        group="people",
        covers=("people:list_duplicates", "people:decide_duplicate", "people:merge_person", "people:undo_merge"),
    ),
    MenuEntry(
        label=_("Divisions"),
        url_name="territories:show_city",
        icon="map-2",
        act="territories.change_territory",
        order=50,
        group="system",
        covers=("territories:", "access:list_holdings_over", "access:grant_role_over"),
    ),
    MenuEntry(label=_("Keys"), url_name="vault:show_keys", icon="key", act="vault.see_keys", order=90, group="system"),
)
OWN = (
    MenuEntry(
        label=_("My helpers"),
        url_name="care:list_helpers",
        icon="heart-handshake",
        act=SIGNED_IN,
        order=5,
        group="own_data",
    ),
    MenuEntry(
        label=_("Whom I help"), url_name="care:list_helped", icon="users", act=SIGNED_IN, order=6, group="own_data"
    ),
    MenuEntry(
        label=_("Who looked at my records"),
        url_name="access:list_own_readings",
        icon="history",
        act=SIGNED_IN,
        order=7,
        group="own_data",
    ),
    MenuEntry(
        label=_("My roles"), url_name="access:list_own", icon="user-check", act=SIGNED_IN, order=10, group="own_data"
    ),
)
PUBLIC = (
    MenuEntry(
        label=_("Organisations"),
        url_name="organisations:list_organisations",
        icon="building-community",
        order=40,
        group="system",
    ),
    MenuEntry(label=_("Divisions"), url_name="territories:show_city", icon="map-2", order=50, group="system"),
)


def register() -> None:
    """Called once, when all apps are ready."""
    for entry in OPERATOR:
        register_place("staff", entry)
    for entry in OWN:
        register_place("more", entry)
    for entry in PUBLIC:
        register_place("footer", entry)
