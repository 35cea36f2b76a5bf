"""Records enter by one verb: C-11 (keys), C-13 (gates), C-83 (card numbers), C-90 (names)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from psycopg.types.range import DateRange

from city.situations import TODAY, a_person, a_stranger
from learning.records.situations import (
    NOW,
    a_desk,
    a_learner,
    an_officer,
    at_once,
    card_of,
    codes,
    outcomes,
)
from xuecheng.city.organisations.models import OrganisationStatus
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.creditbank.rules import shown_card_number
from xuecheng.learning.records import services
from xuecheng.learning.records.models import DoubleReport, LearningRecord, Source, SourceKey


def test_a_row_becomes_a_record_in_its_learners_book(db: None) -> None:
    desk, learner = a_desk(), a_learner()
    row = desk.row(learner, level="4.5", credits_local=200, evidence="https://example.org/1", term="2026年春季")

    assert outcomes(desk.enter(row)) == ["new"]

    record = LearningRecord.objects.get()
    assert (record.learner, record.book, record.version, record.is_latest) == (learner, learner.pk % 256, 1, True)
    assert (record.institution, record.record_key, record.minutes, record.grade) == (
        desk.college, row.record_key, 1920, "86",
    )  # fmt: skip
    assert (record.level, record.credits_local, record.term) == ("4.5", 200, "2026年春季")
    assert bytes(record.digest) == row.digest()
    assert (record.entered_by_id, record.entered_at, record.source) == (desk.registrar.person.pk, NOW, "import")
    assert SourceKey.objects.get().learner == learner


class TestKeys:
    """C-11: the institution's own key comes once."""

    def test_the_same_row_again_is_already_there(self, db: None) -> None:
        desk, learner = a_desk(), a_learner()
        row = desk.row(learner)
        desk.enter(row)

        assert outcomes(desk.enter(row)) == ["known"]
        assert LearningRecord.objects.count() == 1

    def test_the_same_key_with_other_content_is_a_conflict(self, db: None) -> None:
        desk, learner = a_desk(), a_learner()
        row = desk.row(learner)
        desk.enter(row)

        assert codes(desk.enter(row._replace(grade="87"))) == [["record_conflict"]]
        assert LearningRecord.objects.get().grade == "86"

    def test_the_key_of_another_learner_has_its_own_code(self, db: None) -> None:
        desk, learner = a_desk(), a_learner()
        row = desk.row(learner)
        desk.enter(row)
        other = desk.row(a_learner(), record_key=row.record_key)

        assert codes(desk.enter(other)) == [["key_of_another_learner"]]

    def test_a_certificate_number_claimed_by_another_has_its_own_code(self, db: None) -> None:
        desk = a_desk()
        number = {"record_key": "YL2026-1", "origin": "certificate", "grade": "", "grade_scale": ""}
        desk.enter(desk.row(a_learner(), **number))

        assert codes(desk.enter(desk.row(a_learner(), **number))) == [["certificate_already_claimed"]]

    def test_the_same_key_of_another_institution_is_another_record(self, db: None) -> None:
        desk, other, learner = a_desk(), a_desk(name="从化社区学院"), a_learner()
        row = desk.row(learner)

        assert outcomes(desk.enter(row)) == ["new"]
        assert outcomes(other.enter(row._replace(institution_code=other.college.code))) == ["new"]

    def test_a_row_twice_in_one_file_counts_once(self, db: None) -> None:
        desk, learner = a_desk(), a_learner()
        row = desk.row(learner)

        entered = desk.enter(row, row, row._replace(grade="60"))

        assert outcomes(entered) == ["new", "known", "refused"]
        assert codes(entered)[2] == ["key_twice_in_file"]

    def test_a_repetition_is_seen_across_the_slices_of_a_dry_run(self, db: None) -> None:
        desk, learner = a_desk(), a_learner()
        row, seen = desk.row(learner), services.Seen()

        def slice_of(entry: object) -> str:
            return services.judge(
                actor=desk.registrar, act="records.enter_record", entries=[entry], today=TODAY, seen=seen
            )[0].outcome

        assert [slice_of(one) for one in (row, row, row._replace(grade="60"))] == ["new", "known", "refused"]

    def test_what_stands_word_for_word_is_known_even_when_a_gate_has_shut_since(self, db: None) -> None:
        desk, learner = a_desk(), a_learner()
        row = desk.row(learner)
        desk.enter(row)
        learner.name = "陈丽花"
        learner.save()

        assert outcomes(desk.enter(row)) == ["known"]


