"""The one search box: who finds what, and what may not be looked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from city.situations import a_person, an_organisation, forget_what_is_kept, holding, small_city
from xuecheng.city import clock
from xuecheng.city.identity.rules.codes import Limit
from xuecheng.city.people import queries, rules
from xuecheng.city.people.models import Person
from xuecheng.city.pinyin import order_of_person
from xuecheng.city.rights import NOBODY
from xuecheng.city.search import rules as law
from xuecheng.city.search import views
from xuecheng.city.territories.models import Territory
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.creditbank.rules.cards import card_number
from xuecheng.web import searching

pytestmark = pytest.mark.django_db
BOX = "/search/"


def named(name: str, territory: Territory | None = None) -> Person:
    person = a_person(name, territory=territory)
    person.sort_key = order_of_person(name)
    person.save()
    return person


@pytest.fixture
def city() -> dict[str, Territory]:
    forget_what_is_kept()
    return small_city()


def at_browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def clerk_of(place: Territory) -> Client:
    person = a_person("窗口员")
    holding(person, "counter_clerk", territory=place)
    return at_browser(person)


def found(client: Client, text: str) -> dict[str, list[str]]:
    """What the box finds, kind by kind: posted and followed, as the page's own form does it."""
    answer = client.post(BOX, {"q": text}, follow=True)
    assert answer.status_code == 200, answer.content.decode()
    return titles(answer)


def titles(answer: Any) -> dict[str, list[str]]:
    return {group.source.name: [hit.title for hit in group.hits] for group in answer.context.get("groups") or ()}


# People


def test_a_clerk_finds_people_by_every_part_of_a_name_its_pinyin_and_its_initials(city):
    clerk = clerk_of(city["广州市"])
    for name in ("张明华", "曾乐", "买买提·吐尔逊", "欧阳清", "Zoë O'Brien", "王芳"):
        named(name, city["五山街道"])
    for text, name in [
        ("张明华", "张明华"), ("张明", "张明华"), ("明华", "张明华"), ("zhangminghua", "张明华"), ("Zhang Ming", "张明华"),
        ("zhang1 ming2", "张明华"), ("minghua", "张明华"), ("zmh", "张明华"), ("ZM", "张明华"), ("mh", "张明华"),
        ("zengle", "曾乐"), ("ZL", "曾乐"), ("吐尔逊", "买买提·吐尔逊"), ("买买提吐尔逊", "买买提·吐尔逊"), ("maimaiti", "买买提·吐尔逊"),
        ("ouyang", "欧阳清"), ("oyq", "欧阳清"), ("zoe obrien", "Zoë O'Brien"), ("zo", "Zoë O'Brien"), ("ＺＭＨ", "张明华"),
    ]:  # fmt: skip
        assert name in found(clerk, text).get("people", []), text
    for text in ("明张", "zhangm明", "hangming", "ngf", "%%", "张_", "张%"):
        assert "people" not in found(clerk, text), text


def test_the_very_name_comes_first_and_more_than_a_few_are_not_leafed_through(city):
    clerk = clerk_of(city["广州市"])
    for _number in range(searching.MOST_SHOWN + 2):
        named("李安安", city["五山街道"])
    named("李安", city["五山街道"])
    named("安李安", city["五山街道"])
    answer = clerk.post(BOX, {"q": "李安"}, follow=True)
    people = titles(answer)["people"]
    assert people[0] == "李安"
    assert len(people) == searching.MOST_SHOWN
    page = answer.content.decode()
    assert "请多输几个字" in page
    assert "after=" not in page


def test_names_that_begin_so_come_before_those_that_hold_it(city):
    clerk = clerk_of(city["广州市"])
    for name in ("蔡焕章", "张一", "章彰"):
        named(name, city["五山街道"])
    assert found(clerk, "zhang")["people"] == ["张一", "章彰", "蔡焕章"]
    assert found(clerk, "zhangyi")["people"] == ["张一"]


def test_a_sign_in_name_finds_its_bearer_only_whole(city):
    clerk = clerk_of(city["广州市"])
    person = named("陈嘉", city["五山街道"])
    assert found(clerk, person.sign_in_name.upper())["people"] == ["陈嘉"]
    assert "people" not in found(clerk, person.sign_in_name[:-1])


