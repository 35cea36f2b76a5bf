"""What every site is asked for: whom to tell of a weakness, what search engines leave aside, where passwords change."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_finder_of_a_weakness_reads_whom_to_tell_and_until_when_that_is_so(client: Client, settings) -> None:
    settings.SECURITY_CONTACT, settings.SITE_ADDRESS = (
        "mailto:anquan@xuecheng.example.cn",
        "https://xuecheng.example.cn/",
    )
    with time_machine.travel("2026-03-01T10:00:00+08:00"):
        answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    told = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert told == {
        "Contact": "mailto:anquan@xuecheng.example.cn",
        "Expires": "2026-08-28T00:00:00Z",
        "Preferred-Languages": "zh, en",
        "Canonical": "https://xuecheng.example.cn/.well-known/security.txt",
    }


def test_without_a_contact_nothing_is_made_up(client: Client, settings) -> None:
    settings.SECURITY_CONTACT = ""
    assert client.get("/.well-known/security.txt").status_code == 404


def test_search_engines_leave_aside_what_is_not_theirs_and_nothing_of_the_public_pages(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    aside = tuple(line.removeprefix("Disallow: ") for line in lines[1:])
    assert reverse("account_login").startswith(aside)
    assert reverse("search:search").startswith(aside)
    for name in ("network:list_places", "classes:find_classes", "courses:list_courses", "network:show_home"):
        assert not reverse(name).startswith(aside)


def test_the_mark_is_there_for_who_has_read_no_page(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert re.search(r"/web/icon-192(\.[0-9a-f]+)?\.png$", answer["Location"])


def test_password_managers_are_led_to_where_it_is_changed(client: Client) -> None:
    answer = client.get("/.well-known/change-password")
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_change_password"))
