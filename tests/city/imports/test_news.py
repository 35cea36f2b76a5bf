"""Whoever brought a file hears that it waits for a choice, and how it ended; each once."""

from __future__ import annotations

from city.imports.toy import HEADING, brought, chosen, lines, worked
from xuecheng.city.imports import news
from xuecheng.city.jobs import running
from xuecheng.city.notices.models import Notice


def told(toy, kind):
    return list(Notice.objects.filter(person=toy.registrar.person, kind=kind).values_list("values", flat=True))


def test_a_checked_file_waits_for_a_choice_and_says_so_once(toy):
    file = worked(brought(toy, HEADING + lines(1, 3) + "T-4,,2026-02-30\r\n"))
    running.run(file.job_id)
    assert told(toy, news.CHOICE_WAITS) == [{"file": "名单.csv", "good": 3, "bad": 1}]
    assert Notice.objects.get().about == ["imports:show_import", str(file.public_id)]


def test_a_written_file_tells_how_much_was_written(toy):
    file = worked(brought(toy, HEADING + lines(1, 3)))
    chosen(toy, file, "good")
    worked(file)
    assert told(toy, news.WRITTEN) == [{"file": "名单.csv", "written": 3, "bad": 0}]


def test_one_that_cannot_be_read_is_told_too(toy):
    worked(brought(toy, b"\x00\x01\x02"))
    assert told(toy, news.REFUSED) == [{"file": "名单.csv"}]
