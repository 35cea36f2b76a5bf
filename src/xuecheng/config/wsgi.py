"""The web process's entry."""

import ctypes
import os
import signal

from django.core.wsgi import get_wsgi_application

if "XUECHENG_STOPPING" in os.environ:
    # Started by `xuecheng serve`, as one of its processes. Were that one killed, they would live on with its port and
    # its release, and nobody could end them in order: they end with it (PR_SET_PDEATHSIG).
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
# What serves pages bounds its statements (`database.py`).
os.environ["XUECHENG_PROCESS"] = "web"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuecheng.config.settings")
application = get_wsgi_application()
