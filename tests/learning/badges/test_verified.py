"""What the credit bank issues, as the house's own verification judges it: every form good, and what is revoked not."""

from __future__ import annotations

import pytest

from learning.badges.situations import NOW, World, asked, of
from xuecheng.learning.badges import printing, rules, services
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
