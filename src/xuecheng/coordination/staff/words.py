"""Hours of a week and steps of agreements as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from xuecheng.web.templatetags.xc import until

from .models import Agreement, Language, Subject
from .rules import DAY, Span
from .rules.sharing import Advice

PART_WORDS: dict[str, Promise] = {
    "morning": pgettext_lazy("part of the day", "Morning, 8:30–12:00"),
    "afternoon": pgettext_lazy("part of the day", "Afternoon, 14:00–17:30"),
    "evening": pgettext_lazy("part of the day", "Evening, 19:00–21:30"),
}

FORM_MEANING: dict[str, Any] = {
    Agreement.Form.BORROW: gettext_lazy("The post and the pay stay at the home unit; for a year at most (T-05)."),
    Agreement.Form.HIRE: gettext_lazy("A contract with fees for sessions taught; for a season at most (T-06)."),
    Agreement.Form.CONCURRENT: gettext_lazy("Beside the main post, outside its hours, approved by its unit (T-07)."),
    Agreement.Form.TRANSFER: gettext_lazy("A trial first, then the new post or back to the old one (T-09)."),
}

ADVICE_WORDS: dict[Advice, Any] = {
    Advice.NOTHING_YET: gettext_lazy("Nothing was taught or planned in these weeks. Choose others above."),
    Advice.HAND_OVER: gettext_lazy(
        "Give sessions of those who stand first to the people named there: they are qualified for the subject and have "
        "nothing planned."
    ),
    Advice.LOOK_ELSEWHERE: gettext_lazy(
        "Nobody of the pool who has nothing planned is qualified for what they teach next: look for people of other "
        "units before you ask those again who stand first."
    ),
    Advice.ASK_THE_IDLE: gettext_lazy(
        "Nobody carries too much. Ask those first who may teach and have nothing planned."
    ),
    Advice.FAIR: gettext_lazy("Nobody carries too much, and everybody who may teach has something planned."),
}


def _time(minute: int) -> time:
    # The end of a day is written 23:59: no clock knows 24:00.
    return time(minute // 60, minute % 60) if minute < DAY else time(23, 59)


def span_words(one: Span) -> str:
    """Monday 9:00–11:00."""
    begins, ends = one
    said = until(_time(begins % DAY), _time((ends - 1) % DAY + 1))
    return _("%(weekday)s %(time)s") % {"weekday": WEEKDAYS[begins // DAY], "time": said}


def hours_words(hours: Iterable[Span]) -> list[str]:
    return [span_words(one) for one in sorted(hours)]


def subject_words(subjects: Iterable[str]) -> list[str]:
    return [str(Subject(one).label) for one in subjects]


def language_words(languages: Iterable[str]) -> list[str]:
    return [str(Language(one).label) for one in languages]
