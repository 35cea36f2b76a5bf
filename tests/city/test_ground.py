"""The small doors of the ground floor: refusals, clock, ids, tables, pinyin order."""

from __future__ import annotations

import pickle
import time
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from city.situations import a_person
from xuecheng.city import clock, ids, tables
from xuecheng.city.people.models import Person
from xuecheng.city.pinyin import order_of_person
from xuecheng.city.refusals import Refusal, refusing


class SeatTaken(Refusal):
    message = _("“%(name)s” is no division on %(on)s.")
    remedy = _("Choose a later day.")
    field = "seat"


class TestRefusals:
    def test_a_refusal_has_a_code_a_field_and_speaks_the_readers_language(self):
        refusal = SeatTaken(name="五山街道", on=date(2026, 1, 1))
        assert (refusal.code, refusal.field) == ("seat_taken", "seat")
        with override("en"):
            assert str(refusal) == "“五山街道” is no division on 1 January 2026. Choose a later day."

    def test_the_field_can_be_said_where_it_is_raised(self):
        assert SeatTaken(at_field="row_3", name="x", on="y").field == "row_3"
        assert SeatTaken(name="x", on="y").field == "seat"

    @pytest.mark.parametrize(
        ("fields", "stands_at"),
        [(["seat", "chair"], "seat"), (["chair"], "chair"), (["other"], "__all__"), ([], "__all__")],
    )
    def test_it_stands_at_its_field_of_a_form_or_above_the_form_that_lacks_it(self, fields, stands_at):
        form = forms.Form({})
        form.fields = {name: forms.CharField(required=False) for name in fields}
        assert form.is_valid()
        SeatTaken(name="x", on="y").show_on(form, seat="chair")
        assert list(form.errors) == [stands_at]

    def test_a_refusal_travels_between_processes(self):
        refusal = pickle.loads(pickle.dumps(SeatTaken(name="x", on="y", at_field="z")))
        assert (refusal.field, refusal.values) == ("z", {"name": "x", "on": "y"})

    def test_only_the_named_constraint_becomes_a_refusal(self, db):
        person = a_person()
        same = Person(sign_in_name=person.sign_in_name, name="别人")
        with pytest.raises(SeatTaken), transaction.atomic(), refusing(person_sign_in_name_once=SeatTaken):
            same.save()
        with pytest.raises(IntegrityError), transaction.atomic(), refusing(person_public_id_once=SeatTaken):
            same.save()


class TestClock:
    def test_a_date_is_the_citys_date(self):
        before_midnight = datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)
        assert clock.date_of(before_midnight) == date(2026, 11, 22)
        assert clock.date_of(before_midnight.replace(hour=16, minute=0)) == date(2026, 11, 23)
        assert clock.now().tzinfo is not None


class TestIds:
    def test_ids_are_of_version_seven_and_hold_the_time(self):
        before = time.time_ns() // 1_000_000
        made = ids.uuid7()
        after = time.time_ns() // 1_000_000
        assert made.version == 7
        assert made.variant == "specified in RFC 4122"
        assert before <= made.int >> 80 <= after

    def test_no_two_are_the_same(self):
        assert len({ids.uuid7() for _number in range(1000)}) == 1000


class TestTables:
    @pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-cmd|x", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1+1", "-1+1"])
    def test_what_a_spreadsheet_would_run_is_made_text(self, cell):
        assert tables.safe_cell(cell) == f"'{cell}"

    @pytest.mark.parametrize(
        ("cell", "shown"), [("陈嘉敏", "陈嘉敏"), ("-5", "-5"), ("-1.50%", "-1.50%"), (-5, "-5"), (None, "")]
    )
    def test_what_is_harmless_stays_as_it_is(self, cell, shown):
        assert tables.safe_cell(cell) == shown

    @given(st.text())
    def test_no_exported_text_begins_a_formula(self, text):
        shown = tables.safe_cell(text)
        assert not shown.lstrip().startswith(("=", "+", "@", "＝", "＋", "－", "＠"))
        assert tables.original_cell(shown) == text

    def test_a_download_opens_in_a_chinese_spreadsheet_and_is_sent_line_by_line(self):
        asked = []

        def rows():
            for number in range(3):
                asked.append(number)
                yield [f"=机构{number}", number]

        response = tables.csv_response("机构.csv", ["名称", "数"], rows())
        parts = iter(response.streaming_content)
        assert next(parts) == b"\xef\xbb\xbf"
        assert next(parts).decode() == "名称,数\r\n"
        assert asked == []
        assert next(parts).decode() == "'=机构0,0\r\n"
        assert asked == [0]
        assert "filename*=utf-8''" in response["Content-Disposition"]


class TestPinyinOrder:
    @pytest.mark.parametrize(
        ("name", "begins"),
        [
            ("曾伟明", "zeng1"), ("单雅丽", "shan4"), ("解晓东", "xie4"), ("仇和", "qiu2"), ("区咏仪", "ou1"),
            ("查良镛", "zha1"), ("任静", "ren2"), ("盖叫天", "ge3"), ("朴顺姬", "piao2"), ("尉迟恭", "yu4 chi2"),
            ("单于明", "chan2 yu2"), ("单于", "shan4"), ("长孙无忌", "zhang3 sun1"), ("令狐冲", "ling2 hu2"),
            ("欧阳锋", "ou1 yang2"), ("覃彩凤", "qin2"), ("翟志刚", "zhai2"), ("万俟卨", "mo4 qi2"),
            ("陈嘉敏", "chen2"),
        ],
    )  # fmt: skip
    def test_surnames_are_read_as_surnames(self, name, begins):
        assert order_of_person(name).startswith(f"{begins} ")

    def test_a_list_is_in_the_order_a_reader_expects(self):
        names = ["曾小明", "陈嘉敏", "陈嘉", "区咏仪", "Zoë O'Brien", "欧阳锋", "买买提·吐尔逊", "单雅丽"]
        assert sorted(names, key=order_of_person) == [
            "陈嘉", "陈嘉敏", "买买提·吐尔逊", "欧阳锋", "区咏仪", "单雅丽", "曾小明", "Zoë O'Brien",
        ]  # fmt: skip

    def test_a_rare_character_is_no_obstacle(self):
        assert "𬱖" in order_of_person("𬱖娜")

    @given(st.text(min_size=1, max_size=80))
    def test_a_key_fits_its_column_and_is_the_same_each_time(self, name):
        key = order_of_person(name)
        assert 0 < len(key) <= 200
        assert key == order_of_person(name)
