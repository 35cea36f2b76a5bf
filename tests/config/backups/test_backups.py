"""A backup is whole or it is none, and restored, everything is as it was: at the log's end, or at a moment (REL-31).

One module and one worker, since all of it shares a server of its own.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from config.backups.conftest import CONTENT, LATE, SHA256, Living, names_in, silent
from xuecheng.city import clock
from xuecheng.config import archiving
from xuecheng.config.backups import (
    carrying,
    drilling,
    folder,
    keeping,
    making,
    notes,
    outside,
    points,
    restoring,
    sealing,
)
from xuecheng.config.backups.refusals import (
    BackupDamaged,
    BackupKeyMissing,
    BackupRuns,
    BackupTooNew,
    BackupUnknown,
    NoBackups,
    PlaceRuns,
    PlaceTaken,
    TooEarly,
    TooLate,
    ToolMissing,
)


def verified(living: Living, backups: folder.Backups, *, deep: bool = False) -> dict[str, str]:
    manifest = backups.named(living.second.id)
    found = keeping.verify(backups, manifest, keys=living.keys, deep=deep, report=silent)
    return {one.what: one.state for one in found}


def flip(path: Path, place: int = -1) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def test_what_was_made_is_listed_the_newest_first_and_verifies_to_the_last_byte(living: Living) -> None:
    assert [one.id for one in living.backups.whole()] == [living.second.id, living.first.id]
    assert verified(living, living.backups, deep=True) == dict.fromkeys(("sums", "manifest", "log", "files"), "pass")
    assert living.second.totals_after["people"] == living.first.totals_after["people"] + 2
    assert living.second.totals_before == living.second.totals_after
    assert (living.first.file_count, living.second.file_count) == (1, 2)


def test_nothing_that_left_can_be_read_without_the_key(living: Living, tmp_path: Path) -> None:
    held = [path for path in living.backups.root.rglob("*") if path.is_file() and path.name != ".lock"]
    plain = {path.name for path in held if not path.read_bytes().startswith(b"XCBK1")}
    assert plain <= {"manifest.json", "drills.jsonl"}
    names = {path.name for path in held}
    assert not any(kek in name for kek in living.first.keks for name in names)
    assert not names & {path.name for path in living.keys.rglob("*")}
    with pytest.raises(BackupKeyMissing) as refusal:
        keeping.verify(living.backups, living.second, keys=tmp_path, deep=False, report=silent)
    assert living.second.backup_key[:12] in str(refusal.value)


def test_a_changed_byte_anywhere_is_found(living: Living, tmp_path: Path) -> None:
    backups = living.copy(tmp_path / "copy")
    here = backups.bases() / living.second.id
    for part in ("base.tar.gz", "pg_wal.tar.gz", "backup_manifest", "files"):
        flip(here / part, place=40)
        with pytest.raises(BackupDamaged, match=part):
            verified(living, backups)
        flip(here / part, place=40)
    assert verified(living, backups)["sums"] == "pass"
    manifest = here / "manifest.json"
    honest = manifest.read_text()
    manifest.write_text(honest.replace('"file_count": 2', '"file_count": 1'))
    with pytest.raises(BackupDamaged):
        verified(living, backups)
    manifest.write_text(honest)
    one = next((backups.root / "files").glob("*/*"))
    flip(one)
    assert verified(living, backups)["files"] == "pass", "looked at, not opened"
    with pytest.raises(BackupDamaged):
        verified(living, backups, deep=True)
    one.unlink()
    assert verified(living, backups)["files"] == "fail"


def test_a_gap_in_the_log_is_found_and_named(living: Living, tmp_path: Path) -> None:
    backups = living.copy(tmp_path / "copy")
    segments = [path.name for path in carrying.segments_since(backups, living.system, living.first.first_segment)]
    assert carrying.gap_in(backups, living.system, living.first.first_segment) is None
    whole = [name for name in segments if len(name) == 24]
    (backups.log(living.system) / whole[0]).unlink()
    assert carrying.gap_in(backups, living.system, whole[0]) == whole[0]


def test_a_backup_killed_half_way_is_in_no_list_and_the_next_clears_it_away(living: Living, tmp_path: Path) -> None:
    root = tmp_path / "folder"

    def die(what: str, _done: int, _total: int | None) -> None:
        if what.startswith("Sealing pg_wal"):
            os.kill(os.getpid(), signal.SIGKILL)

    connection.close()
    child = os.fork()
    if child == 0:
        try:
            making.back_up(root, home=living.home, report=die)
        finally:
            os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    backups = folder.Backups(root)
    left = list(backups.bases().iterdir())
    assert [one.name.startswith(".making-") for one in left] == [True]
    assert (backups.whole(), backups.unreadable()) == ([], [])
    with pytest.raises(BackupUnknown):
        backups.named(left[0].name)

    def cancel(what: str, _done: int, _total: int | None) -> None:
        if what == "Verifying":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        making.back_up(root, home=living.home, report=cancel)
    assert list(backups.bases().iterdir()) == []
    assert not [one for one in (living.home / "scratch").iterdir() if one.name in {str(child), str(os.getpid())}]


def test_two_at_once_one_is_refused(living: Living) -> None:
    with living.backups.locked(), pytest.raises(BackupRuns):
        living.back_up()


def test_old_backups_go_with_what_only_they_need_and_the_newest_stays_whole(living: Living, tmp_path: Path) -> None:
    backups = living.copy(tmp_path / "copy")
    stale = backups.file("ab" * 32)
    stale.parent.mkdir(exist_ok=True)
    stale.touch()
    late = clock.now() + timedelta(days=40)

    def forget(**more: object) -> keeping.Forgotten:
        return keeping.forget(backups, keys=living.keys, at=late, days=30, **more)

    assert forget(least=2).backups == []
    assert forget(least=1, dry=True).backups == [living.first.id]
    assert len(backups.whole()) == 2
    stale.touch()
    gone = forget(least=1)
    assert gone.backups == [living.first.id]
    assert [one.id for one in backups.whole()] == [living.second.id]
    assert not stale.exists()
    assert set(verified(living, backups, deep=True).values()) == {"pass"}
    names = [path.name for path in backups.log(living.system).glob("0*")]
    assert all(name[8:24] >= living.second.first_segment[8:] for name in names)
    assert len(names) < len(list(living.backups.log(living.system).glob("0*")))
    assert forget(least=1).backups == [], "the last one stays, however old"


def test_another_servers_segment_of_the_same_name_is_refused_and_kept(living: Living) -> None:
    known = next(carrying.segments_since(living.backups, living.system, living.first.first_segment))
    waiting = archiving.waiting_room(living.home) / f"{known.name}.gz"
    plain = b"".join(sealing.opened(known, name=carrying.log_name(living.system, known.name), keys=living.keys))
    key = sealing.current_key(living.keys)
    try:
        waiting.write_bytes(gzip.compress(b"of a copy that lives on"))
        with pytest.raises(carrying.AnotherLog):
            carrying.carry_segment(living.backups, waiting, system=living.system, key=key)
        assert waiting.exists()
        waiting.write_bytes(gzip.compress(gzip.decompress(plain)))
        carrying.carry_segment(living.backups, waiting, system=living.system, key=key)
        assert not waiting.exists(), "handed over twice, it is the same"
    finally:
        waiting.unlink(missing_ok=True)


def test_without_the_programs_of_its_release_an_outside_server_is_refused_by_name() -> None:
    with pytest.raises(ToolMissing) as refusal:
        outside.tool("pg_dump", 99)
    assert "pg_dump" in str(refusal.value)
    assert "postgresql-client-99" in str(refusal.value)


def test_check_tells_of_backup_drill_and_archive(
    living: Living, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def states() -> dict[str, str]:
        return {found.what: found.state for found in (point() for point in points.POINTS)}

    assert states()["backup"] == "pass"
    assert states()["log archive"] == "pass"
    waiting = archiving.waiting_room(living.home) / "000000010000000000000001.gz"
    waiting.touch()
    try:
        os.utime(waiting, (0, clock.now().timestamp() - settings.BACKUP_RPO_MINUTES * 60 + 5))
        assert states()["log archive"] == "pass"
        os.utime(waiting, (0, clock.now().timestamp() - settings.BACKUP_RPO_MINUTES * 60 - 5))
        assert states()["log archive"] == "warn"
    finally:
        waiting.unlink()
    monkeypatch.delenv("XUECHENG_BACKUPS")
    assert states()["log archive"] == "warn", "handed over and carried nowhere"
    monkeypatch.setenv("XUECHENG_BACKUPS", str(tmp_path))
    assert states()["backup"] == "fail"
    assert states()["drill"] == "warn"
    for days, state in ((30, "pass"), (32, "warn")):
        told = {"at": (clock.now() - timedelta(days=days)).isoformat(), "backup": "x", "seconds": 3, "state": "pass"}
        (tmp_path / "drills.jsonl").write_text(json.dumps(told | {"wrong": []}) + '\n{"at": ')
        assert states()["drill"] == state


def test_an_old_backup_is_warned_of(living: Living, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key = sealing.current_key(living.keys)
    monkeypatch.setenv("XUECHENG_BACKUPS", str(tmp_path))
    for name, hours, state in (("a", 31, "warn"), ("b", 29, "pass")):
        place = tmp_path / "bases" / name
        place.mkdir(parents=True)
        ended = (clock.now() - timedelta(hours=hours)).isoformat()
        folder.write_manifest(place, replace(living.first, id=name, ended_at=ended).marked(key))
        assert points.POINTS[0]().state == state


def test_at_a_moment_the_first_row_is_there_and_the_second_is_not_and_absent_keys_are_named(
    living: Living, tmp_path: Path
) -> None:
    # The key of the backups alone: whoever forgot the others is told so, and has the data all the same.
    keys, into = tmp_path / "keys", tmp_path / "home"
    keys.mkdir(mode=0o700)
    for one in living.keys.glob("backup-*"):
        shutil.copy2(one, keys)
    chosen = restoring.choose(living.backups, name=None, to_time=living.between)
    assert chosen == living.first, "the newest that ended before the moment"
    done = restoring.restore(
        living.backups, chosen, into=into, keys=keys, to_time=living.between, report=silent, patience_s=60
    )
    found = {one.what: one for one in done.found}
    assert {one.what for one in done.found if one.state == "fail"} == {"keys"}, done.found
    assert living.first.keks[0][:12] in found["keys"].found
    assert "people +1" in found["totals"].found
    assert done.state == "fail"
    assert not (into / "secret-key").exists(), "no new key stands where the old one belongs"
    kept = into / "files" / "documents" / "contents" / SHA256[:2]
    assert (kept / SHA256).read_bytes() == CONTENT
    assert (kept / LATE).exists(), "what came since lies there too: a row that needs it may have come with it"
    assert names_in(into) == {"came-first"}


def test_a_drill_finds_the_totals_equal_and_everything_well_and_leaves_only_a_note(living: Living) -> None:
    done = drilling.drill(
        living.backups, home=living.home, keys=living.keys, name=None, to_time=None, at=clock.now(), report=silent
    )
    found = {one.what: one for one in done.found}
    assert {one.state for one in done.found} == {"pass"}, done.found
    assert done.backup == living.second.id
    assert found["totals"].found.startswith("equal to the manifest")
    assert {"totals", "keys", "ledger", "sums", "rights", "orphans", "files", "migrations", "page"} == set(found)
    assert not Path(done.into).exists()
    note = notes.last(living.backups)
    assert note is not None
    assert (note.backup, note.state, note.wrong) == (living.second.id, "pass", [])
    assert note.seconds == done.seconds > 0


def test_a_moment_before_the_first_backup_is_refused_with_the_earliest(living: Living) -> None:
    early = living.first.ended - timedelta(seconds=1)
    with pytest.raises(TooEarly) as refusal:
        restoring.choose(living.backups, name=None, to_time=early)
    assert f"{living.first.ended.astimezone(clock.zone()):%Y-%m-%d %H:%M:%S}" in str(refusal.value)
    with pytest.raises(TooEarly):
        restoring.choose(living.backups, name=living.second.id, to_time=living.between)
    assert restoring.choose(living.backups, name=None, to_time=living.first.ended) == living.first


def test_a_moment_behind_the_log_is_refused_and_nothing_is_left(living: Living, tmp_path: Path) -> None:
    with pytest.raises(TooLate):
        restoring.restore(
            living.backups, living.second, into=tmp_path / "home", keys=living.keys,
            to_time=clock.now() + timedelta(days=1), report=silent, patience_s=60,
        )  # fmt: skip
    assert not (tmp_path / "home" / "database").exists()


def test_a_home_with_data_is_never_restored_over(living: Living, tmp_path: Path) -> None:
    def into(home: Path, *, over: bool = False) -> None:
        restoring.restore(
            living.backups, living.first, into=home, keys=living.keys, to_time=None, report=silent, replace=over
        )

    with pytest.raises(PlaceRuns):
        into(living.home, over=True)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "somebody's").touch()
    with pytest.raises(PlaceTaken):
        into(tmp_path)
    assert (tmp_path / "files" / "somebody's").exists()


def test_what_is_replaced_lies_aside_and_comes_back_when_the_restore_breaks(living: Living, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "somebody's").touch()
    seen: list[bool] = []

    def cancel(what: str, _done: int, _total: int | None) -> None:
        if what.startswith("Unpacking"):
            seen.append((tmp_path / "files").exists())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restoring.restore(
            living.backups, living.first, into=tmp_path, keys=living.keys, to_time=None, report=cancel, replace=True
        )
    assert seen == [False]
    assert (tmp_path / "files" / "somebody's").exists()
    assert not (tmp_path / "database").exists()


def test_foreign_new_and_keyless_backups_are_refused_before_anything_is_written(living: Living, tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    with pytest.raises(NoBackups):
        folder.at(tmp_path / "else")
    key = sealing.current_key(living.keys)
    newer = replace(living.first, migrations=[*living.first.migrations, "people.9999_of_tomorrow"], release="9.9")
    for manifest, keys, refusal in (
        (newer.marked(key), living.keys, BackupTooNew),
        (living.first, tmp_path / "else", BackupKeyMissing),
    ):
        with pytest.raises(refusal):
            restoring.restore(living.backups, manifest, into=tmp_path / "home", keys=keys, to_time=None, report=silent)
    assert not (tmp_path / "home").exists()
