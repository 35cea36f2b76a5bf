"""Issuing: what the official schemas and another's verifier say, what never stands in it, once for each line."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from openbadgeslib.ob3 import ldp
from openbadgeslib.ob3.verifier import OB3VerificationError

from learning.account import makers
from learning.badges.situations import NOW, World, asked, document, lines, of, whole
from xuecheng.city.access.services import Denied
from xuecheng.learning import proofs
from xuecheng.learning.badges import addresses, services
from xuecheng.learning.badges.models import Achievement, Badge
from xuecheng.learning.proofs import integrity, own
from xuecheng.learning.proofs.identifiers import address_of_did_web, from_multikey

pytestmark = pytest.mark.django_db
SCHEMAS = Path(proofs.__file__).parent / "data" / "schemas"


def schema(name: str) -> jsonschema.Draft201909Validator:
    return jsonschema.Draft201909Validator(
        json.loads((SCHEMAS / name).read_text()), format_checker=jsonschema.FormatChecker()
    )


OB = "ob_v3p0_achievementcredential_schema.json"


def key_of(method: str) -> Ed25519PublicKey:
    """The key as a stranger finds it: by the address of the DID."""
    found = own.own_document(address_of_did_web(method))
    assert found is not None
    (one,) = [each for each in found["verificationMethod"] if each["id"] == method]
    assert method in found["assertionMethod"]
    return from_multikey(one["publicKeyMultibase"])


def verifies(signed: dict[str, Any]) -> bool:
    (proof,) = integrity.proofs_of(signed)
    return integrity.holds(signed, proof, key_of(proof["verificationMethod"]))


def test_a_badge_is_valid_against_the_official_schema_and_verifies(world: World) -> None:
    made = document(asked(world.learner))
    assert [error.message for error in schema(OB).iter_errors(made)] == []
    assert verifies(made)
    assert made["issuer"]["id"] == addresses.did_of(world.school) == f"did:web:localhost:issuers:{world.school.code}"
    assert made["credentialSubject"]["creditsEarned"] == 2
    assert made["validFrom"] == "2026-11-23T02:12:00Z"
    assert made["awardedDate"] == "2026-10-20T00:00:00Z"
    assert not verifies({**made, "name": "别的"})


def test_no_number_no_name_no_birth_date_stands_in_it_and_a_name_only_on_wish(world: World) -> None:
    who = world.learner
    made = asked(who)
    for told in (who.name, who.sign_in_name, who.learning_account.card_number, str(who.public_id)):
        assert told not in made.document
    assert str(who.learning_account.public_id) not in made.document
    named = services.reissue_badge(actor=of(who), badge=made, with_name=True, why="写上姓名", at=NOW)
    assert who.name in named.document
    assert (whole(made).state, named.version, named.replaces_id) == ("revoked", 2, made.pk)
    again = services.reissue_badge(actor=of(who), badge=made, with_name=True, why="写上姓名", at=NOW)
    assert again == named


def test_two_badges_of_one_holder_do_not_betray_that(world: World) -> None:
    makers.credit(world.learner, 100, title="太极拳初级", institution=world.school)
    made = services.ask_badges(
        actor=of(world.learner), learner=world.learner, lines=[one.certifies for one in lines(world.learner)],
        with_name=False, at=NOW,
    )  # fmt: skip
    first, second = (document(one)["credentialSubject"] for one in made)
    assert first["id"] != second["id"]
    assert first["identifier"][0]["identityHash"] != second["identifier"][0]["identityHash"]


def test_asked_again_it_is_the_same_and_taken_back_credit_is_not_certified(world: World) -> None:
    made = asked(world.learner)
    assert lines(world.learner) == []
    again = services.ask_badges(
        actor=of(world.learner), learner=world.learner, lines=[made.certifies], with_name=False, at=NOW
    )
    assert again == [made]
    assert Badge.objects.filter(certifies=made.certifies).count() == 1
    makers.take_back(makers.credit(world.learner, 300, title="绘画"))
    assert lines(world.learner) == []
    with pytest.raises(services.NothingToIssue):
        services.ask_badges(actor=of(world.learner), learner=world.learner, lines=[], with_name=False, at=NOW)


def test_nobody_asks_for_another(world: World) -> None:
    with pytest.raises(Denied):
        services.ask_badges(
            actor=of(makers.learner("旁人")), learner=world.learner, lines=[lines(world.learner)[0].certifies],
            with_name=False, at=NOW,
        )  # fmt: skip


def test_achievements_are_said_once_for_all_learners(world: World) -> None:
    other = makers.learner("何嘉林")
    makers.credit(other, 200, title="智能手机应用", institution=world.school)
    first, second = asked(world.learner), asked(other, at=NOW + timedelta(hours=1))
    assert first.achievement == second.achievement
    assert Achievement.objects.count() == 1
    assert first.achievement.about.startswith(f"{world.school.name_zh}的")


def test_another_s_verifier_says_the_same(world: World) -> None:
    made = document(asked(world.learner))
    key = key_of(made["proof"][0]["verificationMethod"])
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    ldp.verify_data_integrity_proof(made, pem)
    with pytest.raises(OB3VerificationError):
        ldp.verify_data_integrity_proof({**made, "validFrom": "2026-11-24T02:12:00Z"}, pem)
