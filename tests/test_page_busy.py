"""The page When I am busy: one field, what was read, what went wrong, and how to take it away."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from calendars import apart
from supervisor.availability import brought_hours
from supervisor.busy import busy_account, busy_fetch
from supervisor.busy.busy_words import TROUBLES
from supervisor.models import BusySource, BusySpan

ADDRESS = "https://calendar.example.org/private-1a2b3c/basic.ics"


def added(store, sign_in, person):
    client = sign_in(person)
    answer = client.post("/busy", data={"address": ADDRESS})
    assert answer.status_code == 303
    store.expire_all()
    return client, store.scalars(select(BusySource)).one()


def test_a_calendar_is_added_with_one_field_and_its_address_never_shown_again(store, cast, sign_in):
    ben, source = added(store, sign_in, cast.ben)
    page = ben.get("/busy").text
    assert source.host in page
    assert "Not read yet" in page
    assert "private-1a2b3c" not in page


def test_an_account_is_added_with_its_name_and_password(store, cast, sign_in):
    given = {"address": "https://cloud.example.org/dav", "user": "ben", "password": "app"}
    assert sign_in(cast.ben).post("/busy", data=given).status_code == 303
    store.expire_all()
    assert store.scalars(select(BusySource)).one().kind == "account"


def test_what_is_no_address_is_said_beside_the_field(store, cast, sign_in):
    answer = sign_in(cast.ben).post("/busy", data={"address": "my calendar"})
    assert answer.status_code == 422
    assert "It begins with https://" in answer.text
    assert store.scalars(select(BusySource)).all() == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("http://example.org/a.ics", "can be read by others"),
        ("file:///home/a.ics", "a file on your own device"),
        ("https://192.168.1.7/a.ics", "leads into a private network"),
        ("https://ben:pw@example.org/a.ics", "inside this address"),
    ],
)
def test_what_cannot_be_read_is_said_at_once_and_what_was_typed_stays(
    store, cast, sign_in, typed, said
):
    answer = sign_in(cast.ben).post("/busy", data={"address": typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed}"' in answer.text
    assert store.scalars(select(BusySource)).all() == []


def test_what_is_wrong_with_an_account_is_said_where_it_was_written(store, cast, sign_in):
    given = {"address": "https://10.0.0.1/", "user": "ben", "password": "app-secret"}
    page = sign_in(cast.ben).post("/busy", data=given).text
    assert '<p class="err" id="server-err"' in page
    assert "<details open>" in page
    assert 'id="address-err"' not in page
    assert "app-secret" not in page
    given = {"address": "https://cloud.example.org/", "password": "app-secret"}
    page = sign_in(cast.ben).post("/busy", data=given).text
    assert "Write your name at that server too" in page


def test_its_owner_reads_when_it_was_read_and_what_went_wrong(store, cast, sign_in, now):
    ben, source = added(store, sign_in, cast.ben)
    source.read_at = now - timedelta(minutes=7)
    store.commit()
    assert "Read 7 minutes ago" in ben.get("/busy").text
    source.trouble = "shut"
    source.doubts = [
        {"number": 3, "why": "zone", "day": "2027-02-09"},
        {"number": 4, "why": "start", "day": ""},
    ]
    store.commit()
    page = ben.get("/busy").text
    assert "wants a sign-in" in page
    assert "What it said then still holds" in page
    assert "2 entries are not clear" in page
    assert "we do not know its time zone" in page
    assert "Entry number 4" in page


def test_every_word_that_a_reader_has_for_trouble_has_a_sentence():
    """What is raised anywhere is told to its owner in words of its own."""
    code = "".join(one.read_text() for one in Path("supervisor/busy").glob("*.py"))
    raised = set(re.findall(r'Trouble\((?:trouble=)?"(\w+)"', code))
    raised |= {apart.TOO_LONG, apart.TOO_MUCH, apart.CRASHED}
    assert {apart.TOO_LONG, apart.TOO_MUCH, apart.CRASHED} <= set(brought_hours.TROUBLES)
    assert raised | set(busy_fetch.SAYS.values()) | set(busy_account.SAID.values()) <= set(TROUBLES)


def test_whatever_went_wrong_has_words(store, cast, sign_in):
    ben, source = added(store, sign_in, cast.ben)
    source.trouble, source.doubts = "new", [{"number": 1, "why": "new", "day": "2027-02-09"}]
    store.commit()
    assert "Something went wrong on our side" in ben.get("/busy").text


def test_it_is_read_next_when_its_owner_asks_and_taken_away_with_all_it_said(
    store, cast, sign_in, now
):
    ben, source = added(store, sign_in, cast.ben)
    source.next_at = now + timedelta(hours=5)
    whose = {"source_id": source.id, "person_id": cast.ben.id}
    when = {"starts_at": now, "ends_at": now + timedelta(hours=1)}
    store.add(BusySpan(sure=True, seen_at=now, **whose, **when))
    store.commit()
    ben.post(f"/busy/{source.ref}/look")
    store.expire_all()
    assert source.next_at == now
    assert sign_in(cast.cleo).post(f"/busy/{source.ref}/end").status_code == 404
    ben.post(f"/busy/{source.ref}/end")
    store.expire_all()
    assert store.scalars(select(BusySource)).all() == store.scalars(select(BusySpan)).all() == []
