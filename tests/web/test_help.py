"""Every page has its help, in both languages, in short sentences."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from test_routes import ALL
from xuecheng.web import helping

EVERYTHING = helping.everything()
FOR_RESIDENTS = {"everybody", "signing-in", "learners", "own-data"}
LONGEST, LONGEST_FOR_RESIDENTS = 40, 25
"""Characters of a Chinese sentence (UX-07)."""


def test_every_page_has_its_help() -> None:
    assert [name for name in ALL if helping.topic_of(name) is None] == []


def test_no_help_is_for_a_page_that_is_not_there() -> None:
    covered = {topic.key for name in ALL if (topic := helping.topic_of(name))}
    assert set(EVERYTHING.topics) - covered == set()


def test_what_help_leads_to_is_there() -> None:
    for topic in EVERYTHING.topics.values():
        assert set(topic.see) <= set(EVERYTHING.topics), topic.key
        assert topic.key not in topic.see
        assert topic.can, topic.key
    sections = {topic.section.key for topic in EVERYTHING.topics.values()}
    assert sections == set(EVERYTHING.sections)


@pytest.mark.parametrize("topic", EVERYTHING.topics.values(), ids=lambda topic: topic.key)
def test_sentences_are_short_and_in_both_languages(topic: helping.Topic) -> None:
    most = LONGEST_FOR_RESIDENTS if topic.section.key in FOR_RESIDENTS else LONGEST
    for said in (topic.title_of, topic.about_of, topic.section.ask, *topic.can):
        assert re.search("[一-鿿]", said.zh), said
        assert re.search("[a-z]", said.en), said
        assert not re.search("[一-鿿]", said.en), said
        assert not re.search(r"[一-鿿] | [一-鿿]|[!！]", said.zh), said
        for sentence in re.split("[。；？：]", said.zh):
            assert len(sentence) <= most, sentence


@pytest.mark.django_db
def test_each_page_leads_to_its_own_help_at_its_foot(client: Client) -> None:
    for address, key in (("/help/", "help"), ("/organisations/", "organisations"), ("/sign-in/", "sign-in")):
        page = client.get(address).content.decode()
        assert f'class="xc-foot-help" href="/help/{key}/"' in page
        assert page.count(f'href="/help/{key}/"') == 2  # the menu's, and the foot's
    page = client.get("/help/people/").content.decode()
    assert "只在自己的辖区内" in page
    assert "/help/duplicates/" in page
    assert client.get("/help/nothing/").status_code == 404
    for address in ("/help/all/", "/help/words/"):
        assert "认定" in client.get(address).content.decode()
    client.cookies["django_language"] = "en"
    assert "Recognition" in client.get("/help/words/", headers={"accept-language": "en"}).content.decode()
