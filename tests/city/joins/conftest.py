"""The door of identity, for joins that need somebody to come in."""

from city.identity.conftest import door  # noqa: F401  # a fixture
