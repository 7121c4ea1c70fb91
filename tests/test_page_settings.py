"""Settings: every number with words and its usual value; nothing that stops the hub is kept."""

import re
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

import supervisor
from supervisor.models import Audit, Offering, Provider, Store, Trait, Word
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.kinds import Kind, MatchState, Mode, Vocabulary
from supervisor.rules.openings import BookingSettings
from supervisor.rules.pace import PaceSettings
from supervisor.settings import HubSettings, read, save
from supervisor.tuning import tuning
from supervisor.tuning.tuning_words import KNOBS

PACKAGE = Path(supervisor.__file__).parent
HIDDEN = {"HubSettings.demo"}
"""Whether a hub is the demo is no setting: a demo may be built anew over it."""


@pytest.fixture
def cleo(cast: SimpleNamespace, sign_in) -> FlaskClient:
    return sign_in(cast.cleo)


def form(group: object, **changes: object) -> dict[str, str]:
    """The form as a browser sends it: a box that is not ticked is not there."""
    values = asdict(group) | changes
    return {key: str(value) for key, value in values.items() if value is not False}


def test_every_setting_has_its_words_and_its_usual_value_passes() -> None:
    for name, group in tuning.GROUPS.items():
        plain = {
            f"{name}.{f.name}" for f in fields(group) if isinstance(f.default, int | float | str)
        }
        named = {f"{name}.{key}" for key in tuning.knobs(group)}
        assert plain - named <= HIDDEN
        assert tuning.understood(group(), form(group())) == (group(), {})


def test_every_group_of_settings_there_is_has_a_page() -> None:
    code = "\n".join(file.read_text() for file in PACKAGE.rglob("*.py"))
    assert set(re.findall(r"^class (\w+Settings)\b", code, re.MULTILINE)) == set(tuning.GROUPS)
    assert set(KNOBS) == set(tuning.GROUPS)


def test_the_region_is_chosen_by_its_name_and_one_of_the_hubs_own_stays(store, cleo) -> None:
    page = cleo.get("/settings/HubSettings").text
    assert '<option value="OTA" selected>Otago</option>' in page
    assert "Usually Otago" in page
    cleo.post("/settings/HubSettings", data=form(HubSettings(), region="Our own"))
    assert read(store, HubSettings).region == "Our own"
    assert '<option value="Our own" selected>' in cleo.get("/settings/HubSettings").text


def test_the_rooms_are_found_from_the_settings(cleo) -> None:
    assert 'href="/rooms"' in cleo.get("/settings").text


def test_the_list_says_what_is_not_as_usual(store: Store, cast, cleo) -> None:
    assert "Pace" in cleo.get("/settings").text
    assert "is not the usual" not in cleo.get("/settings").text
    cleo.post("/settings/PaceSettings", data=form(PaceSettings(), behind_at=3))
    page = cleo.get("/settings").text
    assert "Saved: Pace." in page
    assert "1 is not the usual." in page
    assert read(store, PaceSettings).behind_at == 3
    assert store.query(Audit).filter_by(verb="change", noun="settings").count() == 1


def test_each_field_has_a_label_and_says_what_is_usual(store: Store, cast, cleo) -> None:
    page = cleo.get("/settings/PaceSettings").text
    labels = set(re.findall(r'<label for="(\w+)"', page))
    assert labels == set(tuning.knobs(PaceSettings))
    assert "Usually 2" in page
    assert "behind_at</label>" not in page


@pytest.mark.parametrize("typed", ["", "many", "-1", "0", "nan", "inf", "1e9", "9" * 5000])
def test_a_number_that_would_stop_the_hub_is_not_kept_and_stays_typed(
    store: Store, cast, cleo, typed: str
) -> None:
    data = form(BookingSettings(), grid_minutes=typed, notice_hours=48)
    answer = cleo.post("/settings/BookingSettings", data=data)
    assert answer.status_code == 422
    assert "One thing to fix" in answer.text
    assert "Write a number from 5 to 240." in answer.text
    assert f'value="{typed}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="48"' in answer.text
    assert read(store, BookingSettings) == BookingSettings()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"time_zone": "Auckland"}, "Write it like this: Pacific/Auckland"),
        ({"mail_from": "nobody"}, "Write it like this: hub@example.org"),
        ({"mail_from": "a@b\r\nBcc: c@d"}, "Write it like this: hub@example.org"),
        ({"name": ""}, "Write it like this: Supervision Hub"),
    ],
)
def test_words_that_are_none_are_answered_with_an_example(
    store: Store, cast, cleo, changes: dict[str, str], words: str
) -> None:
    answer = cleo.post("/settings/HubSettings", data=form(HubSettings(), **changes))
    assert answer.status_code == 422
    assert words in answer.text
    assert read(store, HubSettings) == HubSettings()


