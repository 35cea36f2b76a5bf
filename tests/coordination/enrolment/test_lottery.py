"""The lottery: committed to before, worked out again by anybody after, drawn once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from coordination.enrolment.situations import (
    CLOSES,
    NOW,
    School,
    a_lottery,
    a_resident,
    again,
    an_open_class,
    charge_of,
    drawn,
    enrolled,
    of,
)
from coordination.enrolment.test_enrolling import check_counts, refused
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.notices.models import Notice
from xuecheng.city.rights import Denied
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment import jobs, news, services
from xuecheng.coordination.enrolment.commands import lottery as command
from xuecheng.coordination.enrolment.models import Charge, Enrolment, Lottery
from xuecheng.coordination.enrolment.rules import lottery as law
from xuecheng.coordination.enrolment.rules.verify_lottery import verify

SCRIPT = Path(law.__file__).with_name("verify_lottery.py")
NUMBERS = st.lists(
    st.tuples(st.integers(0, 3), st.text("23456789ABC", min_size=4, max_size=4)), unique_by=lambda one: one[1]
)


def a_document(entries: list[law.Entry], places: int = 3) -> dict[str, Any]:
    secret = "5" * 64
    hashed = law.digest(law.list_text(entries))
    seed = law.seed_of(secret=secret, list_hash=hashed, beacon="07")
    order = [number for _group, number in law.drawn(entries, seed)]
    return {
        "algorithm": law.ALGORITHM, "commitment": law.digest(secret), "secret": secret, "beacon": "07",
        "list": [list(one) for one in entries], "list_hash": hashed, "seed": seed, "places": places, "order": order,
        "taken": order[:places],
    }  # fmt: skip


@given(NUMBERS, st.integers(0, 5))
def test_two_ways_of_working_it_out_agree(entries: list[law.Entry], places: int) -> None:
    document = a_document(entries, places)
    assert law.verified(document) == []
    assert "is right" in verify(document)
    groups = [group for group, _number in law.drawn(entries, document["seed"])]
    assert groups == sorted(groups)


@given(
    NUMBERS.filter(lambda entries: len(entries) > 1),
    st.sampled_from(["secret", "beacon", "list", "order", "taken", "seed"]),
)
def test_whatever_is_changed_is_found_by_both(entries: list[law.Entry], what: str) -> None:
    document = a_document(entries, places=1)
    value = document[what]
    document[what] = value[1:] if isinstance(value, list) else value[:-1] + ("1" if value[-1] != "1" else "2")
    assert law.verified(document)
    with pytest.raises(AssertionError):
        verify(document)


def test_the_order_is_known_for_a_seed() -> None:
    """A vector worked out by `sha256sum`: whoever writes another program has something to compare."""
    entries = [(0, "AAAA-2222"), (0, "BBBB-3333"), (1, "CCCC-4444"), (0, "DDDD-5555")]
    seed = law.digest("abc")
    keys = {number: law.digest(f"{seed}:{number}") for _group, number in entries}
    assert seed == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    wanted = sorted((number for group, number in entries if group == 0), key=keys.__getitem__)
    assert [number for _group, number in law.drawn(entries, seed)] == [*wanted, "CCCC-4444"]


def test_every_number_wins_about_as_often() -> None:
    """2,000 draws of 3 out of 10: each number 600 times, give or take 5 standard deviations (about 102)."""
    entries = [(0, f"N{number}") for number in range(10)]
    won = Counter(number for seed in range(2_000) for _group, number in law.drawn(entries, law.digest(str(seed)))[:3])
    assert all(498 <= times <= 702 for times in won.values()), won


@pytest.mark.django_db
def test_places_are_drawn_and_the_rest_wait_in_the_order_of_the_draw(school: School, tmp_path: Path) -> None:
    lottery, found = a_lottery(school, people=8, fee_fen=500, priority=["elders"])
    elder = enrolled(lottery.course_class, a_resident(school, born=1950))
    assert {one.state for one in (*found, elder)} == {"applied"}
    done = drawn(school, lottery)
    order = {one.lottery_number: one for one in Enrolment.objects.all()}
    in_order = [order[number] for number in done.order]
    assert in_order[0] == elder
    assert [one.state for one in in_order] == ["enrolled"] * 3 + ["waiting"] * 6
    assert [one.queue_no for one in in_order] == list(range(1, 10))
    assert Charge.objects.filter(state="due").count() == 3
    assert charge_of(elder).owed_fen == 500
    check_counts(lottery.course_class)
    published = tmp_path / "lottery.json"
    published.write_text(json.dumps(done.document()), encoding="utf-8")
    alone = subprocess.run([sys.executable, "-I", SCRIPT, published], capture_output=True, text=True, check=False)
    assert (alone.returncode, alone.stdout) == (0, "The lottery is right: 3 of 9 have a place.\n")
    said = CliRunner().invoke(command, ["verify", str(published)])
    assert said.exit_code == 0, said.output
    published.write_text(json.dumps(done.document() | {"beacon": "another"}), encoding="utf-8")
    assert CliRunner().invoke(command, ["verify", str(published)]).exit_code == 1
    alone = subprocess.run([sys.executable, "-I", SCRIPT, published], capture_output=True, text=True, check=False)
    assert alone.returncode == 1
    names = [one.person.name for one in found] + [str(one.person.public_id) for one in found]
    assert not [name for name in names if name in json.dumps(done.document(), ensure_ascii=False)]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("01 02 03 04 05 06 + 01", "01 02 03 04 05 06 + 01"),
        (" 1、2、3、4、5、33|16 ", "01 02 03 04 05 33 + 16"),
        ("00 02 03 04 05 06 + 01", None),
        ("01 02 03 04 05 34 + 01", None),
        ("01 02 03 04 05 06 + 00", None),
        ("01 02 03 04 05 06 + 17", None),
        ("02 01 03 04 05 06 + 01", None),
        ("01 01 03 04 05 06 + 01", None),
        ("01 02 03 04 05 06", None),
        ("01 02 03 04 05 06 07 + 01", None),
        ("随便", None),
    ],
)
def test_of_the_usual_source_only_what_it_can_have_published_is_taken(typed: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(law.BeaconWrong):
            law.beacon_of(typed, source=law.USUAL_SOURCE)
    else:
        assert law.beacon_of(typed, source=law.USUAL_SOURCE) == kept
    assert law.beacon_of(typed, source="街道广场当天抽的签") == " ".join(typed.split())


@pytest.mark.django_db
def test_each_step_has_its_time(school: School) -> None:
    lottery, found = a_lottery(school, people=2)
    clerk = {"actor": school.clerk, "lottery": lottery, "at": CLOSES}
    with pytest.raises(law.LotteryNotClosed):
        services.freeze_lottery(**(clerk | {"at": CLOSES - timedelta(microseconds=1)}))
    with pytest.raises(law.LotteryNotFrozen):
        services.start_draw(**clerk, beacon="03 09 17 22 28 31 + 07")
    for actor in (school.far_clerk, of(found[0].person)):
        with pytest.raises(Denied):
            services.freeze_lottery(**(clerk | {"actor": actor}))
        with pytest.raises(Denied):
            services.start_draw(**(clerk | {"actor": actor}), beacon="03 09 17 22 28 31 + 07")
    assert lottery.secret == ""
    frozen = services.freeze_lottery(**clerk)
    assert services.freeze_lottery(**clerk).list_hash == frozen.list_hash != ""
    for act in (services.withdraw,):
        with pytest.raises(law.LotteryFrozen):
            act(actor=of(found[0].person), enrolment=found[0], at=CLOSES)
    with pytest.raises(law.LotteryFrozen):
        services.refuse(actor=school.clerk, enrolment=found[0], why="重复", at=CLOSES)
    with pytest.raises(law.BeaconMissing):
        services.start_draw(**clerk, beacon=" ")
    with pytest.raises(law.BeaconWrong):
        services.start_draw(**clerk, beacon="随便")
    assert again(lottery).step == "frozen"
    started = services.start_draw(**clerk, beacon="3,9,17,22,28,31+7")
    assert started.beacon == "03 09 17 22 28 31 + 07"
    assert services.start_draw(**clerk, beacon="03 09 17 22 28 31  + 07").job == started.job
    with pytest.raises(law.LotteryDrawn):
        services.start_draw(**clerk, beacon="03 09 17 22 28 31 + 08")
    assert Job.objects.filter(kind="enrolment.draw").count() == 1


@pytest.mark.django_db
def test_a_lottery_is_announced_before_enrolment_ends_and_once(school: School) -> None:
    row = an_open_class(school, allocation="lottery")
    wish = {"actor": school.clerk, "course_class": row, "public_id": uuid7(), "beacon_source": "双色球", "at": NOW}
    with pytest.raises(services.AnnouncedBefore):
        services.announce_lottery(**wish)
    first_come = an_open_class(school)
    with pytest.raises(services.NoLottery):
        services.announce_lottery(**(wish | {"course_class": first_come}))
    with pytest.raises(law.SourceMissing):
        services.announce_lottery(**(wish | {"beacon_source": " "}))
    CourseClass.objects.filter(pk=first_come.pk).update(allocation="lottery")
    with pytest.raises(services.LotteryNotAnnounced):
        enrolled(first_come, a_resident(school))
    with pytest.raises(services.AnnouncedTooLate):
        services.announce_lottery(**(wish | {"course_class": first_come, "at": CLOSES}))
    with pytest.raises(Denied):
        services.announce_lottery(**(wish | {"course_class": first_come, "actor": school.far_clerk}))
    made = services.announce_lottery(**(wish | {"course_class": first_come}))
    assert services.announce_lottery(**(wish | {"course_class": first_come})) == made
    assert enrolled(first_come, a_resident(school)).state == "applied"


@pytest.mark.django_db
def test_what_was_published_stays(school: School) -> None:
    lottery, _found = a_lottery(school, people=3)
    row = Lottery.objects.filter(pk=lottery.pk)
    refused("lottery_published_stays", lambda: row.update(commitment="0" * 64))
    refused("lottery_published_stays", lambda: row.update(beacon_source="我说了算"))
    refused("lottery_steps_in_order", lambda: row.update(step="drawing", list_hash="x", frozen_at=NOW, beacon="1"))
    services.freeze_lottery(actor=school.clerk, lottery=lottery, at=CLOSES)
    refused("lottery_published_stays", lambda: row.update(entries=[]))
    services.start_draw(actor=school.clerk, lottery=lottery, beacon="03 09 17 22 28 31 + 07", at=CLOSES)
    refused("lottery_published_stays", lambda: row.update(beacon="08"))
    services.draw(key=lottery.pk, at=CLOSES)
    refused("lottery_published_stays", lambda: row.update(order=[]))
    refused("lottery_published_stays", row.delete)


@pytest.mark.django_db
def test_killed_in_the_middle_it_goes_on_and_is_drawn_once(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    lottery, found = a_lottery(school, people=7)
    services.freeze_lottery(actor=school.clerk, lottery=lottery, at=CLOSES)
    services.start_draw(actor=school.clerk, lottery=lottery, beacon="03 09 17 22 28 31 + 07", at=CLOSES)
    job = Job.objects.get(kind="enrolment.draw")
    monkeypatch.setattr(jobs, "_TOLD_A_SLICE", 2)
    tell, draw = news.tell_drawn, services.draw
    told: list[int] = []

    def broken_draw(**wish: Any) -> Any:
        draw(**wish)
        raise SystemExit("killed before the commit")

    def broken_tell(row: Any, some: Any, *, at: Any) -> None:
        tell(row, some, at=at)
        told.append(len(some))
        if len(told) == 2:
            raise SystemExit("killed while telling")

    with monkeypatch.context() as patched:
        patched.setattr(services, "draw", broken_draw)
        with pytest.raises(SystemExit):
            running.run(job.pk)
    assert {again(one).state for one in found} == {"applied"}
    assert again(lottery).step == "drawing"
    with monkeypatch.context() as patched:
        patched.setattr(news, "tell_drawn", broken_tell)
        with pytest.raises(SystemExit):
            running.run(job.pk)
    order = again(lottery).order
    assert (lottery.step, Notice.objects.filter(kind=news.DRAWN).count()) == ("drawn", 2)
    running.run(job.pk)
    assert again(lottery).order == order
    assert Notice.objects.filter(kind=news.DRAWN).count() == len(found)
    assert again(job).state == "done"
    assert services.draw(key=lottery.pk, at=NOW).order == order
    assert Counter(again(one).state for one in found) == {"enrolled": 3, "waiting": 4}
