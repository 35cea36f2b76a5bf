from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    name = "xuecheng.config"
    label = "config"

    def ready(self) -> None:
        from .rights import after_migrating  # noqa: PLC0415  # needs loaded apps

        post_migrate.connect(after_migrating, sender=self)
