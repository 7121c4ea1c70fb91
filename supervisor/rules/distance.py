"""How far apart two places are."""

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0088

Point = tuple[float, float]


def km_between(one: Point, other: Point) -> int:
    """Great-circle distance of two (latitude, longitude) in degrees; whole km rounded down."""
    lat1, lon1, lat2, lon2 = (radians(x) for x in (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return int(2 * EARTH_KM * asin(min(1.0, sqrt(half))))
