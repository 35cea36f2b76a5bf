"""Questions of access: what somebody holds today, what they may do, who may see a thing, and who looked at whom."""

from xuecheng.city.rights import Scope, visible

from .explaining import Sharer, explained, holders_who_see, people_who_may, reasons_of
from .holdings import (
    ending_soon,
    held_by_whom,
    holders,
    holdings_at,
    holdings_of,
    holdings_seen,
    names_of_roles,
    proposed,
)
from .readings import broken_glass, glass_of, glass_to_review, readings_of
from .roles import Difference, RoleFace, choices, difference, drafts, role_named, roles, versions_of, words_of
from .standing import (
    Entrusted,
    Holding,
    OpenGlass,
    Scoped,
    Standing,
    open_glass,
    scope_of,
    standing_of,
    versions_in_force,
    with_roles,
)

__all__ = [
    "Difference",
    "Entrusted",
    "Holding",
    "OpenGlass",
    "RoleFace",
    "Scope",
    "Scoped",
    "Sharer",
    "Standing",
    "broken_glass",
    "choices",
    "difference",
    "drafts",
    "ending_soon",
    "explained",
    "glass_of",
    "glass_to_review",
    "held_by_whom",
    "holders",
    "holders_who_see",
    "holdings_at",
    "holdings_of",
    "holdings_seen",
    "names_of_roles",
    "open_glass",
    "people_who_may",
    "proposed",
    "readings_of",
    "reasons_of",
    "role_named",
    "roles",
    "scope_of",
    "standing_of",
    "versions_in_force",
    "versions_of",
    "visible",
    "with_roles",
    "words_of",
]
