"""Every registered kind says what it should in both languages, within a text message, and names nobody."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import gettext, override

from xuecheng.city.notices import kinds, rules
from xuecheng.city.notices.faces import say

# As the apps of the house registered them when they were loaded; those of tests come and go.
HOUSE = sorted({**kinds.KINDS, **kinds.TEMPLATES})


def known(name):
    return kinds.KINDS.get(name) or kinds.TEMPLATES[name]


def samples(name):
    """The sample of a kind, and with each thing that may have come of it."""
    sample = known(name).sample
    return [sample, *(dict(sample, outcome=one) for one in getattr(known(name), "outcomes", ()))]


def test_the_first_real_events_have_their_kinds():
    assert {
        "recognition.credit_posted", "recognition.credit_taken_back", "recognition.credit_counted_anew",
        "recognition.rule_waits", "records.dispute_answered", "records.dispute_opened", "records.record_corrected",
        "records.record_withdrawn", "credentials.transcript_revoked", "imports.choice_waits", "imports.written",
        "imports.refused",
    } <= set(HOUSE)  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", HOUSE)
class TestEachKind:
    def test_says_everything_with_its_sample(self, name, language):
        for sample in samples(name):
            with override(language):
                said = say(name, sample)
            assert said.title
            assert "%(" not in said.title + said.body + said.sms
            has_chinese = bool(re.search(r"[一-鿿]", said.sms))
            assert has_chinese == (language == "zh-hans")

    def test_fits_one_text_message_with_its_signature(self, name, language):
        for sample in samples(name):
            with override(language):
                text = gettext("[Xuecheng] %(text)s") % {"text": say(name, sample).sms}
            assert rules.sms_parts(text) == 1, f"{len(text)}: {text}"
            assert language == "en" or len(text) <= 70

    def test_holds_no_link_and_shouts_at_nobody(self, name, language):
        for sample in samples(name):
            with override(language):
                said = say(name, sample)
            text = said.title + said.body + said.sms
            assert not re.search(r"https?://|www\.|[!！]", text)


def test_what_came_of_it_has_words_of_its_own_and_what_is_unknown_the_common_ones():
    with override("en"):
        said = [say("exchange.answered", {"title": "A", "outcome": one}).title for one in ("settled", "refused", "x")]
        old = say("exchange.answered", {"title": "A"}).title
    assert said == ["Exchanged: “A”.", "Refused: “A”.", old]


def test_bulk_recognition_is_told_in_the_site_only_unless_somebody_chose_otherwise():
    assert kinds.KINDS["recognition.credit_posted"].channels == frozenset()


def test_a_kind_that_is_gone_says_so_and_breaks_nothing():
    with override("en"):
        assert "no longer kept" in say("gone.kind", {"what": 1}).title


def test_a_misspelt_kind_is_a_mistake_and_never_a_notice_that_nobody_gets():
    with pytest.raises(KeyError):
        kinds.kind_named("records.dispute_anwsered")
