"""Learning from outside for programs: issuers and rules, files and records, the officers' desk."""

from . import law  # noqa: F401  # its operations join the same router
from .records import router

__all__ = ["router"]
