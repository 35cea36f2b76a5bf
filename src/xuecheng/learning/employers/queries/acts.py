"""The acts of verification by employers, by their names."""

from __future__ import annotations

CHECK = "employers.check_list"
CONSENT = "employers.give_consent"
