"""One request of each operation of attendance and certificates."""

from __future__ import annotations

from collections.abc import Callable

from city.api.asks import Ask
from city.api.programs import Town, new_id
from coordination.teaching.situations import a_class_today, over, the_enrolment
from xuecheng.city import clock
from xuecheng.coordination.classes.models import ClassSession
from xuecheng.coordination.teaching import services
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


def _lesson(town: Town) -> ClassSession:
    """With homework; the learner has not handed it in."""
    session = _session(town)
    services.keep_lesson(
        actor=town.desk.registrar, session=session, taught="横和竖", remark="", homework="写一页", due_on=session.day,
        at=clock.now(),
    )  # fmt: skip
    return session


def _over(town: Town) -> ClassSession:
    session = _session(town)
    over(session, town.desk.registrar, state="present")
    return session


def _place(session: ClassSession) -> str:
    return f"/me/classes/{the_enrolment(session).public_id}"


def _hand_in(town: Town) -> Ask:
    session = _lesson(town)
    return f"{_place(session)}/sessions/{session.public_id}/homework", {"text": "写好了"}, {}


def _log(town: Town) -> Ask:
    session = _session(town)
    body = {"taught": "横和竖", "homework": "写一页", "due_on": session.day.isoformat()}
    return f"/class-sessions/{session.public_id}/lesson", body, {}


PATHS: dict[str, Callable[[Town], str]] = {
    "list_sessions_to_take": lambda _town: "/class-sessions",
    "list_attendance": lambda town: f"/class-sessions/{_session(town).public_id}/attendance",
    "list_own_attendance": lambda _town: "/me/attendance",
    "get_lesson": lambda town: f"/class-sessions/{_lesson(town).public_id}/lesson",
    "list_homework": lambda town: f"/class-sessions/{_lesson(town).public_id}/homework",
    "get_own_class": lambda town: _place(_session(town)),
    "get_class_feedback": lambda town: f"/classes/{_over(town).course_class.public_id}/feedback",
    "get_certificate": _certificate,
    "get_certificate_paper": lambda town: f"{_certificate(town)}/paper",
    "verify_certificate": lambda town: f"{_certificate(town)}/verdict",
}
BUILDERS: dict[str, Callable[[Town], Ask]] = {
    "mark_attendance": _marks,
    "keep_lesson": _log,
    "hand_in_homework": _hand_in,
    "give_class_feedback": lambda town: (f"{_place(_over(town))}/feedback", {"mark": 5, "words": "老师好"}, {}),
}
