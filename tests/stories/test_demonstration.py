"""The demonstration city: every state that a page can show is there, and loading again changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import models

from xuecheng.city import clock
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.access.queries import standing_of
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.organisations.models import OrganisationStatus
from xuecheng.city.people.models import Person
from xuecheng.config.demo.classes import COLLEGES as CLASSES_AT
from xuecheng.config.demo.load import load
from xuecheng.config.demo.people import card_number_of
from xuecheng.config.demo.plan import SIZES
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.colleges.models import College, StandardEvidence
from xuecheng.coordination.courses.models import CourseVersion
from xuecheng.coordination.enrolment.models import Charge, Enrolment, Lottery
from xuecheng.coordination.teaching.models import Certificate, Decision, Feedback, Lesson, Mark
from xuecheng.coordination.volunteers.models import Activity, Assignment, Award, Evaluation, LateEntry, Service
from xuecheng.learning.cards.models import Card
from xuecheng.learning.credentials.models import Transcript
from xuecheng.learning.credentials.services import answer_code
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.employers.models import RowAnswer
from xuecheng.learning.exchange import queries as exchange
from xuecheng.learning.exchange.models import Agreement, Appeal, BatchRow, Case, ClearingPeriod
from xuecheng.learning.priorlearning.models import Assignment as Drawn
from xuecheng.learning.priorlearning.queries import duties_of
from xuecheng.learning.recognition.models import Posting, Result, RuleVersion
from xuecheng.learning.records.models import Dispute, DoubleReport, LearningRecord
from xuecheng.learning.redemption.models import Handing, Redemption
from xuecheng.learning.supervision.models import Audit, Withdrawal
from xuecheng.learning.transfers.models import Gift, Kinship

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SHOWN: tuple[tuple[type[models.Model], str, set[str]], ...] = (
    (Dispute, "state", {"open", "upheld", "corrected", "dropped"}),
    (DoubleReport, "state", {"open", "same", "different"}),
    (Result, "state", {"credited", "refused", "carried", "reversed"}),
    (RuleVersion, "state", {"draft", "proposed", "rejected", "approved", "ended"}),
    (UnitVersion, "state", {"draft", "published", "rejected"}),
    (CourseClass, "state", {"draft", "open", "running", "settled"}),
    (CourseVersion, "state", {"draft", "in_review", "returned", "approved", "retired"}),
    (Enrolment, "state", {"enrolled", "waiting", "offered", "completed", "withdrawn"}),
    (Charge, "state", {"due", "settled"}),
    (Lottery, "step", {"drawn"}),
    (ImportFile, "state", {"checked", "written", "refused"}),
    (OrganisationStatus, "state", {"active", "suspended", "closed"}),
    (LearningRecord, "status", {"passed", "failed", "withdrawn"}),
    (College, "level", {"city", "district", "street", "point"}),
    (StandardEvidence, "state", {"given", "accepted", "refused"}),
    (Activity, "state", set(Activity.State)),
    (Assignment, "state", set(Assignment.State)),
    (Service, "state", {"counted", "review"}),
    (LateEntry, "state", set(LateEntry.State)),
    (Evaluation, "mark", {"excellent", "good", "sound"}),
    (Agreement, "state", set(Agreement.State)),
    (Case, "state", {"earmarked", "settled", "refused", "lapsed", "withdrawn"}),
    (Appeal, "state", {"open", "granted"}),
    (ClearingPeriod, "state", {"closed"}),
    (Card, "state", set(Card.State)),
    (Redemption, "state", set(Redemption.State)),
    (Redemption, "because", {"", "learner", "provider", "clock"}),
    (Handing, "way", {"out", "back"}),
    (Withdrawal, "state", {"opened", "noticed", "heard", "withdrawn", "closed"}),
    (Audit, "state", {"planned", "published"}),
    (Gift, "state", {"offered", "accepted", "declined"}),
    (Kinship, "kind", {"parent", "sibling"}),
    (RowAnswer, "answer", set(RowAnswer.Answer)),
)


def states(kind: type[models.Model], field: str) -> set[str]:
    return set(kind._default_manager.values_list(field, flat=True))


def test_a_small_city_shows_every_state_and_is_loaded_once(
    transactional_db: None, settings: Any, tmp_path: Path
) -> None:
    settings.FILES_ROOT = tmp_path
    counts = load(size="small", report=lambda *_: None)
    assert counts["records"] >= 2000
    for kind, field, wanted in SHOWN:
        assert wanted <= states(kind, field), kind.__name__
    assert set(Result.objects.values_list("reason", flat=True)) >= {"correction_waits", "told_twice", "same_learning"}
    assert Posting.objects.exclude(reverses=None).count() >= 3
    # From the room to credit: classes that are over are decided, their records written and credited; those that run have lists.
    assert set(Decision.objects.values_list("is_complete", flat=True)) == {True, False}
    of_classes = LearningRecord.objects.filter(source="class", is_latest=True)
    assert of_classes.count() == Decision.objects.filter(is_complete=True).count()
    assert Result.objects.filter(record_id__in=of_classes.values("pk"), state="credited").count() >= 10
    assert Mark.objects.filter(session__course_class__state="running").exists()
    for college in CLASSES_AT:
        found = set(CourseClass.objects.filter(host__code=f"{college}-SQXY").values_list("state", flat=True))
        assert found >= {"settled", "running", "open"}, college
    assert Certificate.objects.count() == Decision.objects.filter(is_complete=True).count()
    assert Lesson.objects.exclude(homework="").exists()
    assert Feedback.objects.exists()
    of_service = LearningRecord.objects.filter(source="service", role="volunteer", status="passed", is_latest=True)
    assert Result.objects.filter(record_id__in=of_service.values("pk"), state__in=["credited", "carried"]).count() >= 5
    standing = {one.withdrawn_at is None for one in Award.objects.all()}
    assert standing == {True, False}
    assert BatchRow.objects.exclude(case=None).exists()
    agreements_are_seen_in_every_list()
    assert RoleHolding.objects.exclude(during__endswith=None).exists()
    for name in ("xu.wenjing", "su.weiqiang", "zheng.xiulan"):
        viewer = standing_of(Person.objects.get(sign_in_name=name), today=clock.today())
        duties = duties_of(viewer, at=clock.now())
        assert all((duties.opinions, duties.meetings, duties.minutes)), f"{name} has nothing to do"
    seconds = Drawn.objects.filter(place=2, application__group__isnull=False, ended_at=None)
    assert seconds.exists(), "some of a group are looked at twice"
    held = [answer_code(text=one.code) for one in Transcript.objects.order_by("pk")]
    assert [bool(answer and answer.changes) for answer in held] == [True, False]
    file = ImportFile.objects.get(state="checked")
    assert (file.good_count, file.bad_count) == (4, 5)

    models_ = [kind for kind, _field, _wanted in SHOWN] + [Posting, Transcript, RoleHolding]
    before = [kind._default_manager.count() for kind in models_]
    load(size="small", report=lambda *_: None)
    assert [kind._default_manager.count() for kind in models_] == before


def agreements_are_seen_in_every_list() -> None:
    """What waits for the registrars who sign in and for the officers; sent back by either; ended soon, and over."""
    today = clock.today()
    waits = {
        name: exchange.agreements_waiting(standing_of(Person.objects.get(sign_in_name=name), today=today)).count()
        for name in ("ye.zhiheng", "huang.xiaotong", "ou.yongyi")
    }
    assert waits == {"ye.zhiheng": 1, "huang.xiaotong": 1, "ou.yongyi": 1}
    rejected = Agreement.objects.filter(state="rejected").exclude(decision_reason="")
    signed = [not one.parties.filter(signed_by=None).exists() for one in rejected]
    assert sorted(signed) == [False, True]
    ended = Agreement.objects.filter(state="ended").exclude(ended_because="").values_list("effect_to", flat=True)
    assert sorted(on > today for on in ended if on) == [False, True]


def test_no_two_of_a_million_have_one_card() -> None:
    """Drawn from a seed, so that it is the same city each time: what meets once meets always."""
    count = max(SIZES.values())
    assert len({card_number_of(number) for number in range(count)}) == count
