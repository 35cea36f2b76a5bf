"""A crawl through the pages of people stops, for pages and programs alike (ASVS 2.4.1; threat “bulk reading”)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from city.situations import a_person, an_operator, small_city
from xuecheng.city import clock
from xuecheng.city.access import services
from xuecheng.city.access.models import Reading

pytestmark = pytest.mark.django_db
HOUR = clock.now().replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def city(settings: Any) -> Any:
    settings.LOOKS_AN_HOUR = 3
    return small_city()


@pytest.fixture
def operator(city: Any) -> Any:
    return an_operator(city["广州市"])


def look(reader: Any, person: Any, *, at: Any = HOUR, what: str = "account") -> None:
    services.note_reading(reader=reader, person_id=person.pk, what=what, at=at)


def test_the_last_of_the_hour_passes_and_the_next_waits_for_the_next_hour(city: Any, operator: Any) -> None:
    people = [a_person(f"居民{n}") for n in range(5)]
    for person in people[:3]:
        look(operator, person)
    with pytest.raises(services.TooManyLooks):
        look(operator, people[3], at=HOUR + timedelta(minutes=59, seconds=59))
    assert Reading.objects.count() == 3, "what was not shown is not kept as seen"
    look(operator, people[3], at=HOUR + timedelta(hours=1))


def test_who_was_seen_this_hour_may_be_seen_again_and_further(city: Any, operator: Any) -> None:
    people = [a_person(f"居民{n}") for n in range(3)]
    for person in people:
        look(operator, person)
    look(operator, people[0])
    look(operator, people[0], what="records")
    assert Reading.objects.count() == 4


def test_colleagues_count_apart(city: Any, operator: Any) -> None:
    for n in range(3):
        look(operator, a_person(f"居民{n}"))
    look(an_operator(city["广州市"], name="乙"), a_person("居民"))


def test_a_page_says_so_and_a_crawl_reads_no_further(
    client: Any, city: Any, operator: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(operator.person)
    answers = []
    for n in range(5):
        person = a_person(f"居民{n}", territory=city["五山街道"])
        answers.append(client.get(reverse("people:show_person", args=[person.public_id])))
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    page = answers[-1].content.decode()
    assert "您这一小时已打开3人的页面" in page
    assert "居民4" not in page
    assert 0 < int(answers[-1]["Retry-After"]) <= 3600
    assert "too_many_looks" in caplog.text
