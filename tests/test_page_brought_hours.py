"""Open hours brought in a file: looked at first, saved or not, and never by halves."""

import re
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supervisor.availability import open_hours
from supervisor.availability.open_hours import Hours
from supervisor.feeds import hours_file
from supervisor.models import Store
from tests.everybody import settle
from tests.foreign import calendar
from tests.test_weekly import MONDAY, SYDNEY

FILE, WEEK = "/people/ben/hours/file", "/people/ben/hours"
HOURS = [
    Hours(0, 540, 720), Hours(1, 780, 1440, "phone"), Hours(2, 480, 1080, "remote"),
    Hours(6, 0, 60, "video"),
]  # fmt: skip


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


@pytest.fixture
def ben(theirs: SimpleNamespace, sign_in) -> FlaskClient:
    return sign_in(theirs.ben)


def bring(client: FlaskClient, octets: bytes):
    """As a browser sends a file; put together here, so that a big one waits in no file."""
    part = b'Content-Disposition: form-data; name="file"; filename="hours.ics"'
    body = b"--x\r\n" + part + b"\r\n\r\n" + octets + b"\r\n--x--\r\n"
    return client.post(FILE, data=body, content_type="multipart/form-data; boundary=x")


def week(store: Store, theirs: SimpleNamespace) -> set[Hours]:
    store.expire_all()
    return set(open_hours.week(theirs.ben))


def taken_along(store: Store, theirs: SimpleNamespace, some: list[Hours], now) -> bytes:
    """What Dan, who has these hours at another hub, saves of them."""
    open_hours.save(store, theirs.dan, some, theirs.dan, now)
    store.commit()
    return hours_file.hours_bytes(store, theirs.dan, now)


def press(client: FlaskClient, page: str, verb: str):
    """The form of a page, with one of its buttons."""
    form = page.partition(f'action="{WEEK}"')[2].partition("</form>")[0]
    names = ("weekday", "from", "to", "how", "where", "seen")
    data = {name: re.findall(rf'name="{name}" value="([^"]*)"', form) for name in names}
    return client.post(WEEK, data=data | {"do": verb}, follow_redirects=True)


def test_what_would_change_is_read_first_and_is_saved_by_a_yes(store, theirs, ben, now) -> None:
    before = week(store, theirs)
    place = Hours(3, 600, 900, "in_person", theirs.dunedin.id)
    kept = Hours(4, 540, 900)
    octets = taken_along(store, theirs, [*HOURS, place, kept], now)
    page = bring(ben, octets).text
    assert week(store, theirs) == before
    come, go, stay = (
        page.partition(f'id="{one}"')[2].partition("</ul>")[0] for one in ("come", "go", "stay")
    )
    assert come.count("<li>") == 5
    assert "Thursday" in come
    assert "In person, Dunedin" in come
    assert go.count("<li>") == 4
    assert re.findall(r"<li>(\w+)", stay) == ["Friday"]
    saved = press(ben, page, "save").text
    assert "The hours are saved." in saved
    assert "Changed by mistake?" in saved
    assert week(store, theirs) == {*HOURS, place, kept}


def test_booked_meetings_outside_are_read_about_before(store, theirs, ben, now) -> None:
    page = bring(ben, taken_along(store, theirs, HOURS[:1], now)).text
    assert "1 booked meeting lies outside these hours" in page
    assert "Save, and keep what is booked" in page
    assert "The hours are saved." in press(ben, page, "save").text
    assert week(store, theirs) == {HOURS[0]}


def test_it_can_be_changed_first(store, theirs, ben, now) -> None:
    before = week(store, theirs)
    page = press(ben, bring(ben, taken_along(store, theirs, HOURS, now)).text, "edit").text
    assert "Not saved yet" in page
    assert page.count('<fieldset class="hours') == len(HOURS)
    assert week(store, theirs) == before


def test_a_file_that_changes_nothing_says_so(store, theirs, ben, now) -> None:
    mine = sorted(week(store, theirs))
    page = bring(ben, taken_along(store, theirs, mine, now)).text
    assert "The file says what is written down already" in page
    assert 'name="do"' not in page


