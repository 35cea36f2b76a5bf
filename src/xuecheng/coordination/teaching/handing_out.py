"""What teaching keeps of a person, for the archive of one's own data."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, File, Subject, Table, leave_out, register

from . import printing, queries
from .models import Certificate


def _papers(subject: Subject) -> Iterator[File]:
    """Each certificate that holds as the sheet of paper it is."""
    for one in queries.own_certificates(subject.keys):
        yield File(f"{one.code}.pdf", partial(_chunks, one))


def _chunks(certificate: Certificate) -> Iterator[bytes]:
    yield printing.certificates_pdf([certificate], verify_url=_verify_url)


def _verify_url(certificate: Certificate) -> str:
    return settings.SITE_ADDRESS.rstrip("/") + reverse("credentials:verify_code", args=[certificate.code])


def declare() -> None:
    register(
        "teaching",
        _("Classes: attendance, checking in, completion"),
        [
            Table("teaching.Mark", "learner"),
            Table("teaching.Arrival", "learner"),
            Table("teaching.Decision", "learner"),
            Table("teaching.Certificate", "learner"),
            Table("teaching.HandedIn", "learner"),
            Table("teaching.Feedback", "learner"),
        ],
        order=157,
        url_name="teaching:list_own",
        files=_papers,
    )
    leave_out("teaching.Mark", "by", why=IN_OFFICE)
    leave_out("teaching.Arrival", "decided_by", why=IN_OFFICE)
    leave_out("teaching.CheckInKey", "opened_by", why=IN_OFFICE)
    leave_out("teaching.Lesson", "by", why=IN_OFFICE)
    leave_out("teaching.Assessment", "by", why=IN_OFFICE)
