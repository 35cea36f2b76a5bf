"""Who is told of emergencies and of help: the person concerned, in the same transaction, in words without names."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from city.access.test_glass import broken
from city.care.test_proxies import NOW, choose
from city.situations import a_person, an_operator, small_city
from xuecheng.city import clock, trace
from xuecheng.city.access import services as access
from xuecheng.city.access.queries import Standing
from xuecheng.city.care import services as care
from xuecheng.city.notices.faces import face_of
from xuecheng.city.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def elder(city):
    return a_person("冯国强", territory=city["五山街道"])


@pytest.fixture
def daughter(city):
    return a_person("冯嘉敏", territory=city["五山街道"])


def told(person):
    return [one.kind for one in Notice.objects.filter(person=person).order_by("pk")]


def test_whose_records_were_opened_in_an_emergency_is_told_at_once_and_of_the_review(city, elder):
    operator = an_operator(city["广州市"])
    glass = broken(operator, elder)
    broken(operator, elder, public_id=glass.public_id)
    assert told(elder) == ["access.glass_broken"], "sent twice, it is told once"
    face = face_of(Notice.objects.get(person=elder))
    assert operator.person.name not in face.title + face.body
    assert face.url
    reviewer = an_operator(city["广州市"])
    access.review_glass(actor=reviewer, glass=glass, verdict="in_order", finding="属实", at=glass.ends_at)
    assert told(elder) == ["access.glass_broken", "access.glass_reviewed"]
    assert told(operator.person) == []


def test_a_helper_and_who_is_helped_are_both_told_of_the_beginning_and_the_end(elder, daughter):
    proxy = choose(elder, daughter)
    assert (told(elder), told(daughter)) == (["care.proxy_chosen"], ["care.you_help"])
    care.end_proxy(actor=Standing(person=daughter), proxy=proxy, at=NOW)
    assert told(elder)[-1] == told(daughter)[-1] == "care.help_ended"


def test_what_a_helper_does_is_told_to_the_person_and_falls_with_it(elder, daughter):
    proxy = choose(elder, daughter)
    elder.acting = trace.Acting(helper=daughter, via="proxy", via_id=str(proxy.public_id))
    with trace.change(by=elder, why="Asked for a transcript"):
        pass
    assert told(elder) == ["care.proxy_chosen", "care.done_for_you"]
    with pytest.raises(RuntimeError), trace.change(by=elder, why="Asked again"):
        raise RuntimeError
    assert told(elder).count("care.done_for_you") == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_says_what_to_do_in_both_languages(elder, daughter, language):
    choose(elder, daughter)
    with override(language):
        face = face_of(Notice.objects.get(person=elder))
    assert ("帮您" in face.title) is (language == "zh-hans")


def test_a_password_from_the_command_line_is_traced_and_ends_sessions(elder):
    from click.testing import CliRunner

    from xuecheng.city.identity.models import OpenSession
    from xuecheng.city.identity.services.sessions import begin_session
    from xuecheng.config.cli.user import user

    begin_session(person=elder, key="k" * 32, way="password", user_agent="", at=clock.now())
    done = CliRunner().invoke(user, ["password", elder.sign_in_name, "--password", "trees and rivers"])
    assert done.exit_code == 0, done.output
    assert not OpenSession.objects.filter(person=elder).exists()
    elder.refresh_from_db()
    assert elder.check_password("trees and rivers")
    weak = CliRunner().invoke(user, ["password", elder.sign_in_name, "--password", "123"])
    assert weak.exit_code == 2
    elder.refresh_from_db()
    assert elder.check_password("trees and rivers")
