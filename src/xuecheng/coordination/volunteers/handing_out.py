"""What volunteers' service keeps of a person, for the archive of one's own data; the purpose of naming people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, Table, leave_out, register
from xuecheng.city.mydata.purposes import Purpose, Words

from .leaving import IN_OFFICE_FIELDS
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


def declare() -> None:
    register(
        "volunteering",
        _("Volunteering: entry, trainings, shifts, service, certificates"),
        [
            Table("volunteers.Volunteer", "person"),
            Table("volunteers.GuardianConsent", "person"),
            Table("volunteers.Training", "person"),
            Table("volunteers.Assignment", "person"),
            Table("volunteers.Service", "person"),
            Table("volunteers.Certificate", "person"),
        ],
        order=158,
        url_name="volunteers:show_own",
    )
    for model, field in IN_OFFICE_FIELDS:
        leave_out(f"volunteers.{model}", field, why=IN_OFFICE)
