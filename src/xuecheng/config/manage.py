"""Django's own commands, for developers: `python -m xuecheng.config.manage …`. Operators use `xuecheng`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuecheng.config.settings")
    execute_from_command_line(sys.argv)
