"""The suites against published vectors, and against whoever alters a byte."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.city.vault.ciphers import BY_NUMBER, SUITES, new_key, suite_named
from xuecheng.city.vault.refusals import SealBroken, SuiteUnknown


def test_sm3_gives_the_digest_of_the_standard():
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_sm4_gives_the_block_of_the_standard():
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    work = Cipher(SM4(key), modes.ECB()).encryptor()
    assert work.update(key).hex() == "681edf34d206965e86b3e94f536e4246"


def test_sm4_gcm_gives_the_vector_of_rfc_8998():
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    nonce = bytes.fromhex("00001234567800000000abcd")
    bound = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = bytes.fromhex(
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
        "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
    )
    sealed = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    suite = suite_named("sm4gcm+hmac-sm3")
    assert suite.open(key + bytes(16), nonce + sealed, bound) == plain


def test_hmac_sha256_gives_the_vector_of_rfc_4231():
    found = suite_named("aes256gcm+hmac-sha256").keyed_hash(b"\x0b" * 20, b"Hi There")
    assert found.hex() == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"


@pytest.mark.parametrize("suite", SUITES.values(), ids=SUITES)
class TestSuite:
    @given(plain=st.binary(max_size=200), bound=st.binary(max_size=60))
    def test_what_is_sealed_opens(self, suite, plain, bound):
        key = new_key()
        assert suite.open(key, suite.seal(key, plain, bound), bound) == plain

    def test_every_flipped_bit_is_refused(self, suite):
        key = new_key()
        sealed = suite.seal(key, b"440106199001011234", b"row 1")
        for place in range(len(sealed) * 8):
            broken = bytearray(sealed)
            broken[place // 8] ^= 1 << place % 8
            with pytest.raises(SealBroken):
                suite.open(key, bytes(broken), b"row 1")

    def test_what_is_bound_elsewhere_or_cut_is_refused(self, suite):
        key = new_key()
        sealed = suite.seal(key, b"x", b"row 1")
        for one, bound in ((sealed, b"row 2"), (sealed[:-1], b"row 1"), (b"", b"row 1")):
            with pytest.raises(SealBroken):
                suite.open(key, one, bound)

    def test_two_seals_of_one_text_differ_and_keyed_hashes_agree(self, suite):
        key = new_key()
        assert suite.seal(key, b"x", b"") != suite.seal(key, b"x", b"")
        assert suite.keyed_hash(key, b"x") == suite.keyed_hash(key, b"x") != suite.keyed_hash(new_key(), b"x")


def test_a_suite_is_known_by_name_and_number_and_no_other_is():
    assert {number: suite.name for number, suite in BY_NUMBER.items()} == {
        1: "aes256gcm+hmac-sha256",
        2: "sm4gcm+hmac-sm3",
    }
    with pytest.raises(SuiteUnknown):
        suite_named("rot13")