def test_what_is_no_hours_of_every_week_is_named_with_what_to_do(store, theirs, ben) -> None:
    before = week(store, theirs)
    octets = calendar(MONDAY, f"{MONDAY};INTERVAL=2", MONDAY.replace("DTSTART", "X"))
    answer = bring(ben, octets)
    assert answer.status_code == 422
    assert "2 entries are not hours of every week" in answer.text
    assert "Entry 2, from 8 February 2027:</strong> It does not come every week." in answer.text
    assert "Entry 3:</strong> We cannot read when it begins." in answer.text
    assert 'name="do"' not in answer.text
    assert week(store, theirs) == before


def test_of_a_great_many_slips_the_first_are_named(ben) -> None:
    page = bring(ben, calendar(*[MONDAY.replace("Pacific/Auckland", SYDNEY)] * 23)).text
    assert page.count("changes its clock on other days") == 20
    assert "And 3 more." in page


UNREAD = {
    "That is no calendar file.": b"",
    "The file is bigger than 1 MB.": b"x" * 1_000_001,
    "Nothing in the file comes every week.": calendar(),
    "The file ends in the middle.": calendar(MONDAY)[:-30],
    "The file has more than 2,000 entries.": calendar(*[MONDAY] * 2001),
}


@pytest.mark.parametrize("words", UNREAD)
def test_what_cannot_be_read_is_refused_whole(store, theirs, ben, words) -> None:
    before = week(store, theirs)
    answer = bring(ben, UNREAD[words])
    assert answer.status_code == 422
    assert f'id="file-e" role="alert">{words}' in answer.text
    assert week(store, theirs) == before


def test_without_a_file_there_is_none(ben) -> None:
    assert "That is no calendar file." in ben.post(FILE).text


WRONG = {
    "Atlantis.</strong> We do not know that place.": calendar(f"{MONDAY}\nLOCATION:Atlantis"),
    "</strong> These hours overlap others of the day.": calendar(MONDAY, MONDAY),
    "That is a lot.": calendar(*[MONDAY] * 41),
}


@pytest.mark.parametrize("words", WRONG)
def test_hours_that_cannot_be_are_put_right_where_hours_are_typed(
    store, theirs, ben, words
) -> None:
    before = week(store, theirs)
    answer = bring(ben, WRONG[words])
    assert answer.status_code == 422
    assert words in answer.text
    assert "Not saved yet" in press(ben, answer.text, "edit").text
    assert week(store, theirs) == before


def test_the_hub_brings_them_for_somebody_and_nobody_else_does(store, theirs, sign_in, now) -> None:
    cleo, octets = sign_in(theirs.cleo), taken_along(store, theirs, HOURS, now)
    assert f'href="{FILE}"' in cleo.get(WEEK).text
    assert "Bring the open hours of Ben Harris from a file" in cleo.get(FILE).text
    press(cleo, bring(cleo, octets).text, "save")
    assert week(store, theirs) == set(HOURS)
    assert bring(sign_in(theirs.dan), octets).status_code == 404


rows = st.builds(
    lambda day, starts, lasts, mode: Hours(day, starts, min(1440, starts + lasts), mode),
    st.integers(0, 6), st.integers(0, 287).map(lambda n: 5 * n), st.integers(1, 1440),
    st.sampled_from((None, "in_person", "remote", "video", "phone")),
)  # fmt: skip
weeks = st.lists(rows, min_size=1, max_size=7, unique_by=lambda one: (one.weekday, one.mode))


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Chatham"])
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(some=weeks)
def test_what_one_hub_gives_another_takes_the_same_in_either_zone(
    store, theirs, ben, now, zone: str, some: list[Hours]
) -> None:
    for person in (theirs.ben, theirs.dan):
        person.time_zone = zone
    page = bring(ben, taken_along(store, theirs, some, now)).text
    if "What the file would change" in page:
        press(ben, page, "save")
    assert week(store, theirs) == set(some)
