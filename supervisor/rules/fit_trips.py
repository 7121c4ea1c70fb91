"""Days on which a provider comes to a town: who can meet them there in person, and has the time.

A trip counts for a worker within whose own travel limit the place lies; how far the provider
drives otherwise does not matter, since they are there.
"""

from collections.abc import Sequence
from datetime import date
from itertools import zip_longest
from typing import Any

import numpy as np

from supervisor.rules.distance import kms_between
from supervisor.rules.fit_lists import Codes, Column, Flags, Points, bits, has_words, share_word
from supervisor.rules.fit_values import Provider, Trip
from supervisor.rules.fit_week import WEEK, minutes_ahead, stretches

Columns = dict[str, Column]
NO_TRIP = Trip("", None, None, 0, 0, 0)


def columns(providers: Sequence[Provider], on: date, land: Codes) -> list[Columns]:
    """The first trip of everybody, then the second, and so on; none where nobody comes anywhere."""
    every = [_not_over(one, on) for one in providers]
    zones = [minutes_ahead(one.party.zone, on) for one in providers]
    return [_columns(some, zones, land) for some in zip_longest(*every, fillvalue=NO_TRIP)]


def _not_over(provider: Provider, on: date) -> list[Trip]:
    return [one for one in provider.trips if one.last_on is None or one.last_on >= on]


def _columns(some: Sequence[Trip], zones: Sequence[int], land: Codes) -> Columns:
    weeks = [_stretch(trip, ahead) for trip, ahead in zip(some, zones, strict=True)]
    return {
        "point": np.array([trip.point or (np.nan, np.nan) for trip in some]).reshape(-1, 2),
        "land": bits([(trip.land,) if trip.land else () for trip in some], land),
        "starts": np.array([start for start, _end in weeks], np.int64),
        "ends": np.array([end for _start, end in weeks], np.int64),
    }


def _stretch(trip: Trip, ahead: int) -> tuple[int, int]:
    if trip.starts >= trip.ends:
        return 0, 0
    return stretches([(trip.weekday, trip.starts, trip.ends)], ahead)[0]


def suits(trip: Columns, worker: Any, minutes: Points) -> Flags:
    """For each pair, whether the worker comes to the place of this trip, and is free there for so
    long; somebody whose free times are unknown is."""
    apart = has_words(worker.land) & has_words(trip["land"])
    here = ~apart | share_word(worker.land, trip["land"])
    near = kms_between(worker.point, trip["point"]) <= worker.travel_km
    return np.asarray(here & near & (_common(trip, worker) >= minutes))


def _common(trip: Columns, worker: Any) -> Points:
    """The longest stretch in common, the week going round."""
    starts, ends = trip["starts"][:, None], trip["ends"][:, None]
    longest = np.zeros(len(starts), np.int64)
    for turn in (-WEEK, 0, WEEK):
        both = np.minimum(worker.ends + turn, ends) - np.maximum(worker.starts + turn, starts)
        longest = np.maximum(longest, both.max(axis=1))
    whole = worker.always | (worker.longest == 0)
    return np.where(whole, trip["ends"] - trip["starts"], longest)
