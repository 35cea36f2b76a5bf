"""The web process's entry."""

import os

from django.core.wsgi import get_wsgi_application

# What serves pages bounds its statements (`database.py`).
os.environ["XUECHENG_PROCESS"] = "web"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuecheng.config.settings")
application = get_wsgi_application()
