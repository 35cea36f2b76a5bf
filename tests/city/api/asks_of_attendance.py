"""One request of each operation of attendance and certificates."""

from __future__ import annotations

from collections.abc import Callable

from city.api.asks import Ask
from city.api.programs import Town, new_id
from coordination.teaching.situations import a_class_today, over, the_enrolment
from xuecheng.city import clock
from xuecheng.coordination.classes.models import ClassSession
from xuecheng.coordination.teaching.models import Certificate


def _session(town: Town) -> ClassSession:
    """Goes on now; the learner is on its list."""
    return a_class_today(town.desk.college, town.desk.registrar, learner=town.learner)


def _marks(town: Town) -> Ask:
    session = _session(town)
    mark = {
        "id": new_id(), "enrolment": str(the_enrolment(session).public_id), "state": "present",
        "at": clock.now().isoformat(),
    }  # fmt: skip
    return f"/class-sessions/{session.public_id}/marks", {"marks": [mark]}, {}


def _certificate(town: Town) -> str:
    over(_session(town), town.desk.registrar, state="present")
    return f"/certificates/{Certificate.objects.order_by('-pk')[0].code}"


PATHS: dict[str, Callable[[Town], str]] = {
    "list_sessions_to_take": lambda _town: "/class-sessions",
    "list_attendance": lambda town: f"/class-sessions/{_session(town).public_id}/attendance",
    "list_own_attendance": lambda _town: "/me/attendance",
    "get_certificate": _certificate,
    "get_certificate_paper": lambda town: f"{_certificate(town)}/paper",
    "verify_certificate": lambda town: f"{_certificate(town)}/verdict",
}
BUILDERS: dict[str, Callable[[Town], Ask]] = {"mark_attendance": _marks}