def test_a_box_is_ticked_and_unticked_and_the_demo_is_no_setting(store: Store, cast, cleo) -> None:
    data = form(HubSettings(), name="Otago Hub", demo=True)
    data.pop("cultural_inside_employer")
    cleo.post("/settings/HubSettings", data=data)
    store.expire_all()
    hub = read(store, HubSettings)
    assert (hub.name, hub.cultural_inside_employer, hub.demo) == ("Otago Hub", False, False)
    assert "Otago Hub" in cleo.get("/settings").text
    assert "checked" not in cleo.get("/settings/HubSettings").text


def test_the_ways_of_meeting_are_those_there_are(store: Store, cast, cleo) -> None:
    for typed, status in (("phone,video", 303), ("phone,phone", 422), ("telepathy", 422)):
        data = form(BookingSettings(), modes=typed)
        assert cleo.post("/settings/BookingSettings", data=data).status_code == status


def test_what_a_change_of_matching_would_do_is_shown_before_it_is_kept(
    store: Store, cast, cleo
) -> None:
    """Ben and Ana meet in person only, and live too far apart for the usual limit."""
    cast.match.state = MatchState.LAPSED
    for person in (cast.ben, cast.ana):
        person.modes, person.travel_km = [Mode.IN_PERSON], None
    store.commit()
    usual = FitSettings()
    same = cleo.post("/settings/FitSettings", data=form(usual, look=1)).text
    assert "Everybody would have the same person" in same
    page = cleo.post("/settings/FitSettings", data=form(usual, travel_km=500, look=1)).text
    assert "1 more person would have somebody." in page
    assert "Ben Harris" in page
    assert 'value="500"' in page
    assert read(store, FitSettings) == usual


@pytest.fixture
def near_or_alike(store: Store, cast) -> None:
    """Ben can have Ana, who lives near, or Dan, who is far and works with the same people."""
    cast.match.state, cast.ana.place = MatchState.LAPSED, cast.cromwell
    focus = Word(vocabulary=Vocabulary.FOCUS, name="addiction")
    for person in (cast.ben, cast.dan):
        person.traits.append(Trait(word=focus))
    for person in (cast.ben, cast.ana):
        person.modes = [Mode.IN_PERSON, Mode.VIDEO]
    store.add(Provider(person_id=cast.dan.id))
    store.flush()
    store.add(
        Offering(
            person_id=cast.dan.id, kind=Kind.PEER_SUPERVISION, capacity=4,
            vetted_until=date(2028, 12, 31),
        )
    )  # fmt: skip
    store.commit()


@pytest.mark.parametrize(
    ("near", "says"),
    [
        (0, "1 person would be offered someone else."),
        (1, "1 person would be offered someone else."),
        (61, "Everybody would have the same person"),
    ],
)
def test_a_weight_near_nothing_changes_what_it_alone_decided(
    cleo, near_or_alike, near: int, says: str
) -> None:
    page = cleo.post("/settings/FitSettings", data=form(FitSettings(), near=near, look=1)).text
    assert says in page


def test_who_would_lose_somebody_is_counted_apart(store: Store, cast, cleo) -> None:
    cast.match.state = MatchState.LAPSED
    for person in (cast.ben, cast.ana):
        person.modes, person.travel_km = [Mode.IN_PERSON], None
    save(store, FitSettings(travel_km=500))
    store.commit()
    page = cleo.post("/settings/FitSettings", data=form(FitSettings(), look=1)).text
    assert "1 person would have nobody." in page


def test_other_settings_do_not_ask_what_they_would_change(cleo) -> None:
    assert "See what would change" in cleo.get("/settings/FitSettings").text
    assert "See what would change" not in cleo.get("/settings/PaceSettings").text
