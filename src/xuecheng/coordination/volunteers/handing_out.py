"""What volunteers' service keeps of a person, for the archive of one's own data; the purpose of naming people."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, File, Subject, Table, leave_out, register
from xuecheng.city.mydata.purposes import Purpose, Words

from . import printing
from .leaving import IN_OFFICE_FIELDS
from .models import Certificate
from .queries.service import NAMES as PURPOSE

NAMES = Purpose(
    name=PURPOSE,
    icon="heart-handshake",
    label_zh="公开我的志愿者姓名",
    label_en="Show my name among volunteers",
    basis_zh="《个人信息保护法》第十三条第一项、《志愿服务条例》：本人同意",
    basis_en="Personal Information Protection Law art. 13 (1), Regulations on Voluntary Service: consent",
    versions=(
        Words(
            what_zh="用到您的姓名。",
            what_en="Your name is used.",
            why_zh="活动的公开页面上写出谁来服务过，向您致谢。",
            why_en="The public page of an activity says who served, to thank you.",
            without_zh="不同意，页面上只写人数，其他都一样。",
            without_en="Without it the page says only how many served; everything else is the same.",
        ),
    ),
)


def _papers(subject: Subject) -> Iterator[File]:
    """Each certificate as the sheet of paper it is."""
    for one in Certificate.objects.filter(person__in=subject.keys).order_by("pk"):
        yield File(f"{one.number}.pdf", partial(_chunks, one))


def _chunks(certificate: Certificate) -> Iterator[bytes]:
    code = certificate.code
    address = settings.SITE_ADDRESS.rstrip("/") + reverse("credentials:verify_code", args=[code]) if code else ""
    yield printing.certificate_pdf(certificate, verify_url=address)


def declare() -> None:
    register(
        "volunteering",
        _("Volunteering: entry, trainings, shifts, service, evaluations, awards, certificates"),
        [
            Table("volunteers.Volunteer", "person"),
            Table("volunteers.GuardianConsent", "person"),
            Table("volunteers.Training", "person"),
            Table("volunteers.Assignment", "person"),
            Table("volunteers.Service", "person"),
            Table("volunteers.LateEntry", "person"),
            Table("volunteers.Evaluation", "person"),
            Table("volunteers.Award", "person"),
            Table("volunteers.Certificate", "person"),
        ],
        order=158,
        url_name="volunteers:show_own",
        files=_papers,
    )
    for model, field in IN_OFFICE_FIELDS:
        leave_out(f"volunteers.{model}", field, why=IN_OFFICE)
