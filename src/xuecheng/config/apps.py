from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    name = "xuecheng.config"
    label = "config"

    def ready(self) -> None:
        from .rights import after_migrating

        # The signal is sent for apps with models only, in their order: this app, which has none, would wait for ever.
        last = [app for app in apps.get_app_configs() if app.models_module is not None][-1]
        post_migrate.connect(after_migrating, sender=last)
