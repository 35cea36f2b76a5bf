"""The calendar as owned data: shipped years, files that extend it, and who may bring them."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from city.situations import TODAY, a_person, a_registrar, an_operator, an_organisation, holding, small_city
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.imports import services as imports
from xuecheng.city.imports import work
from xuecheng.city.imports.files import Format, write_template
from xuecheng.city.imports.kinds import kind_named
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import Denied
from xuecheng.city.workdays import commands, queries, rules, services
from xuecheng.city.workdays.models import SpecialDay
from xuecheng.city.workdays.services import Day

from city.imports.toy import NOW  # isort: skip

HEADING = "日期,类型,节日,状态,依据\r\n"
NOTICE = "测试用通知"
YEAR_2030 = [
    ("2030-01-01", "休息", "元旦"), ("2030-02-03", "休息", "春节"), ("2030-02-04", "休息", "春节"),
    ("2030-02-09", "上班", "春节"), ("2030-04-05", "休息", "清明节"), ("2030-05-01", "休息", "劳动节"),
    ("2030-06-05", "休息", "端午节"), ("2030-09-12", "休息", "中秋节"), ("2030-10-01", "休息", "国庆节"),
]  # fmt: skip


def a_file(rows: list[tuple[str, str, str]], state: str = "已公布", source: str = NOTICE) -> bytes:
    return (HEADING + "".join(f"{on},{kind},{name},{state},{source}\r\n" for on, kind, name in rows)).encode()


class Place:
    def __init__(self) -> None:
        self.city = small_city()
        self.office: Organisation = an_organisation(self.city["广州市"], kind="department")
        self.operator: Standing = an_operator(self.city["广州市"])

    def bring(self, content: bytes, actor: Standing | None = None, *, write: bool = True) -> ImportFile:
        by = actor or self.operator
        file = imports.receive_file(
            actor=by, public_id=uuid7(), kind=kind_named("workdays.days"), organisation=self.office,
            file_name="2030.csv", chunks=[content], at=NOW, in_background=False,
        )  # fmt: skip
        file = work.check_file(file, _Bar(), now=NOW)
        if write and file.good_count and not file.bad_count:
            file = imports.start_writing(actor=by, file=file, choice="all", at=NOW, in_background=False)
            file = work.write_file(file, _Bar(), now=NOW)
        return file


class _Bar:
    def __init__(self) -> None:
        self.done, self.total, self.cursor = 0, None, {}  # type: ignore[var-annotated]

    def slice(self) -> Any:
        return transaction.atomic()

    def report(self) -> None: ...


@pytest.fixture
def place(db: None) -> Place:
    return Place()


def codes(file: ImportFile) -> set[str]:
    return set(file.problems.values_list("code", flat=True))


class TestShippedYears:
    def test_they_come_with_the_schema_and_once(self, db: None) -> None:
        assert queries.years() == [2024, 2025, 2026]
        assert services.load_shipped() == []

    def test_a_year_that_a_city_wrote_itself_is_left_alone(self, place: Place) -> None:
        SpecialDay.objects.filter(on__year=2024).exclude(on="2024-01-01").delete()

        assert services.load_shipped() == []
        assert SpecialDay.objects.filter(on__year=2024).count() == 1

    def test_a_year_of_which_nothing_is_left_comes_back(self, place: Place) -> None:
        before = SpecialDay.objects.filter(on__year=2025).count()
        SpecialDay.objects.filter(on__year=2025).delete()

        assert services.load_shipped() == [2025]
        assert SpecialDay.objects.filter(on__year=2025).count() == before

    def test_the_calendar_costs_one_query(self, db: None, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(1):
            assert rules.add_working_days(queries.calendar(), date(2026, 9, 30), 2) == date(2026, 10, 9)


class TestBringingAYear:
    def test_a_file_makes_the_year_known(self, place: Place) -> None:
        with pytest.raises(rules.YearMissing):
            queries.calendar().is_working_day(date(2030, 2, 9))

        file = place.bring(a_file(YEAR_2030))

        assert (file.state, file.written_count, file.bad_count) == ("written", 9, 0)
        known = queries.calendar()
        assert known.is_working_day(date(2030, 2, 9))
        assert not known.is_working_day(date(2030, 2, 4))
        assert queries.special_days(2030)[0].source == NOTICE

    def test_the_dry_run_writes_nothing_and_the_second_time_all_is_known(self, place: Place) -> None:
        assert place.bring(a_file(YEAR_2030), write=False).good_count == 9
        assert 2030 not in queries.years()
        place.bring(a_file(YEAR_2030))

        again = place.bring(a_file(YEAR_2030))

        assert (again.known_count, again.good_count) == (9, 0)

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            (("2030-02-08", "上班", "春节"), "weekday_works_anyway"),
            (("2030-02-08", "休息", ""), "holiday_unnamed"),
            (("1899-02-08", "休息", "春节"), "date_far_off"),
            (("2030-01-01", "休息", "春节"), "day_twice"),
        ],
    )
    def test_a_wrong_row_says_what_is_wrong(self, place: Place, row: tuple[str, str, str], code: str) -> None:
        assert codes(place.bring(a_file([*YEAR_2030, row]))) == {code}
        assert 2030 not in queries.years()

    def test_what_was_expected_makes_room_for_what_is_announced(self, place: Place) -> None:
        place.bring(a_file([*YEAR_2030, ("2030-10-02", "休息", "国庆节")], state="预计"))
        with pytest.raises(rules.YearOnlyExpected):
            queries.calendar().is_working_day(date(2030, 3, 4))

        place.bring(a_file(YEAR_2030))

        assert queries.calendar().is_working_day(date(2030, 10, 2)), "it was only expected"

    def test_an_arrangement_that_is_changed_later_keeps_its_history(self, place: Place) -> None:
        place.bring(a_file(YEAR_2030))

        place.bring(a_file([("2030-02-09", "休息", "春节")], source="变更通知"))

        assert not queries.calendar().is_working_day(date(2030, 2, 9))
        with connection.cursor() as cursor:
            cursor.execute(
                "select kind, source from workdays_specialdayevent where \"on\" = '2030-02-09' order by pgh_id"
            )
            assert cursor.fetchall() == [("work", NOTICE), ("off", "变更通知")]

    def test_an_operator_of_a_district_brings_no_calendar(self, place: Place) -> None:
        college = an_organisation(place.city["天河区"])
        place.office = college
        file = place.bring(a_file(YEAR_2030), an_operator(place.city["天河区"]))

        assert codes(file) == {"city_wide_only"}
        assert 2030 not in queries.years()

    def test_whoever_else_is_denied(self, place: Place) -> None:
        day = Day(date(2030, 1, 1), "off", "new_year", "announced", NOTICE)
        for actor in (a_registrar(place.office), standing_of(a_person(), today=TODAY)):
            with pytest.raises(Denied):
                services.write_days(actor=actor, days=[day], why="测试")

    def test_the_template_can_be_brought_back_filled_in(self, place: Place) -> None:
        sink = io.BytesIO()
        write_template(sink, kind_named("workdays.days").columns, file_format=Format.CSV, language="zh-hans")
        first = sink.getvalue().decode("utf-8-sig").splitlines()[0]

        assert first.replace("*", "") == HEADING.strip()

    def test_the_form_offers_each_person_the_kinds_that_are_theirs(self, place: Place) -> None:
        registrar = a_registrar(an_organisation(place.city["天河区"]))
        client = Client()
        client.force_login(place.operator.person)
        seen = client.get(reverse("imports:bring_file")).content.decode()
        assert "workdays.days" in seen
        assert "records.formal" not in seen
        client.force_login(registrar.person)
        seen = client.get(reverse("imports:bring_file")).content.decode()
        assert "workdays.days" not in seen
        assert "records.formal" in seen

    @pytest.mark.parametrize(
        "values",
        [
            {"on": "2030-01-04", "kind": "work", "holiday": "new_year", "source": "x"},
            {"on": "2030-01-04", "kind": "off", "holiday": "", "source": "x"},
            {"on": "2030-01-04", "kind": "off", "holiday": "new_year", "source": ""},
            {"on": "2026-01-01", "kind": "off", "holiday": "new_year", "source": "x"},
        ],
    )
    def test_the_database_keeps_the_rules_itself(self, db: None, values: dict[str, str]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            SpecialDay.objects.create(**values)


class TestPages:
    def page(self, client: Client, year: int, query: str = "") -> Any:
        return client.get(reverse("workdays:show_year", args=[year]) + query)

    def test_everybody_sees_a_year_and_its_make_up_days(self, client: Client, db: None) -> None:
        seen = self.page(client, 2026).content.decode()

        assert "248" in seen
        assert seen.count("xc-day-work") >= 6

    def test_a_year_that_is_not_here_says_so_and_how_it_comes(self, client: Client, db: None) -> None:
        answer = self.page(client, 2031)

        assert answer.status_code == 200
        assert "国务院" in answer.content.decode()
        assert self.page(client, 1900).status_code == 404

    def test_a_year_that_is_not_whole_says_what_it_lacks(self, client: Client, db: None) -> None:
        SpecialDay.objects.create(on="2031-01-01", kind="off", holiday="new_year", source="x")

        assert "端午节" in self.page(client, 2031).content.decode()

    @pytest.mark.parametrize(
        ("query", "shown", "status"),
        [
            ("?begins=2026-09-30&days=2", "10月9日", 200),
            ("?begins=2026-12-30&days=20", "2027", 200),
            ("?begins=2026-09-30&days=0", "", 422),
            ("?begins=nonsense&days=2", "", 422),
        ],
    )
    def test_the_calculator_answers(self, client: Client, db: None, query: str, shown: str, status: int) -> None:
        answer = self.page(client, 2026, query)

        assert answer.status_code == status
        assert shown in answer.content.decode()

    def test_the_page_costs_the_same_for_every_year(
        self, client: Client, db: None, django_assert_max_num_queries: Any
    ) -> None:
        self.page(client, 2026)
        with django_assert_max_num_queries(5):
            self.page(client, 2026, "?begins=2026-09-30&days=2")

    def test_only_an_operator_of_the_city_is_offered_to_bring_a_year(self, place: Place) -> None:
        client = Client()
        client.force_login(place.operator.person)
        assert "kind=workdays.days" in self.page(client, 2026).content.decode()
        district = a_person()
        holding(district, "operator", territory=place.city["天河区"])
        client.force_login(district)
        assert "kind=workdays.days" not in self.page(client, 2026).content.decode()

    def test_a_year_leaves_as_a_file(self, client: Client, db: None) -> None:
        answer = client.get(reverse("workdays:export_year", args=[2026]))
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

        assert len(lines) == 1 + SpecialDay.objects.filter(on__year=2026).count()


class TestCommand:
    @pytest.mark.parametrize(
        ("words", "output", "code"),
        [
            (["add", "2026-09-30", "2"], "2026-10-09", 0),
            (["ask", "2026-10-10"], "yes", 0),
            (["ask", "2026-10-01"], "no", 0),
            (["load"], "", 0),
            (["show", "2026", "--json"], '"working_days": 248', 0),
            (["show", "2031"], "", 1),
        ],
    )
    def test_it_answers(self, db: None, words: list[str], output: str, code: int) -> None:
        done = CliRunner().invoke(commands.workdays, words)

        assert done.exit_code == code
        assert output in done.output

    def test_a_year_that_is_not_here_is_a_refusal(self, db: None) -> None:
        with pytest.raises(rules.YearMissing):
            CliRunner().invoke(commands.workdays, ["ask", "2031-01-01"], catch_exceptions=False)


def test_the_shipped_file_lies_in_the_package() -> None:
    assert Path(services.SHIPPED).is_file()
