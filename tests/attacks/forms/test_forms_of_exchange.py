"""Every form of exchange, sent with more than it asks for."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.situations import a_person, a_registrar, an_organisation, holding, small_city
from learning.exchange.live import a_case, at_unit, credited
from learning.exchange.situations import agreed, asked
from learning.recognition.situations import Hand
from xuecheng.city import clock
from xuecheng.city.jobs.models import Job
from xuecheng.learning.exchange.models import Agreement, Batch, Case, ClearingPeriod, Statement
from xuecheng.learning.exchange.services import batches


@passes(
    "exchange:draft_agreement", "exchange:change_agreement", "exchange:follow_agreement", "exchange:add_term",
    "exchange:remove_term", "exchange:move_agreement", "exchange:ask", "exchange:move_case",
)  # fmt: skip
def test_exchange(walk: Walk) -> None:
    unit = an_organisation(small_city()["五山街道"], name_zh="广州市职业学校")
    world = at_unit(a_registrar(unit), unit)
    ours, theirs, officer = (at_browser(one.person) for one in (world.ou, world.vc, world.officer))
    said = {
        "organisation": world.open_university.code, "other": world.vocational.code, "name_zh": "互认协议",
        "effect_from": "2026-01-01", "effect_to": "", "most_per_learner": "", "most_per_period": "",
    }  # fmt: skip
    walk.post("exchange:draft_agreement", ours, said)
    row = Agreement.objects.get()
    walk.post("exchange:change_agreement", ours, said | {"name_zh": "改名"}, public_id=row.public_id)
    there = reverse("exchange:show_agreement", args=[row.public_id])
    line = {
        "source": world.open_university.code, "target": world.vocational.code, "basis": "level", "of_kind": "formal",
        "of_level": "2", "as_kind": "formal", "as_level": "2", "num": "2", "den": "3",
    }  # fmt: skip
    walk.post("exchange:add_term", ours, line, public_id=row.public_id, page=there)
    walk.post(
        "exchange:add_term", ours, line | {"source": world.vocational.code, "target": world.open_university.code},
        public_id=row.public_id, page=there,
    )  # fmt: skip
    walk.post("exchange:remove_term", ours, {}, public_id=row.public_id, number=2, page=there)
    walk.post("exchange:move_agreement", ours, {}, public_id=row.public_id, verb="offer", page=there)
    walk.post(
        "exchange:move_agreement", theirs, {"organisation": unit.code}, public_id=row.public_id, verb="sign", page=there
    )
    walk.post("exchange:move_agreement", officer, {}, public_id=row.public_id, verb="approve", page=there)
    begins = (clock.today() + timedelta(days=30)).isoformat()
    walk.post("exchange:follow_agreement", ours, said | {"effect_from": begins}, public_id=row.public_id)
    learner = a_person("陈嘉敏")
    posting = credited(learner, world.open_university)
    own = at_browser(learner)
    sent = {"posting": str(posting.key), "target": unit.code}
    walk.post("exchange:ask", own, sent, page=reverse("exchange:show_wallet"))
    case = Case.objects.get()
    page = reverse("exchange:show_case", args=[case.public_id])
    walk.post("exchange:move_case", own, {}, public_id=case.public_id, verb="withdraw", page=page)
    case = a_case(world, learner)
    page = reverse("exchange:show_case", args=[case.public_id])
    walk.post("exchange:move_case", theirs, {}, public_id=case.public_id, verb="accept", page=page)


@passes("exchange:lodge_batch", "exchange:accept_batch")
def test_a_class_of_graduates(walk: Walk) -> None:
    unit = an_organisation(small_city()["五山街道"], name_zh="广州市职业学校")
    world = at_unit(a_registrar(unit), unit)
    agreed(world, at=clock.now())
    ours, theirs = (at_browser(one.person) for one in (world.ou, world.vc))
    credited(a_person("陈嘉敏"), world.open_university)
    said = {
        "source": world.open_university.code, "target": unit.code, "code": "OU-CS101", "ended_from": "2026-01-01",
        "last_day": clock.today().isoformat(), "consents": "教务处档案柜", "seen": "1",
    }  # fmt: skip
    walk.post("exchange:lodge_batch", ours, said)
    batch = Batch.objects.get()
    batches.ask_for_batch(batch, Hand(), now=clock.now)
    Job.objects.update(state=Job.State.DONE, ended_at=clock.now())
    there = reverse("exchange:show_batch", args=[batch.public_id])
    walk.post("exchange:accept_batch", theirs, {}, public_id=batch.public_id, page=there)


@passes("exchange:keep_periods", "exchange:close_period", "exchange:move_statement")
def test_clearing(walk: Walk) -> None:
    city = small_city()
    unit = an_organisation(city["五山街道"], name_zh="广州市职业学校")
    world = at_unit(a_registrar(unit), unit)
    keeper = a_person("结算员")
    holding(keeper, "certification_officer", territory=city["广州市"])
    officer, ours, theirs = (at_browser(one) for one in (keeper, world.ou.person, world.vc.person))
    long_ago = clock.now() - timedelta(days=5)
    agreed(world, at=long_ago, is_automatic=True)
    learner = a_person("陈嘉敏")
    asked(world, learner, credited(learner, world.open_university), at=long_ago)
    days = {"begins_on": (clock.today() - timedelta(days=9)).isoformat(), "ends_on": clock.today().isoformat()}
    walk.post("exchange:keep_periods", officer, days)
    row = Statement.objects.get()
    there = reverse("exchange:show_statement", args=[row.public_id])
    line = {"line": str(Case.objects.get().public_id)}
    walk.post(
        "exchange:move_statement", theirs, line | {"side": unit.code, "words": "应算上期"}, public_id=row.public_id,
        verb="doubt", page=there,
    )  # fmt: skip
    walk.post(
        "exchange:move_statement",
        ours,
        line | {"answer": "见回执"},
        public_id=row.public_id,
        verb="explain",
        page=there,
    )
    for client, side in ((ours, world.open_university), (theirs, unit)):
        walk.post(
            "exchange:move_statement", client, {"side": side.code}, public_id=row.public_id, verb="acknowledge",
            page=there,
        )  # fmt: skip
    period = ClearingPeriod.objects.get()
    page = reverse("exchange:show_period", args=[period.public_id])
    walk.post("exchange:close_period", officer, {}, public_id=period.public_id, page=page)
