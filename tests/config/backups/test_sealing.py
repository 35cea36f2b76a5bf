"""A sealed file opens whole, in its place, with its key, or not at all; keys travel under a passphrase."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from xuecheng.city.vault.refusals import SealBroken
from xuecheng.config import environment
from xuecheng.config.backups import keys as packing
from xuecheng.config.backups import sealing
from xuecheng.config.backups.refusals import BackupKeyMissing, KeyThere, PassphraseShort, PassphraseWrong

WORDS = "five words are long enough"
FRAME = 1024 * 1024


@pytest.mark.parametrize("length", [0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME + 5])
def test_what_was_sealed_opens_the_same(tmp_path: Path, length: int) -> None:
    key, plain = sealing.current_key(tmp_path / "keys"), secrets.token_bytes(length)
    sealing.seal([plain[:3], plain[3:]], tmp_path / "file", name="here", key=key)
    assert b"".join(sealing.opened(tmp_path / "file", name="here", keys=tmp_path / "keys")) == plain
    assert sealing.Reader(sealing.opened(tmp_path / "file", name="here", keys=tmp_path / "keys")).readall() == plain


def test_cut_moved_swapped_or_keyless_it_does_not_open(tmp_path: Path) -> None:
    key = sealing.current_key(tmp_path / "keys")
    path = tmp_path / "file"
    sealing.seal([secrets.token_bytes(2 * FRAME + 5)], path, name="here", key=key)
    whole = path.read_bytes()
    frame = FRAME + 4 + 12 + 16
    head = len(whole) - 2 * frame - (5 + 4 + 12 + 16)
    altered = {
        "cut after a frame": whole[: head + frame],
        "cut within": whole[:-1],
        "cut to its head": whole[:head],
        "frames swapped": whole[:head] + whole[head + frame : head + 2 * frame] + whole[head : head + frame]
        + whole[head + 2 * frame :],
        "more behind": whole + whole[head : head + frame],
        "not ours": b"x" + whole[1:],
        "nothing": b"",
    }  # fmt: skip
    for why, content in altered.items():
        path.write_bytes(content)
        with pytest.raises(SealBroken):
            pytest.fail(f"{why}: {list(sealing.opened(path, name='here', keys=tmp_path / 'keys'))[:0]}")
    path.write_bytes(whole)
    with pytest.raises(SealBroken):
        list(sealing.opened(path, name="elsewhere", keys=tmp_path / "keys"))
    with pytest.raises(BackupKeyMissing):
        list(sealing.opened(path, name="here", keys=tmp_path))


def test_the_newest_key_seals_and_the_older_still_opens(tmp_path: Path) -> None:
    old = sealing.current_key(tmp_path / "keys")
    assert sealing.current_key(tmp_path / "keys") == old
    sealing.seal([b"before"], tmp_path / "file", name="here", key=old)
    (tmp_path / "keys" / f"backup-{'f' * 32}").touch(mode=0o600)
    (tmp_path / "keys" / f"backup-{'f' * 32}").write_bytes(secrets.token_bytes(32))
    assert sealing.current_key(tmp_path / "keys").number == "f" * 32
    assert b"".join(sealing.opened(tmp_path / "file", name="here", keys=tmp_path / "keys")) == b"before"


def test_keys_travel_under_a_passphrase_without_the_secrets_of_single_people(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for name in ("keys/kek-1", "keys/backup-2", "keys/owners/07/1799", "secret-key", "oidc-key.pem"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(name.encode())
    sent = tmp_path / "sent"
    with pytest.raises(PassphraseShort):
        packing.pack(sent, home=home, keys=home / "keys", passphrase="short", with_owners=False)
    names = packing.pack(sent, home=home, keys=home / "keys", passphrase=WORDS, with_owners=False)
    assert set(names) == {"keys/kek-1", "keys/backup-2", "secret-key", "oidc-key.pem"}
    assert sent.stat().st_mode & 0o777 == 0o600
    assert b"kek-1" not in sent.read_bytes()
    with pytest.raises(PassphraseWrong):
        packing.unpack(sent, into=tmp_path / "new", passphrase=WORDS + ".")
    assert not (tmp_path / "new").exists()
    packing.unpack(sent, into=tmp_path / "new", passphrase=WORDS)
    assert (tmp_path / "new" / "keys" / "kek-1").read_bytes() == b"keys/kek-1"
    assert (tmp_path / "new" / "keys" / "kek-1").stat().st_mode & 0o777 == 0o600
    (tmp_path / "new" / "secret-key").write_bytes(b"of another site")
    with pytest.raises(KeyThere):
        packing.unpack(sent, into=tmp_path / "new", passphrase=WORDS)
    assert (tmp_path / "new" / "secret-key").read_bytes() == b"of another site"


def test_signing_keys_that_the_settings_keep_elsewhere_travel_too(tmp_path: Path, monkeypatch: Any) -> None:
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    (home / "secret-key").write_bytes(b"of a first try, no longer used")
    (tmp_path / "secret").write_text("the one in use\n")
    monkeypatch.setenv("XUECHENG_SECRET_KEY_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("XUECHENG_OIDC_KEY", environment.stand_in())
    names = packing.pack(tmp_path / "less", home=home, keys=home / "keys", passphrase=WORDS, with_owners=False)
    assert names == ["secret-key"]
    monkeypatch.setenv("XUECHENG_OIDC_KEY", "-----BEGIN a key")
    packing.pack(tmp_path / "sent", home=home, keys=home / "keys", passphrase=WORDS, with_owners=False)
    packing.unpack(tmp_path / "sent", into=tmp_path / "new", passphrase=WORDS)
    assert (tmp_path / "new" / "secret-key").read_bytes() == b"the one in use"
    assert (tmp_path / "new" / "oidc-key.pem").read_bytes() == b"-----BEGIN a key"
