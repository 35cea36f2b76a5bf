"""How far it is from a point to a point: as the crow flies, nobody is followed for it."""

from __future__ import annotations

from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt

Point = tuple[float, float]
"""Latitude and longitude of WGS 84, in degrees."""

EARTH_KM = 6371.0


def distance_km(one: Point, other: Point) -> float:
    """The great circle between two points, in km."""
    (lat_a, lon_a), (lat_b, lon_b) = ((radians(a), radians(b)) for a, b in (one, other))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def middle_of(points: Sequence[Point]) -> Point | None:
    """The mean of points that lie within a city of each other (so that degrees may be averaged); None of none."""
    if not points:
        return None
    return sum(lat for lat, _ in points) / len(points), sum(lon for _, lon in points) / len(points)
