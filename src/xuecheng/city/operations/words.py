"""What the points of the installation are called on a page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.refusals import Text

TITLES: dict[str, Text] = {
    "settings": pgettext_lazy("point", "Settings"),
    "second factor": _("Second factor of staff"),
    "proxy": pgettext_lazy("point", "Proxy in front"),
    "certificate": _("Certificate of the site"),
    "database": pgettext_lazy("point", "Database"),
    "rights": _("Rights in the database"),
    "migrations": _("State of the schema"),
    "assets": _("Styles and icons"),
    "languages": _("Languages of the pages"),
    "fonts": pgettext_lazy("point", "Fonts"),
    "disk": pgettext_lazy("point", "Disk"),
    "clock": pgettext_lazy("point", "Clock"),
    "keys": pgettext_lazy("point", "Keys"),
    "workers": pgettext_lazy("point", "Workers"),
    "queue": pgettext_lazy("point", "Queue"),
    "outbox": pgettext_lazy("point", "Outbox"),
    "seals": _("Seals of the ledger"),
    "orphans": _("Records without a person or institution"),
    "files": _("Files of documents"),
    "scanner": _("Malware scanner"),
    "calendar": _("Calendar of working days"),
    "backup": pgettext_lazy("point", "Backups"),
    "drill": pgettext_lazy("point", "Restore drill"),
    "log archive": pgettext_lazy("point", "Archive of the database's log"),
}

QUEUES: dict[str, Text] = {
    "jobs": pgettext_lazy("queue", "Long jobs"),
    "routines": pgettext_lazy("queue", "What recurs by the clock"),
    "now": pgettext_lazy("queue", "Sign-in codes"),
    "normal": pgettext_lazy("queue", "Other messages"),
}


def queue_title(name: str) -> str:
    """What a queue is for, in the reader's language."""
    return str(QUEUES.get(name, name))


def title_of(what: str) -> str:
    """The point's title in the reader's language; one that no release knew is called by its name."""
    return str(TITLES.get(what, what))
