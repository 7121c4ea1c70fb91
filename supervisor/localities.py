"""Towns of New Zealand and Australia that serve where a hub has no places of its own.

Regions of New Zealand bear the codes of ISO 3166-2, without the country; Australian states
keep theirs (`AU-TAS`), since Tasman and Tasmania are both `TAS`. `land` is what nobody can
drive away from.
"""

import csv
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("localities.csv")


@dataclass(frozen=True)
class Locality:
    """A town: `ref` is the id of the place that is made of it."""

    ref: str
    name: str
    latitude: float
    longitude: float
    region: str
    land: str


def find(name: str) -> Locality | None:
    """The town of that name or id; capitals, macrons and hyphens do not matter."""
    return _by_name().get(_plain(name))


def every() -> list[Locality]:
    """All of them, as the table lists them."""
    return list(_by_name().values())


@cache
def _by_name() -> dict[str, Locality]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {_plain(row["name"]): _locality(row) for row in csv.DictReader(file)}


def _locality(row: dict[str, str]) -> Locality:
    return Locality(
        ref=_plain(row["name"]).replace(" ", "-"),
        name=row["name"],
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        region=row["region"],
        land=row["land"],
    )


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold().replace("-", " "))
    kept = (c for c in letters if c.isalnum() or c == " ")
    return " ".join("".join(kept).split())
