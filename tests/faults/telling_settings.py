"""The settings of a worker process that sends to a provider on loopback."""

from xuecheng.config.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "faults.telling"]  # noqa: F405
