"""Pages of access: holdings, the catalogue of roles, readings and emergencies."""

from .holdings import (
    decide_holding,
    end_role,
    export_expiring,
    grant_role,
    grant_role_over,
    list_expiring,
    list_holdings,
    list_holdings_over,
    list_own,
    list_roles_of,
    list_waiting,
)
from .readings import (
    break_glass,
    close_glass,
    explain,
    list_glass,
    list_own_readings,
    list_readings_of,
    review_glass,
)
from .roles import decide_role, draft_role, list_roles, make_role, show_role

__all__ = [
    "break_glass",
    "close_glass",
    "decide_holding",
    "decide_role",
    "draft_role",
    "end_role",
    "explain",
    "export_expiring",
    "grant_role",
    "grant_role_over",
    "list_expiring",
    "list_glass",
    "list_holdings",
    "list_holdings_over",
    "list_own",
    "list_own_readings",
    "list_readings_of",
    "list_roles",
    "list_roles_of",
    "list_waiting",
    "make_role",
    "review_glass",
    "show_role",
]
