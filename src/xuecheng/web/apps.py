"""The shell as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Base templates, components, preferences of display, error pages."""

    name = "xuecheng.web"
    label = "web"