def test_a_district_s_clerk_never_finds_another_district_s_people(city):
    named("张明华", city["五山街道"])
    named("张明慧", city["街口街道"])
    assert found(clerk_of(city["天河区"]), "zhangming")["people"] == ["张明华"]
    assert found(clerk_of(city["从化区"]), "张明")["people"] == ["张明慧"]
    assert sorted(found(clerk_of(city["广州市"]), "zm")["people"]) == ["张明华", "张明慧"]
    assert "people" not in found(clerk_of(city["从化区"]), "张明华")


def test_merged_accounts_and_former_residents_are_not_found_by_a_part(city):
    clerk = clerk_of(city["广州市"])
    kept, merged = named("张明华", city["五山街道"]), named("张明华", city["五山街道"])
    merged.merged_into = kept
    merged.save()
    assert found(clerk, "zmh")["people"] == ["张明华"]


@pytest.mark.parametrize("role", ["", "registrar"])
def test_residents_and_staff_without_a_right_over_people_find_nobody(city, role):
    person = named("张明华", city["五山街道"])
    if role:
        holding(person, role, organisation=an_organisation(city["天河区"]))
    named("张明慧", city["五山街道"])
    assert "people" not in found(at_browser(person), "张明")


def test_a_stranger_finds_what_is_public_and_nothing_else(city, client):
    named("天河人", city["五山街道"])
    an_organisation(city["天河区"], name_zh="天河社区学院")
    answer = client.get(BOX, {"q": "天河"})
    assert set(titles(answer)) <= {"organisations", "divisions", "pages", "help"}
    assert titles(answer)["organisations"] == ["天河社区学院"]
    assert "天河区" in titles(answer)["divisions"]
    assert "天河人" not in answer.content.decode()


# Words in no address


def test_what_staff_type_stands_in_no_address_and_ends_with_the_session(city):
    clerk = clerk_of(city["广州市"])
    named("张明华", city["五山街道"])
    answer = clerk.post(BOX, {"q": "张明华"})
    assert answer.status_code == 303
    assert "张" not in answer.url
    assert "%E5" not in answer.url
    assert titles(clerk.get(answer.url))["people"] == ["张明华"]
    assert titles(clerk.get(answer.url))["people"] == ["张明华"]  # back, or loaded again
    assert "no-store" in clerk.get(answer.url)["Cache-Control"]
    other = clerk_of(city["广州市"])
    assert titles(other.get(answer.url)) == {}
    assert Client().get(answer.url).status_code == 200
    for _number in range(views.MOST_KEPT):
        last = clerk.post(BOX, {"q": "李四"})
    assert titles(clerk.get(answer.url)) == {}
    assert len(clerk.session[views.KEPT]) == views.MOST_KEPT
    assert last.status_code == 303


def test_an_address_finds_no_people_even_for_staff_and_offers_to_post(city):
    clerk = clerk_of(city["广州市"])
    named("张明华", city["五山街道"])
    answer = clerk.get(BOX, {"q": "张明华"})
    assert "people" not in titles(answer)
    assert "也在人员里找" in answer.content.decode()


def test_what_a_stranger_posts_becomes_a_plain_address(client, city):
    answer = client.post(BOX, {"q": "天河"})
    assert (answer.status_code, answer.url) == (303, "/search/?q=%E5%A4%A9%E6%B2%B3")
    assert not Session.objects.exists()


def test_words_are_posted_with_a_token_only(city):
    clerk = clerk_of(city["广州市"])
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = clerk.cookies
    assert strict.post(BOX, {"q": "张明华"}).status_code == 403


@pytest.mark.parametrize(
    "number",
    [
        "440106195802231238",
        "440106580223123",
        "13800138000",
        "+86 138-0013-8000",
        "44010619580223123x",
        "张明 13800138000",
    ],
)
def test_numbers_of_people_are_neither_looked_for_nor_kept_nor_sent_back(city, number):
    clerk = clerk_of(city["广州市"])
    answer = clerk.post(BOX, {"q": number})
    assert answer.status_code == 422
    assert number not in answer.content.decode()
    assert views.KEPT not in clerk.session
    assert reverse("realname:find_number") in answer.content.decode()
    assert Client().get(BOX, {"q": number}).status_code == 422


# Codes


def test_whole_codes_are_found(city, client):
    college = an_organisation(city["天河区"], name_zh="五山社区学校")
    assert titles(client.get(BOX, {"q": college.code.lower()}))["organisations"] == ["五山社区学校"]
    assert titles(client.get(BOX, {"q": city["天河区"].code}))["divisions"] == ["天河区"]
    answer = client.get(BOX, {"q": "m6sh-cdc2-yj8j"})
    assert titles(answer)["transcripts"] == ["核验M6SH-CDC2-YJ8J"]
    assert "transcripts" not in titles(client.get(BOX, {"q": "zhangminghua"}))


