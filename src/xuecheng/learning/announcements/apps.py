from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnnouncementsConfig(AppConfig):
    name = "xuecheng.learning.announcements"
    label = "announcements"
    verbose_name = _("Announcements")

    def ready(self) -> None:
        from xuecheng.city.webhooks.events import register

        register("record.entered", _("A learning record was entered"))
        register("record.corrected", _("A learning record was corrected"))
        register("record.withdrawn", _("A learning record was withdrawn"))
        register("dispute.opened", _("A learner disputes a record"))
        register("dispute.answered", _("A dispute was answered"))
        register("posting.made", _("Credit was posted"))
        register("posting.reversed", _("Credit was taken back"))
        register("run.finished", _("A recognition has finished"))
        register("rule.approved", _("A conversion rule was approved"))
