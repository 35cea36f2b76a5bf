"""Replacing keys while people work, killed in the middle, with a backup from before; destroying and shredding."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction

from city.situations import TODAY, a_person, an_operator, small_city
from city.vault.sealed import PURPOSE, a_document, a_number, found_by, number_of
from xuecheng.city import clock, rights, vault
from xuecheng.city.access.queries import standing_of
from xuecheng.city.realname.models import IdentityDocument
from xuecheng.city.vault import keyring, queries, registry, services, usage
from xuecheng.city.vault.models import Key
from xuecheng.city.vault.providers import provider
from xuecheng.city.vault.refusals import KeyDestroyed, KeyMissing, OwnerSecretMissing
from xuecheng.city.vault.registry import SealedColumn

NOW = clock.now()


class Hand:
    """A progress without a job."""

    def __init__(self):
        self.done, self.total, self.cursor = 0, None, {}

    @contextmanager
    def slice(self):
        with transaction.atomic():
            yield


def replace(use):
    return services.replace(actor=rights.OWNER, use=use, at=clock.now(), reason="Every year", in_background=False)


def documents():
    return list(IdentityDocument.objects.order_by("pk"))


def test_a_new_data_key_takes_over_and_every_row_is_sealed_anew(db):
    for count in range(1, 8):
        a_document(a_number(count))
    (old,) = replace("seal")
    newest = a_document(a_number(8))
    assert usage.rows_using(old.pk, "seal", PURPOSE) == 7
    assert services.drain(Hand(), now=NOW) == 7
    assert usage.rows_using(old.pk, "seal", PURPOSE) == 0
    assert [number_of(one) for one in documents()] == [a_number(count) for count in range(1, 9)]
    assert {bytes(one.number_sealed)[2:10] for one in documents()} == {bytes(newest.number_sealed)[2:10]}
    old.refresh_from_db()
    assert old.state == Key.State.DRAINED


def test_a_new_look_up_key_takes_over_and_both_are_searched_meanwhile(db):
    one = a_document(a_number(1))
    (old,) = replace("look_up")
    other = a_document(a_number(2))
    assert len(vault.look_up_hashes(PURPOSE, a_number(1))) == 2
    assert (found_by(a_number(1)), found_by(a_number(2))) == ([one.pk], [other.pk])
    assert services.drain(Hand(), now=NOW) == 1
    assert (found_by(a_number(1)), found_by(a_number(2))) == ([one.pk], [other.pk])
    assert len(vault.look_up_hashes(PURPOSE, a_number(1))) == 1
    old.refresh_from_db()
    assert old.state == Key.State.DRAINED


def test_a_new_key_encryption_key_wraps_every_key_anew_and_no_row_is_touched(db):
    document = a_document(a_number(1))
    (first,) = provider().ids()
    assert services.rewrap(actor=rights.OWNER, reason="The operator left") == 2
    keyring.forget_unwrapped()
    again = IdentityDocument.objects.get(pk=document.pk)
    assert bytes(again.number_sealed) == bytes(document.number_sealed)
    assert number_of(again) == a_number(1)
    assert queries.unused_keks() == [first]
    assert queries.check() == []


def test_a_key_is_destroyed_only_after_its_days_and_when_no_row_uses_it(db):
    document = a_document(a_number(1))
    (old,) = replace("seal")
    services.drain(Hand(), now=NOW)
    assert services.destroy_unused(now=NOW + timedelta(days=34)) == []
    # A row that came back, from a backup say: the count decides, not the state.
    IdentityDocument.objects.filter(pk=document.pk).update(number_sealed=document.number_sealed)
    assert services.destroy_unused(now=NOW + timedelta(days=36)) == []
    old.refresh_from_db()
    assert old.state == Key.State.RETIRING
    services.drain(Hand(), now=NOW)
    assert services.destroy_unused(now=NOW + timedelta(days=36)) == [old.pk]
    with pytest.raises(KeyDestroyed) as gone:
        number_of(document)  # as it was sealed before
    assert str(old.pk) in str(gone.value)
    assert number_of(IdentityDocument.objects.get(pk=document.pk)) == a_number(1)


def test_only_operators_of_the_city_replace_keys(db):
    a_document(a_number(1))
    city = small_city()
    for actor in (an_operator(city["天河区"]), standing_of(a_person(), today=TODAY)):
        with pytest.raises(rights.Denied):
            services.replace(actor=actor, use="seal", at=NOW, reason="x", in_background=False)
        with pytest.raises(rights.Denied):
            services.rewrap(actor=actor, reason="x")
        with pytest.raises(rights.Denied):
            queries.keys(actor)
    with pytest.raises(services.NothingToReplace):
        services.replace(actor=rights.OWNER, use="seal", purposes=["x"], at=NOW, reason="x", in_background=False)


def test_rows_of_an_older_backup_open_as_long_as_their_key_is_kept_and_else_say_which_is_missing(db, key_folder):
    document = a_document(a_number(1))
    with connection.cursor() as cursor:
        cursor.execute("create temp table backup as select * from realname_identitydocument")
        cursor.execute("create temp table backup_keys as select * from vault_key")
    (old,) = replace("seal")
    services.rewrap(actor=rights.OWNER, reason="A new one")
    services.drain(Hand(), now=NOW)

    def restore():
        with connection.cursor() as cursor:
            cursor.execute(
                "update realname_identitydocument d set number_sealed = b.number_sealed from backup b where b.id = d.id"
            )
        keyring.forget_unwrapped()
        return IdentityDocument.objects.get(pk=document.pk)

    assert number_of(restore()) == a_number(1), "the key is kept for its days"
    services.drain(Hand(), now=NOW)
    services.finish_retiring(now=NOW)
    Key.objects.filter(pk=old.pk).update(state="drained", drained_at=NOW)
    services.drain(Hand(), now=NOW)
    IdentityDocument.objects.filter(pk=document.pk).update(
        number_sealed=vault.seal(PURPOSE, str(document.public_id), a_number(1))
    )
    assert services.destroy_unused(now=NOW + timedelta(days=36)) == [old.pk]
    with pytest.raises(KeyDestroyed) as gone:
        number_of(restore())
    assert f"{old.pk}" in str(gone.value)
    assert any(str(old.pk) in finding.text for finding in queries.check())
    # The keys of that day restored with the rows: the old key-encryption key is still in the folder.
    with connection.cursor() as cursor:
        cursor.execute(
            "update vault_key k set state = b.state, wrapped = b.wrapped, kek = b.kek, retired_at = b.retired_at,"
            " drained_at = b.drained_at, destroyed_at = null from backup_keys b where b.id = k.id and k.id = %s",
            [old.pk],
        ) if not Key.objects.filter(use="seal", state="active").exists() else cursor.execute(
            "update vault_key k set state = 'retiring', wrapped = b.wrapped, kek = b.kek, destroyed_at = null"
            " from backup_keys b where b.id = k.id and k.id = %s",
            [old.pk],
        )
    assert number_of(restore()) == a_number(1)


def test_a_key_that_this_database_never_had_is_named(db):
    document = a_document(a_number(1))
    blob = bytearray(bytes(document.number_sealed))
    blob[2:10] = (999_999).to_bytes(8, "big")
    with pytest.raises(KeyMissing) as missing:
        vault.open_sealed(PURPOSE, str(document.public_id), bytes(blob))
    assert "999999" in str(missing.value)


@pytest.fixture
def per_owner(monkeypatch):
    """The same column declared with a key per owner."""
    column = SealedColumn(
        purpose="test.owned", table="realname_identitydocument", column="number_sealed", per_owner=True
    )
    monkeypatch.setitem(registry._COLUMNS, "test.owned", column)
    monkeypatch.delitem(registry._COLUMNS, PURPOSE)
    return column


def test_shredding_an_owners_key_leaves_noise_everywhere_the_wrapped_key_was_copied(
    db, per_owner, key_folder, django_capture_on_commit_callbacks
):
    mine = vault.seal("test.owned", "row-1", "secret of one", owner="one")
    theirs = vault.seal("test.owned", "row-2", "secret of two", owner="two")
    copied = {key.pk: (bytes(key.wrapped), key.kek) for key in Key.objects.filter(owner="one")}
    with django_capture_on_commit_callbacks(execute=True):
        assert (
            services.shred_owner(actor=rights.OWNER, purpose="test.owned", owner="one", at=NOW, reason="Art. 47") == 1
        )
    keyring.forget_unwrapped()
    with pytest.raises(KeyDestroyed):
        vault.open_sealed("test.owned", "row-1", mine)
    assert vault.open_sealed("test.owned", "row-2", theirs) == "secret of two"
    # Last month's backup of the database brings the wrapped key back, but not the secret that it was mixed with.
    for key_id, (wrapped, kek) in copied.items():
        Key.objects.filter(pk=key_id).update(wrapped=wrapped, kek=kek, state="retiring", destroyed_at=None)
    keyring.forget_unwrapped()
    with pytest.raises(OwnerSecretMissing):
        vault.open_sealed("test.owned", "row-1", mine)


def test_owners_keys_are_replaced_owner_by_owner(db, per_owner):
    one, two = a_person("甲"), a_person("乙")
    rows = []
    for person in (one, two):
        public_id = a_person().public_id
        blob = vault.seal("test.owned", str(public_id), person.name, owner=str(person.public_id))
        rows.append(
            IdentityDocument.objects.create(
                public_id=public_id, person=person, kind="passport", number_sealed=blob, number_hash=b"x",
                name_on_document=person.name, claimed_at=NOW,
            )
        )  # fmt: skip
    replace("seal")
    assert services.drain(Hand(), now=NOW) == 2
    owners = set()
    for row in rows:
        row.refresh_from_db()
        assert vault.open_sealed("test.owned", str(row.public_id), bytes(row.number_sealed)) == row.person.name
        owners.add(Key.objects.get(pk=int.from_bytes(bytes(row.number_sealed)[2:10], "big")).owner)
    assert owners == {str(one.public_id), str(two.public_id)}
    with pytest.raises(ValueError, match="owner"):
        vault.seal("test.owned", "x", "x")


class Worker(threading.Thread):
    """Reads, writes or looks up without rest, and keeps whatever went wrong."""

    def __init__(self, work):
        super().__init__()
        self.work, self.faults, self.rounds = work, [], 0
        self.stop = threading.Event()

    def run(self):
        try:
            while not self.stop.is_set():
                self.work(self.rounds)
                self.rounds += 1
        except Exception as error:  # noqa: BLE001  # whatever it is, the test shows it
            self.faults.append(error)
        finally:
            connection.close()


@pytest.mark.django_db(transaction=True)
def test_keys_are_replaced_while_four_threads_read_write_and_look_up():  # noqa: C901  # one story
    with transaction.atomic():
        first = {a_document(a_number(count)).pk: a_number(count) for count in range(1, 121)}
    person = a_person("写字的人")
    written: list[tuple[int, str]] = []

    def read(_round):
        for one in documents()[:60]:
            expected = first.get(one.pk)
            assert number_of(one) == (expected or number_of(one))

    def look_up(round_):
        count = round_ % 120 + 1
        assert len(found_by(a_number(count))) == 1, count

    def look_up_new(_round):
        for pk, number in list(written)[-5:]:
            assert found_by(number) == [pk]

    def write(round_):
        number = a_number(1_000 + round_)
        with transaction.atomic():
            pk = a_document(number, person=person).pk
        written.append((pk, number))

    workers = [Worker(work) for work in (read, look_up, look_up_new, write)]
    for worker in workers:
        worker.start()
    time.sleep(0.3)
    for use in ("seal", "look_up", "seal", "look_up"):
        replace(use)
        services.drain(Hand(), now=clock.now())
        services.rewrap(actor=rights.OWNER, reason="Between")
        time.sleep(0.1)
    for worker in workers:
        worker.stop.set()
    for worker in workers:
        worker.join()
    assert [worker.faults for worker in workers] == [[], [], [], []]
    assert all(worker.rounds for worker in workers)
    services.drain(Hand(), now=clock.now())
    services.finish_retiring(now=clock.now())
    assert not Key.objects.filter(state="retiring").exists()
    services.destroy_unused(now=clock.now(), keep=timedelta(0))
    for pk, number in [*first.items(), *written]:
        assert number_of(IdentityDocument.objects.get(pk=pk)) == number
        assert found_by(number) == [pk]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_sealing_anew_the_next_run_goes_on(key_folder):
    with transaction.atomic():
        numbers = {a_document(a_number(count)).pk: a_number(count) for count in range(1, 2_501)}
    (old,) = replace("seal")
    settings = connection.settings_dict
    script = f"""
import django, os
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = {settings["NAME"]!r}
settings.VAULT_KEYS_FOLDER = {str(key_folder)!r}
from django.db import connections, transaction
connections.databases["default"]["NAME"] = {settings["NAME"]!r}
from contextlib import contextmanager
import signal
from xuecheng.city import clock
from xuecheng.city.vault import services
class Hand:
    done, total, cursor, slices = 0, None, {{}}, 0
    @contextmanager
    def slice(self):
        with transaction.atomic():
            yield
            self.slices += 1
            if self.slices == 3:
                os.kill(os.getpid(), signal.SIGKILL)
services.drain(Hand(), now=clock.now())
"""
    done = subprocess.run([sys.executable, "-c", script], env=os.environ.copy(), check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    left = usage.rows_using(old.pk, "seal", PURPOSE)
    assert left == 1_500, "two slices are done, the third is not half done"
    assert services.drain(Hand(), now=NOW) == 1_500
    assert usage.rows_using(old.pk, "seal", PURPOSE) == 0
    for document in documents():
        assert number_of(document) == numbers[document.pk]
