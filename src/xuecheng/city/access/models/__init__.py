"""Nouns of access: roles and their versions, who holds them, who read whose records, and broken glass."""

from .glass import BrokenGlass
from .holdings import RoleHolding
from .readings import Reading
from .roles import Role, RoleVersion, name_of

__all__ = ["BrokenGlass", "Reading", "Role", "RoleHolding", "RoleVersion", "name_of"]