class TestCorrections:
    """C-11: a correction is a new version that names the old one."""

    def test_a_row_that_names_the_version_becomes_the_next_one(self, db: None) -> None:
        desk, learner = a_desk(), a_learner()
        row = desk.row(learner)
        desk.enter(row)

        entered = desk.enter(row._replace(grade="68", replaces=1, reason="登分错误"))

        assert outcomes(entered) == ["correction"]
        old, new = LearningRecord.objects.order_by("version")
        assert (old.grade, old.is_latest, new.grade, new.is_latest) == ("86", False, "68", True)
        assert (new.replaces_id, new.reason) == (old.pk, "登分错误")

    def test_a_correction_sent_again_is_already_there(self, db: None) -> None:
        desk, learner = a_desk(), a_learner()
        row = desk.row(learner)
        correction = row._replace(grade="68", replaces=1, reason="登分错误")
        desk.enter(row)
        desk.enter(correction)

        assert outcomes(desk.enter(correction, row)) == ["known", "known"]

    @pytest.mark.parametrize(
        ("columns", "code"),
        [
            ({"replaces": 2, "reason": "登分错误"}, "not_the_latest_version"),
            ({"replaces": 1, "reason": ""}, "correction_reason_missing"),
            ({"replaces": 1, "reason": "登分错误", "record_key": "never"}, "nothing_to_correct"),
        ],
    )
    def test_a_correction_that_does_not_fit_is_refused(self, db: None, columns: dict[str, object], code: str) -> None:
        desk, learner = a_desk(), a_learner()
        row = desk.row(learner)
        desk.enter(row)

        assert codes(desk.enter(row._replace(grade="68", **columns))) == [[code]]

    def test_a_correction_cannot_give_the_record_to_somebody_else(self, db: None) -> None:
        desk, learner, other = a_desk(), a_learner(), a_learner()
        row = desk.row(learner)
        desk.enter(row)

        stolen = row._replace(person_ref=card_of(other), replaces=1, reason="姓名相同")
        assert codes(desk.enter(stolen)) == [["key_of_another_learner"]]


class TestLearners:
    """C-83: what people write for a card number; C-90: names."""

    def test_card_numbers_are_read_as_people_write_them(self, db: None) -> None:
        desk, learner = a_desk(), a_learner()
        card = card_of(learner)
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in card)

        rows = [
            desk.row(learner, person_ref=text) for text in (shown_card_number(card), f"{card[:4]}-{card[4:]}", wide)
        ]

        assert outcomes(desk.enter(*rows)) == ["new"] * 3

    def test_a_learner_is_found_by_sign_in_name_and_by_account_too(self, db: None) -> None:
        desk, learner = a_desk(), a_learner()
        account = LearningAccount.objects.get(person=learner)

        rows = [desk.row(learner, person_ref=text) for text in (learner.sign_in_name, str(account.public_id))]

        assert outcomes(desk.enter(*rows)) == ["new", "new"]

    @pytest.mark.parametrize("reference", ["4400000000000092", "nobody-at-all", "1234", ""])
    def test_an_unknown_learner_is_refused(self, db: None, reference: str) -> None:
        desk, learner = a_desk(), a_learner()

        assert codes(desk.enter(desk.row(learner, person_ref=reference))) == [["unknown_learner"]]

    def test_somebody_without_a_learning_account_is_unknown(self, db: None) -> None:
        desk, visitor = a_desk(), a_person("无卡人")
        row = desk.row(a_learner(), person_ref=visitor.sign_in_name, name="无卡人")

        assert codes(desk.enter(row)) == [["unknown_learner"]]

    def test_the_name_must_be_the_accounts(self, db: None) -> None:
        desk, learner = a_desk(), a_learner("陈丽华")

        entered = desk.enter(desk.row(learner, name="陈立华"))

        assert codes(entered) == [["name_mismatch"]]
        assert "陈丽华" not in str(entered.arrivals[0].refusals[0])

    @pytest.mark.parametrize(
        ("on_account", "in_file"),
        [
            ("买买提·吐尔逊", "买买提•吐尔逊"),
            ("买买提·吐尔逊", " 买买提・吐尔逊 "),
            ("Maria Silva", "MARIA SILVA"),
            ("陈𠮷䶮", "陈𠮷䶮"),
        ],
    )
    def test_names_of_one_person_meet_however_they_are_written(self, db: None, on_account: str, in_file: str) -> None:
        desk, learner = a_desk(), a_learner(on_account)

        assert outcomes(desk.enter(desk.row(learner, name=in_file))) == ["new"]

    def test_names_outside_the_basic_plane_survive_gb18030(self, db: None) -> None:
        desk, learner = a_desk(), a_learner("𠮷田䶮")
        name = "𠮷田䶮".encode("gb18030").decode("gb18030")

        assert outcomes(desk.enter(desk.row(learner, name=name))) == ["new"]


