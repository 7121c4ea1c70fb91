"""My open hours: a week that is put together row by row, without scripts."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient

from supervisor.availability import open_hours
from supervisor.availability.open_hours import Hours
from supervisor.models import Store
from tests.everybody import settle

BENS = "/people/ben/hours"
TWO = {
    "weekday": ["0", "2"], "from": ["09:00", "13:00"], "to": ["12:00", "00:00"],
    "how": ["", "phone"],
}  # fmt: skip

SEEN = {"seen": "session-1"}
"""The meeting that is booked on Wednesday morning was read about."""


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


@pytest.fixture
def ben(theirs: SimpleNamespace, sign_in) -> FlaskClient:
    return sign_in(theirs.ben)


def week(store: Store, theirs: SimpleNamespace) -> list[Hours]:
    store.expire_all()
    return open_hours.week(theirs.ben)


def rows(page: str) -> list[tuple[str, ...]]:
    """The rows of the editor: weekday, from, to."""
    form = page.partition('class="card stack"')[2]
    fields = [
        re.findall(rf'name="{name}"[^>]*? value="([^"]*)"', form)
        for name in ("weekday", "from", "to")
    ]
    return list(zip(*fields, strict=True))


def test_the_page_shows_the_week_as_it_is(ben) -> None:
    page = ben.get(BENS).text
    assert rows(page) == [(str(day), "09:00", "15:00") for day in range(5)]
    assert "Saturday <span" in page
    assert "Undo" not in page
    assert "Booked outside" not in page


def test_days_are_named_in_the_language_that_is_read(ben) -> None:
    ben.set_cookie("lang", "mi")
    page = ben.get(BENS).text
    assert ">Tūrei" in page
    assert "Tuesday" not in page


def test_rows_are_added_copied_and_taken_out_before_anything_is_saved(store, theirs, ben) -> None:
    before = week(store, theirs)
    added = ben.post(BENS, data=TWO | {"do": "add-6"}).text
    assert rows(added)[-1] == ("6", "", "")
    assert "Not saved yet" in added
    out = ben.post(BENS, data=TWO | {"do": "remove-0"}).text
    assert rows(out) == [("2", "13:00", "00:00")]
    copied = ben.post(BENS, data=TWO | {"do": "copy-0"}).text
    assert rows(copied) == [(str(day), "09:00", "12:00") for day in range(5)]
    for nonsense in ("add-7", "remove-x", "copy-9", "dance-0"):
        assert len(rows(ben.post(BENS, data=TWO | {"do": nonsense}).text)) == 2
    assert week(store, theirs) == before


def test_what_would_lie_outside_is_read_first_and_saving_can_be_undone(store, theirs, ben) -> None:
    before = week(store, theirs)
    asked = ben.post(BENS, data=TWO | {"do": "save"}).text
    assert week(store, theirs) == before
    assert "1 booked meeting lies outside these hours" in asked
    assert rows(asked) == rows(ben.post(BENS, data=TWO | {"do": "add-9"}).text)
    seen = re.findall(r'name="seen" value="([^"]*)"', asked)
    data = TWO | {"do": "save", "seen": seen}
    saved = ben.post(BENS, data=data, follow_redirects=True).text
    assert week(store, theirs) == [Hours(0, 540, 720), Hours(2, 780, 1440, "phone")]
    assert "The hours are saved." in saved
    assert "Booked outside these hours" in saved
    assert "Wednesday 17 February, 9:00 am" in saved
    undo = saved.partition('class="card stack"')[0]
    back: dict[str, Any] = {
        name: re.findall(rf'name="{name}" value="([^"]*)"', undo) for name in TWO
    }
    ben.post(BENS, data=back | {"do": "save"})
    assert week(store, theirs) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"to": ["12:00", "12:00"]}, "These hours end before they begin."),
        ({"from": ["09:00", "soon"]}, "Write a time, like 09:00."),
        ({"from": ["09:00", ""]}, "Write a time, like 09:00."),
    ],
)
def test_a_slip_is_said_beside_its_row_and_what_was_typed_stays(
    store, theirs, ben, change: dict[str, list[str]], words: str
) -> None:
    before = week(store, theirs)
    answer = ben.post(BENS, data=TWO | change)
    assert answer.status_code == 422
    assert f'id="row1-e">{words}' in answer.text
    assert 'href="#row1-from"' in answer.text
    assert rows(answer.text)[0] == ("0", "09:00", "12:00")
    assert week(store, theirs) == before


def test_a_row_that_was_left_empty_is_no_row(store, theirs, ben) -> None:
    blank = {"weekday": ["0", "0"], "from": ["", "10:00"], "to": ["", "11:00"], "how": ["", ""]}
    ben.post(BENS, data=blank | SEEN)
    assert week(store, theirs) == [Hours(0, 600, 660)]


def test_without_hours_the_hub_s_own_count_and_the_page_says_so(store, theirs, ben) -> None:
    page = ben.post(BENS, data={"do": "save"} | SEEN, follow_redirects=True).text
    assert "Until then Monday to Friday, 09:00 to 17:00, counts." in page


def test_the_hub_writes_them_down_for_somebody(store, theirs, sign_in) -> None:
    cleo = sign_in(theirs.cleo)
    assert f'href="{BENS}"' in cleo.get("/people/ben").text
    assert "Open hours of Ben Harris" in cleo.get(BENS).text
    cleo.post(BENS, data=TWO | SEEN)
    assert len(week(store, theirs)) == 2
    assert f'href="{BENS}"' in sign_in(theirs.ben).get("/support").text


def test_a_week_in_an_address_that_somebody_else_wrote_is_no_way_back(theirs, ben) -> None:
    for was in ("0,09:00,10:00,", "", "WyJ4Il0.abc"):
        page = ben.get("/people/ben/hours", query_string={"was": was})
        assert page.status_code == 200
        assert ">Undo" not in page.text


def test_hours_that_are_as_they_were_are_said_to_be_so(store, theirs, ben) -> None:
    ben.post(BENS, data=TWO | SEEN)
    again = ben.post(BENS, data=TWO, follow_redirects=True).text
    assert "Nothing was changed." in again
    assert "Changed by mistake?" not in again


def test_somebody_who_supervises_nobody_reads_when_they_can_be_booked(ben) -> None:
    page = ben.get(BENS).text
    assert "When you can be booked" in page
    assert "What workers will see" not in page


def test_hours_have_a_place_and_a_way(store, theirs, ben) -> None:
    both = TWO | {"how": ["in_person", "remote"], "where": ["dunedin", ""]}
    page = ben.post(BENS, data=both | SEEN, follow_redirects=True).text
    assert week(store, theirs) == [
        Hours(0, 540, 720, "in_person", theirs.dunedin.id), Hours(2, 780, 1440, "remote"),
    ]  # fmt: skip
    assert 'value="Dunedin"' in page
    for where, words in (("Atlantis", "We do not know that place."), ("Dunedin", "A place is for")):
        answer = ben.post(BENS, data=both | {"where": ["", where]})
        assert answer.status_code == 422
        assert f'id="row1-e">{words}' in answer.text
