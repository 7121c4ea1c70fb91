"""How far apart two places are: great-circle distance, whole km rounded down."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_KM = 6371.0088

Point = tuple[float, float]


def km_between(one: Point, other: Point) -> int:
    """Of two (latitude, longitude) in degrees."""
    return int(kms_between(one, other))


def kms_between(one: ArrayLike, other: ArrayLike) -> NDArray[Any]:
    """Of many pairs of points at once; not a number where either is not."""
    lat1, lon1 = np.moveaxis(np.radians(one), -1, 0)
    lat2, lon2 = np.moveaxis(np.radians(other), -1, 0)
    half = np.sin((lat2 - lat1) / 2) ** 2
    half = half + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return np.asarray(np.floor(2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(1.0, half)))))