class TestGates:
    """C-13, both sides of each bound."""

    @pytest.mark.parametrize(
        ("columns", "code"),
        [
            ({"ended_on": TODAY}, None),
            ({"ended_on": TODAY + timedelta(days=1)}, "ends_in_future"),
            ({"started_on": date(2026, 6, 28), "minutes": 1440, "contact_minutes": None}, None),
            ({"started_on": date(2026, 6, 28), "minutes": 1441, "contact_minutes": None}, "more_than_a_day_holds"),
            ({"started_on": date(2026, 6, 29), "minutes": 60, "contact_minutes": 60}, "ends_before_it_begins"),
            ({"contact_minutes": 1920}, None),
            ({"contact_minutes": 1921}, "contact_exceeds_total"),
            ({"grade": "100"}, None),
            ({"grade": "101"}, "grade_not_in_scale"),
            ({"grade": "优"}, "grade_not_in_scale"),
            ({"grade": "优", "grade_scale": "five"}, None),
            ({"grade": "", "status": "withdrawn"}, None),
            ({"grade": "", "status": "failed"}, "grade_not_in_scale"),
            ({"grade_scale": "roman"}, "grade_scale_unknown"),
            ({"attended_sessions": 12, "held_sessions": 12}, None),
            ({"attended_sessions": 13, "held_sessions": 12}, "attended_more_than_was_held"),
            ({"valid_to": date(2026, 6, 28)}, None),
            ({"valid_to": date(2026, 6, 27)}, "expires_before_issue"),
            ({"territory_code": "440106001000"}, None),
            ({"territory_code": "999999999999"}, "territory_unknown"),
            ({"minutes": -1, "contact_minutes": None}, "minutes_negative"),
        ],
    )
    def test_a_gate_opens_or_shuts(self, db: None, columns: dict[str, object], code: str | None) -> None:
        desk = a_desk()

        entered = desk.enter(desk.row(a_learner(), **columns))

        assert codes(entered) == [[code] if code else []]
        assert LearningRecord.objects.count() == (0 if code else 1)

    def test_an_institution_reports_only_what_ended_while_it_was_active(self, db: None) -> None:
        desk, learner = a_desk(), a_learner()
        OrganisationStatus.objects.filter(organisation=desk.college).update(
            during=DateRange(date(2024, 1, 1), date(2026, 6, 28))
        )

        inside = desk.row(learner, ended_on=date(2026, 6, 27))
        on_the_last_day = desk.row(learner, ended_on=date(2026, 6, 28))

        assert codes(desk.enter(inside, on_the_last_day)) == [[], ["outside_accredited_period"]]

    def test_everything_that_is_wrong_is_said_at_once(self, db: None) -> None:
        desk = a_desk()

        entered = desk.enter(
            desk.row(a_learner(), person_ref="nobody", ended_on=date(2027, 1, 1), grade="优", contact_minutes=9999)
        )

        assert codes(entered) == [["unknown_learner", "ends_in_future", "grade_not_in_scale", "contact_exceeds_total"]]

    def test_one_bad_row_keeps_no_good_one_out(self, db: None) -> None:
        desk = a_desk()

        entered = desk.enter(desk.row(a_learner()), desk.row(a_learner(), grade="101"), desk.row(a_learner()))

        assert outcomes(entered) == ["new", "refused", "new"]


