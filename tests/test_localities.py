"""The towns that serve where a hub has no places of its own."""

import math

import pytest
from holidays import AU, NZ

from supervisor import localities


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Cromwell", "Cromwell"),
        ("wanaka", "Wānaka"),
        ("WHANGĀREI", "Whangārei"),
        (" te  anau ", "Te Anau"),
        ("te-anau", "Te Anau"),
        ("Hāwera", "Hāwera"),
    ],
)
def test_a_town_is_found_without_capitals_macrons_or_hyphens(asked: str, found: str) -> None:
    town = localities.find(asked)
    assert town is not None
    assert town.name == found
    assert localities.find(town.ref) == town


def test_a_town_that_nobody_knows_is_not_found() -> None:
    assert localities.find("Nowhere") is None
    assert localities.find("") is None


def test_there_are_enough_towns_and_each_has_one_name() -> None:
    towns = localities.every()
    new_zealand = [town for town in towns if not town.region.startswith("AU-")]
    assert len(new_zealand) >= 120
    assert len(towns) - len(new_zealand) >= 60
    assert len({town.ref for town in towns}) == len(towns)
    assert localities.TABLE.read_text(encoding="utf-8").count("\n") == len(towns) + 1


def test_every_region_is_one_whose_holidays_are_known() -> None:
    for town in localities.every():
        country, _, state = town.region.rpartition("-")
        assert state in (AU if country else NZ).subdivisions


def test_every_town_lies_on_its_land() -> None:
    for town in localities.every():
        north, south = (-9, -44) if town.region.startswith("AU-") else (-34, -47.5)
        assert south < town.latitude < north, town
        if town.land == "South":
            assert town.latitude < -40.5, town
        if town.land == "North":
            assert town.latitude > -41.7, town


def test_known_distances_come_out_right() -> None:
    def km(one: str, other: str) -> float:
        a, b = localities.find(one), localities.find(other)
        assert a is not None
        assert b is not None
        lat1, lat2 = math.radians(a.latitude), math.radians(b.latitude)
        across = math.radians(b.longitude - a.longitude)
        cosine = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(
            across
        )
        return 6371 * math.acos(cosine)

    assert km("Dunedin", "Invercargill") == pytest.approx(176, abs=5)
    assert km("Cromwell", "Queenstown") == pytest.approx(42, abs=3)
    assert km("Oamaru", "Dunedin") == pytest.approx(94, abs=4)
    assert km("Auckland", "Wellington") == pytest.approx(494, abs=6)
    assert km("Sydney", "Melbourne") == pytest.approx(713, abs=6)
