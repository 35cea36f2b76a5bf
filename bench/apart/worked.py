"""Processor time of this process and of the database's process that serves it, by the kernel's own count
(`/proc/PID/schedstat`): waiting for a core that others use is not in it.
"""

from __future__ import annotations

import time
from pathlib import Path


def worked() -> int:
    """Nanoseconds that both have worked."""
    from django.db import connection

    connection.ensure_connection()
    theirs = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    return time.process_time_ns() + int(theirs.split()[0])
