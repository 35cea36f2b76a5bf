"""Every row of a list stands on exactly one page, in order, however many pages there are."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.http import Http404

from xuecheng.web.paging import page_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "order",
    [
        ("pk",),
        ("-pk",),
        ("content_type_id", "pk"),
        ("-codename", "-pk"),
        ("content_type_id", "-pk"),
        ("-content_type_id", "codename", "pk"),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_all_rows_come_once_and_in_order(order, size):
    rows = Permission.objects.filter(pk__lt=1000)
    if size == 1:
        rows = rows.filter(pk__in=list(rows.values_list("pk", flat=True)[:12]))
    expected = list(rows.order_by(*order))
    found, after = [], ""
    while True:
        page = page_of(rows, order=order, after=after, size=size)
        assert page.is_later == bool(after)
        assert len(page) <= size
        found += page.rows
        after = page.next_cursor
        if not after:
            break
    assert found == expected


def test_a_page_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        page_of(Permission.objects.all(), order=("pk",), size=5)


def test_the_last_page_knows_that_it_is_the_last():
    whole = Permission.objects.count()
    assert page_of(Permission.objects.all(), order=("pk",), size=whole).next_cursor == ""
    assert page_of(Permission.objects.all(), order=("pk",), size=whole - 1).next_cursor != ""


def test_rows_that_came_meanwhile_push_nothing_onto_the_next_page():
    first = page_of(Permission.objects.all(), order=("-pk",), size=3)
    kind = first.rows[0].content_type
    Permission.objects.create(codename="came_meanwhile", name="New", content_type=kind)
    second = page_of(Permission.objects.all(), order=("-pk",), after=first.next_cursor, size=3)
    assert second.rows[0].pk < first.rows[-1].pk


@pytest.mark.parametrize("spoilt", ["x", "!!!!", "W10", "WzEsMl0", "eyJhIjoxfQ", "WyJhYmMiXQ", "中文"])
def test_a_spoilt_cursor_is_no_page(spoilt):
    with pytest.raises(Http404):
        page_of(Permission.objects.all(), order=("pk",), after=spoilt)
