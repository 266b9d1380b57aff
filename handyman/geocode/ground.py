"""Distances over the ground, exact enough inside one city."""

from math import cos, hypot, radians

METRES_PER_DEGREE = 111_320.0


def metres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """How far two points are apart."""
    north = (other_lat - lat) * METRES_PER_DEGREE
    east = (other_lon - lon) * METRES_PER_DEGREE * cos(radians(lat))
    return hypot(north, east)
