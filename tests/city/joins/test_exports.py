"""A file that is written while it is sent is written in the language of who asked for it."""

from __future__ import annotations

from django.utils.translation import get_language, gettext, override

from xuecheng.city.tables import csv_response


def rows():
    for _number in range(2):
        yield [gettext("Learning records"), get_language()]


def test_rows_keep_the_language_of_the_request_and_the_thread_keeps_its_own():
    with override("en"):
        answer = csv_response("x.csv", ["A", "B"], rows())
    with override("zh-hans"):
        lines = []
        for line in answer:
            lines.append(line.decode("utf-8-sig").strip())
            assert get_language() == "zh-hans"
    assert lines[2:] == ["Learning records,en"] * 2
