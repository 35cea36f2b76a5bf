"""The product's application with `looking.faults` among its addresses."""

from __future__ import annotations

from django.conf import settings

settings.ROOT_URLCONF = "looking.faults"

from xuecheng.config.wsgi import application  # noqa: E402  # the addresses first

__all__ = ["application"]
