"""Pages of transcripts through the client: issuing, downloading, verifying, slowing down (C-83, C-88)."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from learning.account import makers
from xuecheng.learning.credentials import services
from xuecheng.learning.credentials.models import Transcript, TranscriptCheck

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_tried_yet() -> None:
    cache.clear()


def said(answer) -> str:
    return answer.content.decode()


def content(answer) -> str:
    return said(answer).split("<main")[1].split("</main")[0]


@pytest.fixture
def who():
    learner = makers.learner("陈惠芬")
    makers.credit(learner, 150, title="太极拳初级")
    return learner


@pytest.fixture
def issued(who) -> Transcript:
    return services.issue_transcript(actor=makers.standing(who), learner=who, at=makers.NOW, language="zh-hans")


def test_the_holder_issues_sees_and_downloads(client: Client, who) -> None:
    client.force_login(who)
    assert client.get(reverse("credentials:issue_transcript")).status_code == 200
    answer = client.post(
        reverse("credentials:issue_transcript"),
        {"language": "en", "kinds": ["community"], "purpose": "求职"},
        follow=True,
    )
    assert answer.status_code == 200
    made = Transcript.objects.get()
    assert (made.language, made.learner) == ("en", who)
    assert made.code in said(answer)
    assert "求职" in said(answer)
    pdf = client.get(reverse("credentials:download_transcript", args=[made.code]))
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert "谁打印过" in said(client.get(reverse("credentials:see_transcript", args=[made.code])))
    assert made.prints.get().by == who
    assert made.code in said(client.get(reverse("credentials:list_transcripts")))


def test_a_choice_of_nothing_is_refused_at_the_field(client: Client, who) -> None:
    client.force_login(who)
    answer = client.post(reverse("credentials:issue_transcript"), {"language": "en"})
    assert answer.status_code == 422
    assert not Transcript.objects.exists()


def test_whoever_has_no_credit_gets_no_form(client: Client) -> None:
    client.force_login(makers.learner())
    assert "<form" not in content(client.get(reverse("credentials:issue_transcript")))


def test_another_persons_transcript_does_not_exist_for_me(client: Client, issued: Transcript) -> None:
    client.force_login(makers.learner("别人"))
    for name in ("see_transcript", "download_transcript", "revoke_transcript"):
        assert client.get(reverse(f"credentials:{name}", args=[issued.code])).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_stranger_verifies_what_was_certified_and_no_more(client: Client, issued: Transcript, language: str) -> None:
    client.cookies["django_language"] = language
    answer = client.get(reverse("credentials:verify_code", args=[issued.code]))
    assert answer.status_code == 200
    text = said(answer)
    assert "陈惠芬" in text
    assert "太极拳初级" in text
    assert issued.learner.sign_in_name not in text
    assert issued.learner.learning_account.card_number not in text
    assert str(issued.learner.public_id) not in text
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "X-Robots-Tag" not in client.get(reverse("credentials:verify"))


def test_a_code_typed_by_hand_is_found(client: Client, issued: Transcript) -> None:
    typed = issued.code.lower().replace("-", " ")
    answer = client.get(reverse("credentials:verify"), {"code": f" {typed} "}, follow=True)
    assert answer.status_code == 200
    assert answer.context["answer"].transcript == issued


def test_unknown_and_malformed_codes_look_alike(client: Client) -> None:
    texts = []
    for code in ("Z6SH-CDC2-YJ8J", "rubbish"):
        answer = client.get(reverse("credentials:verify_code", args=[code]))
        assert answer.status_code == 404
        texts.append(content(answer).replace(code, ""))
    assert texts[0] == texts[1]


def test_five_wrong_codes_a_minute_and_the_next_waits_c_83(client: Client, issued: Transcript) -> None:
    for number in range(5):
        assert client.get(reverse("credentials:verify_code", args=[f"WRONG{number}"])).status_code == 404
    slowed = client.get(reverse("credentials:verify_code", args=[issued.code]))
    assert slowed.status_code == 429
    assert slowed["Retry-After"] == "60"
    assert "陈惠芬" not in said(slowed)
    elsewhere = client.get(reverse("credentials:verify_code", args=[issued.code]), REMOTE_ADDR="203.0.113.9")
    assert elsewhere.status_code == 200


def test_right_codes_are_not_counted_as_wrong(client: Client, issued: Transcript) -> None:
    for _time in range(8):
        assert client.get(reverse("credentials:verify_code", args=[issued.code])).status_code == 200


def test_a_look_is_counted_once_and_the_holders_own_not_at_all(client: Client, issued: Transcript) -> None:
    address = reverse("credentials:verify_code", args=[issued.code])
    client.get(address)
    client.get(address)
    assert TranscriptCheck.objects.count() == 1
    client.force_login(issued.learner)
    client.get(address, REMOTE_ADDR="203.0.113.9")
    assert TranscriptCheck.objects.count() == 1
    seen = client.get(reverse("credentials:see_transcript", args=[issued.code]))
    assert seen.context["check_count"] == 1


def test_after_a_reversal_the_page_says_what_changed(client: Client, who) -> None:
    from datetime import timedelta

    credited = makers.credit(who, 210, title="图书馆志愿服务")
    made = services.issue_transcript(actor=makers.standing(who), learner=who, at=makers.NOW, language="zh-hans")
    makers.take_back(credited, posted_at=makers.NOW + timedelta(days=1))
    answer = client.get(reverse("credentials:verify_code", args=[made.code]))
    assert [change.title for change in answer.context["answer"].changes] == ["图书馆志愿服务"]


def test_revoking_asks_for_a_reason_and_the_code_tells_it(client: Client, issued: Transcript) -> None:
    client.force_login(issued.learner)
    address = reverse("credentials:revoke_transcript", args=[issued.code])
    answer = client.post(address, {"why": "发错了人"})
    assert answer.url.startswith(reverse("account_reauthenticate")), "a borrowed session revokes nothing"
    issued.learner.set_password("trees and rivers")
    issued.learner.save()
    client.post(reverse("account_login"), {"login": issued.learner.sign_in_name, "password": "trees and rivers"})
    assert client.post(address, {"why": ""}).status_code == 422
    assert client.post(address, {"why": "发错了人"}, follow=True).status_code == 200
    client.logout()
    assert "发错了人" in said(client.get(reverse("credentials:verify_code", args=[issued.code])))
