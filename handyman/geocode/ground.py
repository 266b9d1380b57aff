"""Distances over the ground, exact enough inside one city."""

from math import cos, hypot, radians

METRES_PER_DEGREE = 111_320.0


def metres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """How far two points are apart."""
    return hypot(*offset(lat, lon, other_lat, other_lon))


def offset(lat: float, lon: float, other_lat: float, other_lon: float) -> tuple[float, float]:
    """How many metres to the north and to the east the other point lies."""
    north = (other_lat - lat) * METRES_PER_DEGREE
    east = (other_lon - lon) * METRES_PER_DEGREE * cos(radians(lat))
    return north, east


def moved(lat: float, lon: float, north: float, east: float) -> tuple[float, float]:
    """The point so many metres to the north and to the east."""
    return lat + north / METRES_PER_DEGREE, lon + east / (METRES_PER_DEGREE * cos(radians(lat)))
