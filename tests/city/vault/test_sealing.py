"""Sealing for a row, opening there and nowhere else, finding by keyed hash."""

from __future__ import annotations

import shutil

import pytest
from django.db import connection

from city.vault.sealed import PURPOSE, a_document, a_number, found_by, number_of
from xuecheng.city import vault
from xuecheng.city.realname.models import IdentityDocument
from xuecheng.city.vault import keyring, providers
from xuecheng.city.vault.models import Key
from xuecheng.city.vault.refusals import KekMissing, KeyFolderOpen, KeyMissing, SealBroken


def test_what_is_sealed_for_a_row_opens_there_and_is_no_plain_text(db):
    document = a_document(a_number(1))
    blob = bytes(document.number_sealed)
    assert number_of(document) == a_number(1)
    assert a_number(1).encode() not in blob
    assert a_number(1)[:6].encode() not in blob


def test_a_ciphertext_moved_to_another_row_is_refused(db):
    one, other = a_document(a_number(1)), a_document(a_number(2))
    with connection.cursor() as cursor:
        cursor.execute(
            "update realname_identitydocument set number_sealed = %s where id = %s", [one.number_sealed, other.pk]
        )
    other.refresh_from_db()
    with pytest.raises(SealBroken):
        number_of(other)


def test_a_flipped_bit_anywhere_is_refused(db):
    document = a_document(a_number(1))
    blob = bytes(document.number_sealed)
    for place in (0, 1, 15, len(blob) - 1):
        broken = bytearray(blob)
        broken[place] ^= 1
        with pytest.raises((SealBroken, KeyMissing)):
            vault.open_sealed(PURPOSE, str(document.public_id), bytes(broken))


def test_of_one_number_two_rows_have_one_hash_and_two_ciphertexts(db):
    one, other = a_document(a_number(1)), a_document(a_number(1))
    assert bytes(one.number_hash) == bytes(other.number_hash)
    assert bytes(one.number_sealed)[10:] != bytes(other.number_sealed)[10:]
    assert found_by(a_number(1).lower()) == [one.pk, other.pk], "normalised as the purpose says"
    assert found_by(a_number(2)) == []


def test_the_hash_is_none_that_can_be_made_without_the_key(db, key_folder):
    before = vault.look_up_hash(PURPOSE, a_number(1))
    Key.objects.all()._raw_delete("default")
    keyring.forget_unwrapped()
    assert vault.look_up_hash(PURPOSE, a_number(1))[4:] != before[4:]


def test_keys_are_files_of_their_owner_and_refused_when_others_can_read_them(db, key_folder):
    document = a_document(a_number(1))
    (kek,) = key_folder.glob("kek-*")
    assert kek.stat().st_mode & 0o777 == 0o600
    assert key_folder.stat().st_mode & 0o777 == 0o700
    keyring.forget_unwrapped()
    kek.chmod(0o640)
    with pytest.raises(KeyFolderOpen):
        number_of(document)


def test_without_the_key_encryption_key_nothing_opens_and_the_missing_one_is_named(db, key_folder):
    document = a_document(a_number(1))
    (kek,) = providers.provider().ids()
    shutil.rmtree(key_folder)
    keyring.forget_unwrapped()
    with pytest.raises(KekMissing) as missing:
        number_of(document)
    assert kek in str(missing.value)


def test_the_data_key_lies_in_the_database_wrapped_only(db):
    a_document(a_number(1))
    for key in Key.objects.all():
        plain = keyring.key_numbered(key.pk, key.purpose).key
        assert len(plain) == 32
        assert plain not in bytes(key.wrapped)


def test_a_wrapped_key_moved_to_another_key_is_refused(db):
    document = a_document(a_number(1))
    seal_key, look_up_key = Key.objects.get(use="seal"), Key.objects.get(use="look_up")
    Key.objects.filter(pk=seal_key.pk).update(wrapped=look_up_key.wrapped)
    keyring.forget_unwrapped()
    with pytest.raises(SealBroken):
        number_of(document)


def test_the_other_suite_seals_and_finds_too_and_old_values_still_open(db, settings):
    old = a_document(a_number(1))
    Key.objects.update(state="retiring", retired_at=old.claimed_at)
    settings.VAULT_CIPHER_SUITE = "sm4gcm+hmac-sm3"
    new = a_document(a_number(2))
    assert (bytes(old.number_sealed)[1], bytes(new.number_sealed)[1]) == (1, 2)
    assert (number_of(old), number_of(new)) == (a_number(1), a_number(2))
    assert found_by(a_number(1)) == [old.pk], "both keys are searched"
    assert found_by(a_number(2)) == [new.pk]


def test_a_purpose_that_nobody_declared_is_our_mistake(db):
    with pytest.raises(KeyError):
        vault.seal("nobody.knows", "1", "x")


def test_no_history_table_holds_a_sealed_column(db):
    with connection.cursor() as cursor:
        for column in (one for one in vault.registry.columns() if not one.purpose.startswith("test.")):
            cursor.execute(
                "select count(*) from information_schema.columns where table_name like %s and column_name = any(%s)",
                [f"{column.table}event%", [column.column, column.look_up]],
            )
            assert cursor.fetchone() == (0,)
    assert IdentityDocument._meta.get_field("number_sealed")