class TestRights:
    def test_rows_of_another_institution_are_refused(self, db: None) -> None:
        desk, other = a_desk(), a_desk(name="从化社区学院")

        entered = desk.enter(desk.row(a_learner(), institution_code=other.college.code))

        assert codes(entered) == [["other_institution"]]

    def test_a_registrar_of_two_bodies_brings_rows_of_both(self, db: None) -> None:
        from city.situations import holding
        from learning.records.situations import standing

        desk, other, learner = a_desk(), a_desk(name="从化社区学院"), a_learner()
        holding(desk.registrar.person, "registrar", organisation=other.college)
        both = standing(desk.registrar.person)

        entered = services.enter_records(
            actor=both,
            entries=[desk.row(learner), desk.row(learner, institution_code=other.college.code)],
            source=Source.IMPORT,
            at=NOW,
        )

        assert outcomes(entered) == ["new", "new"]

    def test_a_stranger_and_an_officer_are_refused_and_nothing_is_written(self, db: None) -> None:
        desk, learner = a_desk(), a_learner()

        for actor in (a_stranger(), an_officer(desk.district)):
            entered = services.enter_records(actor=actor, entries=[desk.row(learner)], source=Source.IMPORT, at=NOW)
            assert codes(entered) == [["other_institution"]]
            with pytest.raises(services.EntryRefused):
                services.enter_record(actor=actor, entry=desk.row(learner), at=NOW)

        assert not LearningRecord.objects.exists()
        assert not SourceKey.objects.exists()


class TestAppendOnly:
    """By privilege and by trigger."""

    @pytest.mark.parametrize(
        "statement",
        [
            "update records_learningrecord set grade = '100'",
            "delete from records_learningrecord",
            "update records_sourcekey set learner_id = 1",
            "delete from records_sourcekey",
        ],
    )
    def test_the_application_may_not_rewrite(self, db: None, statement: str) -> None:
        a_desk().record()

        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    def test_not_even_the_owner_rewrites_a_record(self, db: None, as_owner: None) -> None:
        a_desk().record()

        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("update records_learningrecord set grade = '100'")


def test_a_slice_costs_the_same_questions_whatever_its_size(db: None, django_assert_num_queries: object) -> None:
    desk, learners = a_desk(), [a_learner() for _ in range(3)]

    def rows(number: int) -> list[object]:
        return [desk.row(learners[place % 3]) for place in range(number)]

    for size in (10, 10_000):
        entries = rows(size)
        with django_assert_num_queries(12):  # type: ignore[operator]
            # Two savepoints set and released, institutions, periods, accreditations, phases, learners, keys, two COPYs.
            assert outcomes(desk.enter(*entries)) == ["new"] * size


def test_one_hand_entered_record_shows_a_double_report_at_once(db: None) -> None:
    desk, learner = a_desk(), a_learner()
    desk.record(learner, title="计算机基础（一）")

    desk.record(learner, title="计算机基础 I")

    assert DoubleReport.objects.get().learner == learner


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_identical_imports_at_once_post_once(self) -> None:
        desk = a_desk()
        rows = [desk.row(a_learner()) for _ in range(200)]

        answers = at_once(lambda: desk.enter(*rows), lambda: desk.enter(*reversed(rows)), lambda: desk.enter(*rows))

        totals = sum((Counter(outcomes(answer)) for answer in answers), Counter())
        assert totals == {"new": 200, "known": 400}
        assert LearningRecord.objects.count() == SourceKey.objects.count() == 200

    def test_of_rivals_with_one_key_one_wins_and_the_others_hear_why(self) -> None:
        desk = a_desk()
        rows = [desk.row(a_learner(), record_key="K-1") for _ in range(4)]

        answers = at_once(*[lambda row=row: desk.enter(row) for row in rows])

        assert Counter(code for answer in answers for (code,) in [tuple(codes(answer)[0]) or ("",)]) == {
            "": 1,
            "key_of_another_learner": 3,
        }
        assert LearningRecord.objects.count() == 1

    def test_of_two_corrections_at_once_one_is_the_next_version(self) -> None:
        desk, learner = a_desk(), a_learner()
        row = desk.row(learner)
        desk.enter(row)
        corrections = [row._replace(grade=grade, replaces=1, reason="登分错误") for grade in ("61", "62")]

        answers = at_once(*[lambda one=one: desk.enter(one) for one in corrections])

        assert sorted(code for answer in answers for code in codes(answer)[0]) == ["not_the_latest_version"]
        assert sorted(LearningRecord.objects.values_list("version", flat=True)) == [1, 2]
