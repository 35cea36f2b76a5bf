from django.apps import AppConfig


class TellingConfig(AppConfig):
    name = "faults.telling"
    label = "faults_telling"

    def ready(self):
        from . import register

        register()
