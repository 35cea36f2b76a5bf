"""What becomes of it when somebody is erased: consents and their log go; what they did for an organisation stays."""

from __future__ import annotations

from xuecheng.city.mydata.erasing import GOES, STAYS, Leaver, fate, when_erased

from .models import Consent, Inquiry


def _leave(leaver: Leaver) -> None:
    Consent.objects.filter(learner__in=leaver.keys).delete()
    Inquiry.objects.filter(learner__in=leaver.keys).delete()


def declare() -> None:
    """Called from `apps.py`."""
    when_erased(_leave)
    fate("employers.Consent", "learner", becomes=GOES)
    fate("employers.Inquiry", "learner", becomes=GOES)
    for model, field in IN_OFFICE_FIELDS:
        fate(f"employers.{model}", field, becomes=STAYS)


IN_OFFICE_FIELDS = (("CheckedList", "asked_by"),)
"""Who did something for an organisation."""
