"""The closed lists of volunteers' service: skills, times, trainings, categories, where the money comes from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class Skill(models.TextChoices):
    """What somebody says they can do."""

    COMPANY = "company", pgettext_lazy("volunteer skill", "keeping elders company")
    SMARTPHONE = "smartphone", pgettext_lazy("volunteer skill", "helping with smartphones")
    GUIDE = "guide", pgettext_lazy("volunteer skill", "guiding visitors")
    ORDER = "order", pgettext_lazy("volunteer skill", "keeping order at events")
    READING = "reading", pgettext_lazy("volunteer skill", "reading with children")
    TUTORING = "tutoring", pgettext_lazy("volunteer skill", "tutoring")
    FIRST_AID = "first_aid", pgettext_lazy("volunteer skill", "first aid")
    SIGN = "sign", pgettext_lazy("volunteer skill", "sign language")
    TRANSLATION = "translation", pgettext_lazy("volunteer skill", "translating")
    DRIVING = "driving", pgettext_lazy("volunteer skill", "driving")
    PHOTOGRAPHY = "photography", pgettext_lazy("volunteer skill", "taking photographs")
    REPAIR = "repair", pgettext_lazy("volunteer skill", "repairing things")


class Times(models.TextChoices):
    """When somebody usually can."""

    WEEKDAY_DAY = "weekday_day", pgettext_lazy("volunteer times", "weekdays in the daytime")
    WEEKDAY_EVENING = "weekday_evening", pgettext_lazy("volunteer times", "weekday evenings")
    WEEKEND_DAY = "weekend_day", pgettext_lazy("volunteer times", "weekends in the daytime")
    WEEKEND_EVENING = "weekend_evening", pgettext_lazy("volunteer times", "weekend evenings")


class TrainingKind(models.TextChoices):
    """Trainings that activities may ask for first (V-04)."""

    BASICS = "basics", pgettext_lazy("volunteer training", "basics of volunteering")
    FIRST_AID = "first_aid", pgettext_lazy("volunteer training", "first aid")
    ELDERS = "elders", pgettext_lazy("volunteer training", "being with elders")
    CHILDREN = "children", pgettext_lazy("volunteer training", "protection of minors")
    FIRE = "fire", pgettext_lazy("volunteer training", "fire safety")
    GUIDE = "guide", pgettext_lazy("volunteer training", "guiding in museums")
    DISASTER = "disaster", pgettext_lazy("volunteer training", "help in disasters")


class Category(models.TextChoices):
    """What an activity is about; its first letters stand in the code by which rules of recognition know it."""

    LEARNING = "xx", pgettext_lazy("volunteer activity", "help with learning")
    ELDERS = "ln", pgettext_lazy("volunteer activity", "elders")
    CHILDREN = "se", pgettext_lazy("volunteer activity", "children and families")
    CULTURE = "wh", pgettext_lazy("volunteer activity", "culture, libraries and museums")
    NEIGHBOURS = "sq", pgettext_lazy("volunteer activity", "neighbourhood")
    ENVIRONMENT = "hb", pgettext_lazy("volunteer activity", "environment")
    HEALTH = "jk", pgettext_lazy("volunteer activity", "health")
    EVENTS = "ds", pgettext_lazy("volunteer activity", "large events")
    EMERGENCY = "yj", pgettext_lazy("volunteer activity", "emergencies")


class Funding(models.TextChoices):
    """Where the money of an activity comes from (V-10)."""

    CITY = "city", pgettext_lazy("volunteer funding", "volunteer fund of the city")
    DISTRICT = "district", pgettext_lazy("volunteer funding", "volunteer fund of the district")
    STREET = "street", pgettext_lazy("volunteer funding", "street or town")
    UNIT = "unit", pgettext_lazy("volunteer funding", "the organiser's own means")
    DONATION = "donation", pgettext_lazy("volunteer funding", "donations")
    NONE = "none", pgettext_lazy("volunteer funding", "costs nothing")


CHIPS = {
    "draft": "neutral", "published": "now", "closed": "done", "cancelled": "no",
    "applied": "wait", "assigned": "info", "refused": "no", "withdrawn": "neutral", "released": "no", "serving": "now",
    "served": "done", "absent": "no", "counted": "done", "review": "wait", "registered": "done", "left": "neutral",
    "waiting": "wait", "confirmed": "done", "excellent": "done", "good": "done", "sound": "neutral", "poor": "no",
}  # fmt: skip
"""How states look on pages."""
