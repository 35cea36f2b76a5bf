"""What the credit bank issues, as the house's own verification judges it: every form good, and what is revoked not."""

from __future__ import annotations

from typing import Any

import pytest

from learning.badges.situations import NOW, World, asked, document, of
from learning.proofs.verifiers import Case, judge
from xuecheng.learning.badges import printing, rules, services
from xuecheng.learning.proofs import own
from xuecheng.learning.proofs.documents import DID_1, OB_3, OB_EXTENSIONS, _context
from xuecheng.learning.proofs.identifiers import address_of_did_web
from xuecheng.learning.proofs.verdicts import Outcome, Verdict
from xuecheng.learning.proofs.verifying import verify

pytestmark = pytest.mark.django_db


def failed(verdict: Verdict) -> set[str]:
    return {one.question for one in verdict.findings if one.outcome is not Outcome.PROVEN}


def test_every_form_is_good_and_a_revoked_one_fails_by_its_status_alone(world: World) -> None:
    row = asked(world.learner)
    record, _rows = services.record_of(
        actor=of(world.learner), learner=world.learner, badges=[], with_name=True, at=NOW
    )
    forms = {
        "json": row.document.encode(),
        "jwt": services.jwt_of(row, at=NOW).encode(),
        "png": rules.baked_png(printing.picture_png(row), row.document),
        "svg": rules.baked_svg(printing.picture_svg(row), row.document).encode(),
        "clr": record.encode(),
    }
    for name, given in forms.items():
        verdict = verify(given, at=NOW)
        assert verdict.is_good, (name, verdict)
    services.suspend_badge(actor=world.desk, badge=row, why="核查", at=NOW)
    for name in ("json", "jwt", "png", "svg"):
        assert failed(verify(forms[name], at=NOW)) == {"status"}, name
    assert not verify(forms["clr"], at=NOW).is_good
    services.resume_badge(actor=world.desk, badge=row, at=NOW)
    assert verify(forms["json"], at=NOW).is_good


def as_published(made: dict[str, Any]) -> Case:
    """A badge beside what lies at the addresses that it names now."""
    did, listed = made["issuer"]["id"], made["credentialStatus"]["statusListCredential"]
    issuer, revoked = own.own_document(address_of_did_web(did)), own.own_document(listed)
    contexts = {address: _context(address) for address in (OB_3, OB_EXTENSIONS, DID_1)}
    return {"document": made, "pages": {**contexts, did: issuer, listed: revoked}}


def test_a_program_that_nobody_here_wrote_sees_each_move_too(world: World) -> None:
    row = asked(world.learner)
    made = document(row)
    cases = {"good": as_published(made), "a changed letter": as_published({**made, "name": "智能手机应甩"})}
    services.suspend_badge(actor=world.desk, badge=row, why="核查", at=NOW)
    cases["suspended"] = as_published(made)
    services.resume_badge(actor=world.desk, badge=row, at=NOW)
    cases["holds again"] = as_published(made)
    services.rotate_key(actor=world.officer, key=row.key, at=NOW)
    cases["its key was replaced"] = as_published(made)
    services.revoke_badge(actor=world.desk, badge=row, why="有误", at=NOW)
    cases["revoked"] = as_published(made)
    said = dict(zip(cases, judge(list(cases.values())), strict=True))
    assert {name: (one["verified"], one["isRevoked"]) for name, one in said.items()} == {
        "good": (True, False),
        "a changed letter": (False, False),
        "suspended": (True, True),
        "holds again": (True, False),
        "its key was replaced": (True, False),
        "revoked": (True, True),
    }, said
