"""Transcripts for one unit or one qualification: only what counts for it, and the sheet says so (C-88)."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from learning.recognition.situations import a_record, a_unit, body, in_force, recognised
from learning.redemption import situations as redeeming
from learning.redemption.situations import NOW, World, a_world, of, on_shelf, unit_wish
from learning.redemption.test_units import with_unit
from xuecheng.city.people.models import Person
from xuecheng.learning.credentials import covering, printing, queries, services
from xuecheng.learning.credentials.models import Transcript

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def learner(world: World) -> Person:
    """With the credit of a unit, and other credit beside it."""
    made = with_unit(world)
    in_force(world.bank, body(match={"origin": "nonformal"}))
    recognised(a_record(made, world.bank.college, minutes=960, title="插花"))
    return made


def issue(who: Person, *, language: str = "zh-hans", **more: Any) -> Transcript:
    return services.issue_transcript(actor=of(who), learner=who, at=NOW, language=language, **more)


def titles(made: Transcript) -> list[str]:
    return [line["title"] for line in queries.lines_in(made)]


def test_for_one_unit_only_its_credit_is_certified(world: World, learner: Person) -> None:
    whole = issue(learner)
    assert (set(titles(whole)), whole.snapshot["covers"]) == ({"信息技术", "插花"}, "账户上的全部学分")
    made = issue(learner, unit="IT101")
    assert titles(made) == ["信息技术"]
    assert f"“{world.unit.title}”（IT101）" in made.snapshot["covers"]
    for code in ("NO-SUCH", "it101"):
        with pytest.raises(covering.UnitNotHeld):
            issue(learner, unit=code)
    with pytest.raises(services.NothingToCertify):
        issue(learner, unit="IT101", entries=[uuid4()])
    chosen = issue(learner, kinds=["community"], language="en")
    assert chosen.snapshot["covers"] == "What its holder chose of the credits on the account"


def test_for_one_qualification_the_sheet_says_how_much_of_it_is_there(world: World, learner: Person) -> None:
    more = a_unit(world.bank, code="IT102")
    wish = unit_wish(world, kind="qualification", title_zh="信息技术员", units=[world.unit, more])
    offer = on_shelf(world, wish)
    made = issue(learner, qualification=offer.public_id)
    assert titles(made) == ["信息技术"]
    assert all(part in made.snapshot["covers"] for part in ("信息技术员", world.college.name, "2 个单元", "1 个"))
    verify_url = "https://example.org/verify/"
    pages = PdfReader(io.BytesIO(printing.transcript_pdf(made, verify_url=verify_url))).pages
    assert "信息技术员" in "".join(page.extract_text() for page in pages)
    assert "信息技术员" in Client().get(reverse("credentials:verify_code", args=[made.code])).content.decode()
    english = issue(learner, qualification=offer.public_id, language="en")
    assert "1 of its 2 units" in english.snapshot["covers"]
    assert services.answer_code(text=english.code).is_unchanged  # type: ignore[union-attr]  # it was just issued


def test_qualifications_are_those_on_the_shelf_or_granted_that_something_counts_towards(
    world: World, learner: Person
) -> None:
    elsewhere = on_shelf(world, unit_wish(world, kind="qualification", units=[a_unit(world.bank, code="X1")]))
    exempts = on_shelf(world, unit_wish(world))
    granted = on_shelf(world, unit_wish(world, kind="qualification", title_zh="旧证书"))
    order = redeeming.reserved(learner, granted)
    redeeming.handed(world, order)
    redeeming.services.close_offer(actor=world.desk, offer=granted, why="不再办", at=NOW)
    for offer in (elsewhere, exempts):
        with pytest.raises(covering.QualificationUnknown):
            issue(learner, qualification=offer.public_id)
    assert titles(issue(learner, qualification=granted.public_id)) == ["信息技术"]
    stranger = redeeming.with_points(100, "旁人")
    with pytest.raises(covering.QualificationUnknown):
        issue(stranger, qualification=granted.public_id)


def test_the_page_offers_what_is_held_and_no_more(world: World, learner: Person) -> None:
    on_shelf(world, unit_wish(world, kind="qualification", title_zh="信息技术员"))
    client, page = Client(), reverse("credentials:issue_transcript")
    client.force_login(learner)
    said = client.get(page).content.decode()
    assert 'value="u:IT101"' in said
    assert "信息技术员" in said
    sent = {"language": "zh-hans", "kinds": ["community", "formal"], "about": "u:IT999"}
    assert client.post(page, sent).status_code == 422
    held = [value for value, _label in client.get(page).context["form"].fields["kinds"].choices]
    answer = client.post(page, {"language": "zh-hans", "kinds": held, "about": "u:IT101"}, follow=True)
    made = Transcript.objects.get()
    assert titles(made) == ["信息技术"]
    assert made.snapshot["covers"] in answer.content.decode()
