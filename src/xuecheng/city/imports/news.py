"""What imports tell people: whoever brought a file hears how it ended, or that it waits for their choice."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import tell

from .models import ImportFile

CHOICE_WAITS, WRITTEN, REFUSED = "imports.choice_waits", "imports.written", "imports.refused"
_ACT = "imports.bring_file"


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        CHOICE_WAITS,
        _("A file is checked and waits for your choice"),
        kinds.Words(
            title=_("%(file)s is checked and waits for your choice."),
            body=_("Rows that can be written: %(good)s. Rows to mend: %(bad)s."),
            sms=_("An import is checked and waits for your choice. Sign in to go on."),
        ),
        sample={"file": "2026年秋季课程成绩.xlsx", "good": 12860, "bad": 31},
        act=_ACT,
        icon="upload",
    )
    kinds.register(
        WRITTEN,
        _("A file is written"),
        kinds.Words(
            title=_("%(file)s is written."),
            body=_("Rows written: %(written)s. Rows to mend: %(bad)s."),
            sms=_("An import is written. Sign in to see the result."),
        ),
        sample={"file": "2026年秋季课程成绩.xlsx", "written": 12860, "bad": 31},
        act=_ACT,
        icon="upload",
    )
    kinds.register(
        REFUSED,
        _("A file cannot be read"),
        kinds.Words(
            title=_("%(file)s cannot be read."),
            body=_("Open it to see why and what to do."),
            sms=_("A file you brought cannot be read. Sign in to see why."),
        ),
        sample={"file": "2026年秋季课程成绩.xlsx"},
        act=_ACT,
        icon="upload",
    )


def tell_bringer(file: ImportFile, kind: str, *, at: datetime, **values: int) -> None:
    """Tell who brought the file, in the transaction in which its state changes; each change is a telling of its own."""
    tell(
        file.brought_by,
        kind,
        {"file": file.file_name, **values},
        key=f"{file.public_id}/{at.isoformat()}",
        at=at,
        about=("imports:show_import", str(file.public_id)),
    )