def test_a_card_s_whole_number_leads_those_to_the_account_who_may_see_it(city):
    holder = named("张明华", city["五山街道"])
    number = card_number("123456789012")
    LearningAccount.objects.create(person=holder, card_number=number, opened_at=clock.now())
    officers = {}
    for place in ("天河区", "从化区"):
        person = a_person("认证员")
        holding(person, "certification_officer", territory=city[place])
        officers[place] = at_browser(person)
    assert found(officers["天河区"], number)["accounts"] == ["张明华的学习账户"]
    assert "accounts" not in found(officers["从化区"], number)
    assert "accounts" not in found(officers["天河区"], number[:-1])
    assert "accounts" not in found(at_browser(holder), number)


# Pages and help


def test_pages_of_one_s_own_menu_are_found_in_both_languages(city, client):
    clerk = clerk_of(city["广州市"])
    assert "人员" in found(clerk, "人员")["pages"]
    assert "人员" in found(clerk, "people")["pages"]
    assert "pages" not in titles(client.get(BOX, {"q": "人员"}))
    assert titles(client.get(BOX, {"q": "密码忘了"}))["help"][0] == "密码忘了，手机丢了"


# What is asked


def test_too_little_too_much_and_strange_signs_are_answered_plainly(city, client):
    assert client.get(BOX).status_code == 200
    assert client.get(BOX, {"q": " \u3000 "}).status_code == 200
    assert client.get(BOX, {"q": "天"}).status_code == 422
    assert client.get(BOX, {"q": "天" * law.LONGEST}).status_code == 200
    assert client.get(BOX, {"q": "天" * (law.LONGEST + 1)}).status_code == 422
    assert client.get(BOX, {"q": "天河 " * law.MOST_WORDS}).status_code == 200
    assert client.get(BOX, {"q": "天河 " * (law.MOST_WORDS + 1)}).status_code == 422
    assert client.get(BOX, {"q": "天" * 10_000}).status_code == 422
    assert client.get(BOX, {"of": "nothing"}).status_code == 200
    assert client.put(BOX).status_code == 405
    clerk = clerk_of(city["广州市"])
    for text in (
        "%%",
        "__",
        "\\\\",
        "''",
        "a':* | 'b",
        "<script>",
        "\0\0x",
        "\u202e天河",
        "💥💥",
        "张' or 1=1",
        ":* & !",
    ):
        answer = client.get(BOX, {"q": text})
        assert answer.status_code in (200, 422), text
        assert "<script>" not in answer.content.decode()
        assert "people" not in titles(clerk.post(BOX, {"q": text}, follow=True)), text
    assert "organisations" not in titles(client.get(BOX, {"q": "%%"}))


def test_an_empty_answer_says_what_next_in_both_languages(city, client):
    page = client.get(BOX, {"q": "没有这样的地方"}).content.decode()
    assert "没有找到“没有这样的地方”" in page
    assert "/help/all/" in page
    client.cookies["django_language"] = "en"
    page = client.get(BOX, {"q": "xyzzy"}, headers={"accept-language": "en"}).content.decode()
    assert "Nothing was found for" in page


def test_who_searches_too_often_waits(city, client, monkeypatch):
    monkeypatch.setattr(views, "PER_CLIENT", Limit("search-client", 2, timedelta(minutes=5)))
    assert [client.get(BOX, {"q": "天河"}).status_code for _number in range(3)] == [200, 200, 429]
    assert client.get(BOX).status_code == 200


def test_it_asks_the_same_number_of_questions_however_much_there_is(city, django_assert_max_num_queries):
    clerk = clerk_of(city["广州市"])
    found(clerk, "zhang")
    for number in range(20):
        named("张明华", city["五山街道"])
        an_organisation(city["天河区"], name_zh=f"zhang学院{number}")
    address = clerk.post(BOX, {"q": "zhang"}).url
    with django_assert_max_num_queries(24):
        assert set(titles(clerk.get(address))) >= {"people", "organisations"}


def test_parts_of_names_are_letters_only():
    assert rules.words_of("Zhāng Míng-1") == "zhangming"
    assert rules.words_of("张") == ""
    assert rules.words_of("张3") == ""
    assert rules.words_of("a'b\\c") == ""
    assert rules.words_of("𬱖㛃") == "𬱖㛃"


def test_without_a_right_nobody_is_asked_for(city, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert queries.called(NOBODY, "张明", most=5) == []
