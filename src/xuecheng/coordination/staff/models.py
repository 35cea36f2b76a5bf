"""People who teach 师资 (I5): the one pool, what they may teach, the agreements between units, and their sessions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    BigIntegerRangeField,
    DateRangeField,
    DateTimeRangeField,
    IntegerRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.city.territories.models import Territory

_APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


def _one(name: str) -> Func:
    """A row as a range of one: && on it is equality, and needs no extension."""
    return Func(F(name), F(name), Value("[]"), function="int8range", output_field=BigIntegerRangeField())


_ALL = Func(Value(None), Value(None), function="int8range", output_field=BigIntegerRangeField())
"""The range of all: it overlaps every row's own."""


class Kind(models.TextChoices):
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


class Level(models.IntegerChoices):
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


class LimitsVersion(models.Model):
    """The numbers that a level sets (⚙) from a day on. The nearest division with a version counts, else the defaults.

    Only ever added to: what held when something was agreed can always be read.
    """

    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory"))
    begins_on = models.DateField(_("counts from"))
    values = models.JSONField(_("numbers"))
    """Name of a field of `rules.Limits` → number; what is missing keeps its default."""
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("set by"))
    why = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("limits")
        constraints: ClassVar = [
            models.UniqueConstraint(name="limits_once_a_day", fields=["territory", "begins_on"]),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=_APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.territory} {self.begins_on}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Teacher(models.Model):
    """Somebody's place in the pool: entered by the person, approved by the unit that answers for them.

    | state    | means                                     | moved by                        |
    |----------|-------------------------------------------|---------------------------------|
    | asked    | waits for the unit                        | `keep_profile` (the person)     |
    | open     | may be found, asked and assigned          | `approve_teacher`               |
    | returned | the unit says what is to be mended        | `return_teacher`                |
    | closed   | teaches no more, for now or for good      | `close_teacher` (person or unit)|
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("teacher", "waits for the unit")
        OPEN = "open", pgettext_lazy("teacher", "in the pool")
        RETURNED = "returned", pgettext_lazy("teacher", "to be mended")
        CLOSED = "closed", pgettext_lazy("teacher", "closed")

    public_id = models.UUIDField(default=uuid7, editable=False)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    kind = models.CharField(pgettext_lazy("teacher", "type"), max_length=12, choices=Kind)
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("home unit"))
    has_post = models.BooleanField(_("holds a post at the home unit"), default=False)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("starts from"))
    subjects = ArrayField(models.CharField(max_length=16, choices=Subject), verbose_name=_("subjects"))
    languages = ArrayField(models.CharField(max_length=4, choices=Language), verbose_name=_("languages"))
    travel_km = models.PositiveSmallIntegerField(_("travels up to, km"))
    sessions = models.PositiveSmallIntegerField(_("sessions a week at most"))
    is_shared = models.BooleanField(_("other units may find this entry"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    said = models.CharField(_("what the unit says"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    entered_at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("teacher")
        constraints: ClassVar = [
            models.UniqueConstraint(name="teacher_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="teacher_has_subject", condition=~Q(subjects=[])),
            models.CheckConstraint(name="teacher_teaches_something", condition=Q(sessions__range=(1, 40))),
            models.CheckConstraint(name="teacher_travels_within_reason", condition=Q(travel_km__lte=200)),
            models.CheckConstraint(
                name="teacher_open_was_decided",
                condition=~Q(state__in=["open", "returned"]) | Q(decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="teacher_approved_by_another", condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("person"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["home", "state", "-id"], name="teacher_of_unit"),
            models.Index(fields=["territory", "kind"], name="teacher_by_place"),
        ]

    def __str__(self) -> str:
        return str(self.person)

    def access_scope(self) -> Scope:
        """Its home unit, and the person whose own it is."""
        return Scope(organisation_id=self.home_id, territory_path=self.home.territory.path, person_id=self.person_id)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TeacherHours(models.Model):
    """A time of the week, in minutes from Monday 00:00: when a teacher can, or what they owe their home unit (T-04)."""

    class Use(models.TextChoices):
        FREE = "free", pgettext_lazy("hours", "can teach")
        OWED = "owed", pgettext_lazy("hours", "owed to the home unit")

    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="hours", verbose_name=_("teacher"))
    use = models.CharField(_("use"), max_length=4, choices=Use)
    minutes = IntegerRangeField(_("time of the week"))

    class Meta:
        verbose_name = _("hours of a teacher")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="teacher_hours_within_a_week",
                condition=Q(minutes__contained_by=(0, 7 * 24 * 60), minutes__isempty=False),
            ),
            # What is owed and what is free never overlap, for all uses together (T-04).
            ExclusionConstraint(
                name="teacher_hours_once",
                expressions=[(_one("teacher"), RangeOperators.OVERLAPS), ("minutes", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.use} {self.minutes}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Qualification(models.Model):
    """What entitles somebody to teach a subject up to a level, during `[issued, expires)` (T-02). Never edited.

    | state     | means                               | moved by                                        |
    |-----------|-------------------------------------|-------------------------------------------------|
    | claimed   | entered by the person               | `claim_qualification`                           |
    | confirmed | the unit saw the evidence           | `review_qualification`, never the person        |
    | refused   | the evidence does not show it       | the same                                        |
    | withdrawn | counts no more from now on          | `withdraw_qualification`: the person, the unit  |
    """

    class State(models.TextChoices):
        CLAIMED = "claimed", pgettext_lazy("qualification", "waits for review")
        CONFIRMED = "confirmed", pgettext_lazy("qualification", "confirmed")
        REFUSED = "refused", pgettext_lazy("qualification", "not confirmed")
        WITHDRAWN = "withdrawn", pgettext_lazy("qualification", "withdrawn")

    public_id = models.UUIDField()  # chosen by the caller, so that a form sent twice is one entry
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="qualifications")
    # The teacher's person, so that the database itself sees that nobody reviews their own.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    subject = models.CharField(_("subject"), max_length=16, choices=Subject)
    level = models.PositiveSmallIntegerField(_("up to level"), choices=Level)
    title = models.CharField(_("title"), max_length=120)
    issuer = models.CharField(_("issued by"), max_length=120)
    licence_number = models.CharField(_("licence number"), max_length=40, blank=True)
    needs_licence = models.BooleanField(default=False)
    during = DateRangeField(_("valid"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CLAIMED)
    reviewed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)
    finding = models.CharField(_("finding"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("qualification")
        constraints: ClassVar = [
            models.UniqueConstraint(name="qualification_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="qualification_not_empty", condition=Q(during__isempty=False)),
            models.CheckConstraint(
                name="qualification_licensed_has_number", condition=Q(needs_licence=False) | ~Q(licence_number="")
            ),
            models.CheckConstraint(
                name="qualification_reviewed_by_another",
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("person")),
            ),
            models.CheckConstraint(
                name="qualification_confirmed_was_reviewed",
                condition=~Q(state__in=["confirmed", "refused"])
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject", "level"], name="qualification_in_force", condition=Q(state="confirmed")),
        ]

    def __str__(self) -> str:
        return self.title

    def access_scope(self) -> Scope:
        return self.teacher.access_scope()


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Agreement(models.Model):
    """Somebody teaches for a unit that is not their own: 借 borrow, 聘 hire, 兼 beside the post, 转岗 transfer.

    | state     | means                                           | moved by                                    |
    |-----------|-------------------------------------------------|---------------------------------------------|
    | draft     | the receiving unit writes it                    | `draft_agreement`                           |
    | awaiting  | consents are given one after the other          | `send_agreement`, `consent_to_agreement`    |
    | in_force  | all have consented; counts during its period    | the last `consent_to_agreement`             |
    | refused   | somebody said no                                | `consent_to_agreement` with a no            |
    | withdrawn | taken back before it was in force               | `withdraw_agreement`                        |
    | recalled  | the home unit called back; ends on that day     | `recall_agreement` (borrowing)              |
    | ended     | ended before its time                           | `end_agreement`                             |
    | evaluated | over and judged; of a transfer also decided     | `evaluate_agreement`                        |

    An extension keeps the state: `extends_to` is set while its consents are awaited.
    """

    class Form(models.TextChoices):
        BORROW = "borrow", pgettext_lazy("agreement", "borrowing 借")
        HIRE = "hire", pgettext_lazy("agreement", "hire 聘")
        CONCURRENT = "concurrent", pgettext_lazy("agreement", "beside the post 兼")
        TRANSFER = "transfer", pgettext_lazy("agreement", "transfer 转岗")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("agreement", "draft")
        AWAITING = "awaiting", pgettext_lazy("agreement", "awaits consents")
        IN_FORCE = "in_force", pgettext_lazy("agreement", "in force")
        REFUSED = "refused", pgettext_lazy("agreement", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("agreement", "withdrawn")
        RECALLED = "recalled", pgettext_lazy("agreement", "recalled")
        ENDED = "ended", pgettext_lazy("agreement", "ended early")
        EVALUATED = "evaluated", pgettext_lazy("agreement", "evaluated")

    class Outcome(models.TextChoices):
        GOOD = "good", pgettext_lazy("agreement", "good")
        FAIR = "fair", pgettext_lazy("agreement", "with reservations")
        POOR = "poor", pgettext_lazy("agreement", "not good")
        FINAL = "final", pgettext_lazy("agreement", "stays at the new unit")
        BACK = "back", pgettext_lazy("agreement", "goes back to the old post")

    public_id = models.UUIDField()  # chosen by the caller, so that a form sent twice is one agreement
    form = models.CharField(_("legal form"), max_length=10, choices=Form)
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="agreements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    home = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("home unit")
    )
    """The unit that lends, approves or lets go; none for a hire."""
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("receiving unit")
    )
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory"))
    during = DateRangeField(_("period"))
    is_full_time = models.BooleanField(_("full-time"), default=False)
    weekly_minutes = models.PositiveSmallIntegerField(_("minutes a week"))
    main_minutes = models.PositiveSmallIntegerField(_("weekly minutes of the main post"), default=0)
    keeps_post = models.BooleanField(_("post at the home unit is kept"), default=False)
    recall_days = models.PositiveSmallIntegerField(_("days' notice of a recall"), default=0)
    purpose = models.CharField(_("purpose"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by"))
    extends_to = models.DateField(_("asked to be extended to"), null=True)
    round = models.PositiveSmallIntegerField(_("round of consents"), default=0)
    """0: those of the agreement itself; each asked extension begins the next."""
    was_extended = models.BooleanField(_("was extended"), default=False)
    outcome = models.CharField(_("evaluation"), max_length=8, choices=Outcome, blank=True)
    evaluation = models.CharField(_("words of the evaluation"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("agreement")
        constraints: ClassVar = [
            models.UniqueConstraint(name="agreement_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="agreement_period_not_empty", condition=Q(during__isempty=False)),
            models.CheckConstraint(
                name="agreement_home_by_form",
                condition=Q(form="hire", home__isnull=True)
                | (~Q(form="hire") & Q(home__isnull=False) & ~Q(home=F("receiver"))),
            ),
            models.CheckConstraint(
                name="agreement_only_borrowing_extends",
                condition=Q(form="borrow") | Q(extends_to__isnull=True, was_extended=False),
            ),
            models.CheckConstraint(
                name="agreement_only_borrowing_is_recalled", condition=Q(form="borrow") | ~Q(state="recalled")
            ),
            models.CheckConstraint(
                name="agreement_outcome_when_evaluated",
                condition=Q(state="evaluated", outcome__gt="") | (~Q(state="evaluated") & Q(outcome="")),
            ),
            # T-08: who is borrowed full-time is nowhere else beside the post. Each agreement beside the post is a range
            # of its own, full-time borrowing the range of all: so only the two kinds exclude each other.
            ExclusionConstraint(
                name="agreement_full_time_excludes_concurrent",
                condition=Q(state__in=["in_force", "recalled", "ended", "evaluated"])
                & (Q(form="concurrent") | Q(form="borrow", is_full_time=True)),
                expressions=[
                    (_one("person"), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                    (
                        Case(
                            When(form="borrow", then=_ALL),
                            default=_one("id"),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["receiver", "-id"], name="agreement_of_receiver"),
            models.Index(fields=["home", "-id"], name="agreement_of_home"),
            models.Index(fields=["person", "-id"], name="agreement_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.person}"

    @property
    def last_day(self) -> date:
        """The last day that counts."""
        end: date = self.during.upper
        return end - timedelta(days=1)

    def access_scope(self) -> Scope:
        """The receiving unit's, and the person's own; the home unit is asked for by itself."""
        return Scope(organisation_id=self.receiver_id, territory_path=self.territory.path, person_id=self.person_id)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AgreementHours(models.Model):
    """A time of the week that an agreement takes. Once it is in force it `counts`, and excludes others (T-08)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="hours")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    during = DateRangeField(_("period"))
    minutes = IntegerRangeField(_("time of the week"))
    counts = models.BooleanField(_("counts"), default=False)

    class Meta:
        verbose_name = _("hours of an agreement")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="agreement_hours_within_a_week",
                condition=Q(minutes__contained_by=(0, 7 * 24 * 60), minutes__isempty=False, during__isempty=False),
            ),
            ExclusionConstraint(
                name="agreement_hours_one_at_a_time",
                condition=Q(counts=True),
                expressions=[
                    (_one("person"), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                    ("minutes", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} {self.during}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Fee(models.Model):
    """A line of an agreement's table of fees: what one checked-in session of a level costs (T-06)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="fees")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    fee_fen = models.PositiveIntegerField(_("fee of a session, fen"))

    class Meta:
        verbose_name = _("fee")
        constraints: ClassVar = [
            models.UniqueConstraint(name="fee_once_a_level", fields=["agreement", "level"]),
            models.CheckConstraint(name="fee_is_something", condition=Q(fee_fen__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.level}: {self.fee_fen}"


class Consent(models.Model):
    """What one party said to an agreement or its extension, each in their own account. Only ever added to."""

    class Party(models.TextChoices):
        HOME = "home", pgettext_lazy("party", "home unit")
        PERSON = "person", pgettext_lazy("party", "the person")
        RECEIVER = "receiver", pgettext_lazy("party", "receiving unit")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="consents")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    round = models.PositiveSmallIntegerField(_("round of consents"))
    party = models.CharField(_("party"), max_length=8, choices=Party)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("said by"))
    is_given = models.BooleanField(_("given"))
    at = models.DateTimeField(_("said at"))
    words = models.CharField(_("words"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("consent")
        constraints: ClassVar = [
            models.UniqueConstraint(name="agreement_consent_once_a_party", fields=["agreement", "round", "party"]),
            models.UniqueConstraint(name="agreement_consent_one_voice_each", fields=["agreement", "round", "by"]),
            models.CheckConstraint(
                name="agreement_consent_by_the_right_one",
                condition=Q(party="person", by=F("person")) | (~Q(party="person") & ~Q(by=F("person"))),
            ),
            models.CheckConstraint(name="agreement_consent_no_has_words", condition=Q(is_given=True) | ~Q(words="")),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=_APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.party} {self.is_given}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TeachingSession(models.Model):
    """Somebody teaches at a time and place. Planned by whoever holds classes; hours and fees count when checked in.

    `origin` and `series` are the session and the class above, kept as plain data: this app knows neither.
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("session", "planned")
        TAUGHT = "taught", pgettext_lazy("session", "taught")
        RELEASED = "released", pgettext_lazy("session", "released")

    public_id = models.UUIDField()  # chosen by the caller
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    agreement = models.ForeignKey(
        Agreement, null=True, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("agreement")
    )
    """Under which it is taught; none at the home unit."""
    kind = models.CharField(pgettext_lazy("teacher", "type"), max_length=12, choices=Kind)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory"))
    place = models.CharField(_("place"), max_length=120)
    subject = models.CharField(_("subject"), max_length=16, choices=Subject)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    during = DateTimeRangeField(_("period"))
    series = models.UUIDField(null=True)
    origin = models.CharField(max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    checked_in_at = models.DateTimeField(_("checked in"), null=True)
    fee_fen = models.PositiveIntegerField(_("fee, fen"), default=0)

    class Meta:
        verbose_name = _("session of a teacher")
        constraints: ClassVar = [
            models.UniqueConstraint(name="teaching_session_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="teaching_session_not_empty", condition=Q(during__isempty=False)),
            # T-06: without checking in no hour and no fee.
            models.CheckConstraint(
                name="teaching_session_fee_only_when_taught",
                condition=Q(state="taught", checked_in_at__isnull=False)
                | (~Q(state="taught") & Q(checked_in_at__isnull=True, fee_fen=0)),
            ),
            # T-03: nobody is in two places.
            ExclusionConstraint(
                name="teaching_session_one_at_a_time",
                condition=~Q(state="released"),
                expressions=[(_one("person"), RangeOperators.OVERLAPS), ("during", RangeOperators.OVERLAPS)],
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["teacher", "-id"], name="teaching_session_of_teacher"),
            models.Index(fields=["agreement", "-id"], name="teaching_session_of_agreement"),
            models.Index(fields=["organisation", "-id"], name="teaching_session_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.during}"


def spans_of(rows: Any) -> tuple[tuple[int, int], ...]:
    """The minutes of hours' rows as plain spans, in order."""
    return tuple(sorted((row.minutes.lower, row.minutes.upper) for row in rows))
