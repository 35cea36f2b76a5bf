"""The closed lists of the pool: types of teachers, subjects, levels, languages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class TeacherKind(models.TextChoices):
    """The three types of the paper (T-01)."""

    FULL_TIME = "full_time", pgettext_lazy("teacher", "full-time, backbone")
    PART_TIME = "part_time", pgettext_lazy("teacher", "part-time, main force")
    VOLUNTEER = "volunteer", pgettext_lazy("teacher", "volunteer")


class Subject(models.TextChoices):
    """What is taught."""

    CALLIGRAPHY = "calligraphy", pgettext_lazy("subject", "calligraphy and painting")
    SINGING = "singing", pgettext_lazy("subject", "singing and choir")
    DANCE = "dance", pgettext_lazy("subject", "dance")
    OPERA = "opera", pgettext_lazy("subject", "Cantonese opera")
    CRAFTS = "crafts", pgettext_lazy("subject", "Lingnan crafts")
    TAI_CHI = "tai_chi", pgettext_lazy("subject", "tai chi and fitness")
    HEALTH = "health", pgettext_lazy("subject", "health and care")
    FIRST_AID = "first_aid", pgettext_lazy("subject", "first aid")
    SMARTPHONE = "smartphone", pgettext_lazy("subject", "smartphones and computers")
    PHOTOGRAPHY = "photography", pgettext_lazy("subject", "photography")
    LANGUAGES = "languages", pgettext_lazy("subject", "languages")
    COOKING = "cooking", pgettext_lazy("subject", "cooking")
    FAMILY = "family", pgettext_lazy("subject", "family and education")
    LAW = "law", pgettext_lazy("subject", "law and money in daily life")
    TRADES = "trades", pgettext_lazy("subject", "trades and work")


class ClassLevel(models.IntegerChoices):
    """Up to which level; whoever may teach one may teach those below."""

    BEGINNERS = 1, pgettext_lazy("class level", "beginners")
    INTERMEDIATE = 2, pgettext_lazy("class level", "intermediate")
    ADVANCED = 3, pgettext_lazy("class level", "advanced")


class Language(models.TextChoices):
    CANTONESE = "yue", pgettext_lazy("spoken", "Cantonese")
    MANDARIN = "cmn", pgettext_lazy("spoken", "Mandarin")
    HAKKA = "hak", pgettext_lazy("spoken", "Hakka")
    TEOCHEW = "tws", pgettext_lazy("spoken", "Teochew")
    ENGLISH = "eng", pgettext_lazy("spoken", "English")
    SIGN = "csl", pgettext_lazy("spoken", "sign language")
