"""Other credit takes the place of withdrawn credit behind an exchange: several smaller ones together (C-72)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from learning.exchange.situations import pair
from learning.exchange.test_machine import nothing_comes_of_nothing
from learning.supervision.situations import (
    LATER,
    World,
    a_learner,
    agreed,
    decided,
    decider,
    dependent,
    earned,
    held,
    noticed,
    settled,
    withdrawn,
)
from learning.supervision.test_pages import by
from xuecheng.learning.exchange import queries as wallets
from xuecheng.learning.exchange import services as exchange
from xuecheng.learning.exchange.models import Use
from xuecheng.learning.supervision import services
from xuecheng.learning.supervision.models import Shortfall

pytestmark = pytest.mark.django_db


def test_several_smaller_credits_take_the_place_together(world: World) -> None:
    """C-72: 3.00 behind an exchange; of 1.00, 1.00, 2.00 and 0.50 the 2.00 and the older 1.00 stand for it."""
    agreed(world)
    learner = a_learner()
    posting = earned(learner, world.open_university)
    case = settled(world, learner, posting)
    small = {
        title: earned(learner, world.open_university, title=title, code=code, minutes=minutes, ended_on=ended_on)
        for title, code, minutes, ended_on in (
            ("新的", "K1", 960, date(2026, 6, 1)), ("旧的", "K2", 960, date(2026, 5, 1)),
            ("大的", "K3", 1920, date(2026, 6, 2)), ("零头", "K4", 480, date(2026, 4, 1)),
        )
    }  # fmt: skip
    row = withdrawn(world, posting)
    (way,) = wallets.replacements(case, lost=posting.key, at=LATER)
    together = (small["大的"].key, small["旧的"].key)
    assert way.postings == together
    assert [one.credits for one in way.parts] == [200, 100]
    said: dict[str, Any] = {"actor": decider(world), "dependent": dependent(row), "at": LATER}
    for wrong in ([together[0]], [together[0], small["新的"].key], [*together, small["零头"].key], []):
        with pytest.raises(exchange.ReplacementUnfit):
            services.replace_dependent(postings=wrong, **said)
    services.replace_dependent(postings=together[::-1], **said)
    services.replace_dependent(postings=together, **said)
    short = Shortfall.objects.get()
    assert (short.state, sorted(one.credits for one in short.fills.all())) == ("filled", [100, 200])
    gone = dependent(row)
    assert (gone.state, gone.replaced_by, gone.replaced_beside) == ("replaced", together[0], [together[1]])
    free = {one.posting: one.held.free for one in wallets.holdings_of([learner.pk])}
    assert free == {small["新的"].key: 100, small["旧的"].key: 0, small["大的"].key: 0, small["零头"].key: 50}
    assert held(learner) == (350, 0), "2.00 were given for the exchange, and 1.50 are left"
    live = Use.objects.filter(case=case, is_live=True).values_list("lot__posting", "span")
    assert {key: span.upper - span.lower for key, span in live} == {together[0]: 200, together[1]: 100}
    page = by(learner).get(reverse("exchange:show_case", args=[case.public_id])).content.decode()
    assert "大的" in page
    assert "信息技术基础" not in page, "what was withdrawn is not what it rests on"


def test_what_took_a_place_with_others_can_be_withdrawn_and_replaced_again(world: World) -> None:
    agreed(world)
    learner = a_learner()
    posting = earned(learner, world.open_university)
    case = settled(world, learner, posting)
    big, small, spare = (
        earned(learner, world.open_university, title=title, code=title, minutes=minutes)
        for title, minutes in (("甲", 1920), ("乙", 1440), ("丙", 1200))
    )
    row = withdrawn(world, posting)
    postings = [big.key, small.key]
    services.replace_dependent(actor=decider(world), dependent=dependent(row), postings=postings, at=LATER)
    again = withdrawn(world, small)
    (way,) = wallets.replacements(case, lost=small.key, at=LATER)
    assert [(one.holding.posting, one.credits) for one in way.parts] == [(spare.key, 100)]
    services.replace_dependent(actor=decider(world), dependent=dependent(again), postings=[spare.key], at=LATER)
    live = Use.objects.filter(case=case, is_live=True).values_list("lot__posting", "span")
    assert {key: span.upper - span.lower for key, span in live} == {big.key: 200, spare.key: 100}
    assert {one.state for one in Shortfall.objects.all()} == {"filled"}
    assert held(learner) == (220, 0), "2.00 were given for the exchange, and 0.20 are left"
    assert nothing_comes_of_nothing(posting.book)


def test_a_unit_is_not_pieced_together(world: World) -> None:
    """A pair takes a course whole: smaller ones do not make one."""
    agreed(world, pair(world))
    learner = a_learner()
    posting = earned(learner, world.open_university)
    case = settled(world, learner, posting)
    for title in ("上册", "下册"):
        earned(learner, world.open_university, title=title, minutes=1440)
    withdrawn(world, posting)
    assert wallets.replacements(case, lost=posting.key, at=LATER) == []


def test_the_page_says_beforehand_which_would_and_does_what_it_said(world: World) -> None:
    agreed(world)
    learner = a_learner()
    posting = earned(learner, world.open_university)
    settled(world, learner, posting)
    parts = [
        earned(learner, world.open_university, title=title, code=title, minutes=minutes)
        for title, minutes in (("大半门", 1920), ("小半门", 1440))
    ]
    row = noticed(world, posting)
    page = reverse("supervision:show_withdrawal", args=[row.public_id])
    officer = by(decider(world).person)
    assert "“大半门”（2.00） + “小半门”（1.50）" in officer.get(page).content.decode()
    decided(world, row)
    shown = officer.get(page).content.decode()
    assert "“大半门”中的 2.00" in shown
    assert "“小半门”中的 1.00（可用 1.50）" in shown
    assert shown.index(str(parts[0].key)) < shown.index(str(parts[1].key))
    replace = reverse("supervision:move_withdrawal", args=[row.public_id, "replace"])
    resting = dependent(row)
    for wrong in ([], ["keine-Nummer"], [str(parts[0].key)]):
        assert officer.post(replace, {"dependent": resting.pk, "posting": wrong}).status_code == 422
    sent = {"dependent": resting.pk, "posting": [str(one.key) for one in parts]}
    assert officer.post(replace, sent).status_code == 302
    assert (dependent(row).state, Shortfall.objects.get().state) == ("replaced", "filled")
