"""The page My calendar: an address is made, shown once, renewed, stopped."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from supervisor import clock
from supervisor.feeds import feeds
from supervisor.models import Feed, Store


def addresses(page: str) -> list[str]:
    return re.findall(r'value="(http[^"]*/feeds/[^"]+\.ics)"', page)


def test_an_address_is_made_for_one_program_and_shown_once(
    store: Store, cast: SimpleNamespace, sign_in
) -> None:
    ben: FlaskClient = sign_in(cast.ben)
    assert addresses(ben.get("/calendar").text) == []
    answer = ben.post("/calendar", data={"program": "iPhone"})
    assert answer.status_code == 303
    assert "/feeds/" not in answer.headers["Location"]
    page = ben.get("/calendar").text
    (address,) = addresses(page)
    bare = address.partition("://")[2]
    assert f'href="webcal://{bare}"' in page
    assert "calendar.google.com" in page
    assert "outlook.office.com" in page
    assert ben.get(address).status_code == 200
    assert addresses(ben.get("/calendar").text) == []
    assert address not in ben.get("/calendar").text


def test_looking_at_the_page_changes_nothing(store: Store, cast, sign_in) -> None:
    sign_in(cast.ben).get("/calendar")
    assert store.scalars(select(Feed)).all() == []


def test_the_choice_of_what_it_says_is_kept_for_every_address(store: Store, cast, sign_in) -> None:
    ben = sign_in(cast.ben)
    ben.post("/calendar", data={"program": "Google"})
    assert 'value="neutral" checked' in ben.get("/calendar").text
    assert ben.post("/calendar/level", data={"level": "busy"}).status_code == 303
    ben.post("/calendar", data={"program": "iPhone"})
    assert 'value="busy" checked' in ben.get("/calendar").text
    store.expire_all()
    assert [feed.level for feed in feeds.live(store, cast.ben)] == ["busy", "busy"]
    assert ben.post("/calendar/level", data={"level": "loud"}).status_code == 409


def test_the_page_says_who_looked_and_when(store: Store, cast, sign_in, now) -> None:
    ben = sign_in(cast.ben)
    token = feeds.make_feed(store, cast.ben, "Google", now)
    store.commit()
    assert "Nothing has looked yet" in ben.get("/calendar").text
    ben.get(f"/feeds/{token}.ics", headers={"User-Agent": "Google-Calendar-Importer"})
    clock.set_to(now + timedelta(hours=7))
    page = ben.get("/calendar").text
    assert "Google looked 7 hours ago" in page
    assert "If nothing has looked for 3 days, we let you know." in page
    clock.set_to(now + timedelta(days=4))
    assert "That is long" in ben.get("/calendar").text


@pytest.mark.parametrize(("program", "count"), [("Outlook", 1), ("My laptop", 4)])
def test_who_named_a_program_presses_the_button_of_that_one(
    store: Store, cast, sign_in, program: str, count: int
) -> None:
    ben = sign_in(cast.ben)
    ben.post("/calendar", data={"program": program})
    assert (
        len(re.findall(r"Add to (?:iPhone|Google|Outlook|Android)", ben.get("/calendar").text))
        == count
    )
    assert "If nothing has looked" not in ben.get("/calendar").text


def test_a_new_address_replaces_the_old_one_and_one_can_be_stopped(
    store: Store, cast, sign_in, now
) -> None:
    ben = sign_in(cast.ben)
    old = feeds.make_feed(store, cast.ben, "iPhone", now)
    store.commit()
    (feed,) = feeds.live(store, cast.ben)
    assert ben.post(f"/calendar/{feed.ref}/renewal").status_code == 303
    (new,) = addresses(ben.get("/calendar").text)
    assert ben.get(f"/feeds/{old}.ics").status_code == 404
    assert ben.get(new).status_code == 200
    store.expire_all()
    (feed,) = feeds.live(store, cast.ben)
    assert ben.post(f"/calendar/{feed.ref}/end").status_code == 303
    assert ben.get(new).status_code == 404


def test_an_address_that_has_stopped_gets_no_other(store: Store, cast, sign_in, now) -> None:
    feeds.make_feed(store, cast.ben, "iPhone", now)
    (feed,) = feeds.live(store, cast.ben)
    feeds.revoke(store, feed, cast.ben, now)
    store.commit()
    ben = sign_in(cast.ben)
    assert ben.post(f"/calendar/{feed.ref}/renewal").status_code == 303
    assert "That address has stopped. Make a new one." in ben.get("/calendar").text
    store.expire_all()
    assert feeds.live(store, cast.ben) == []


def test_nobody_touches_the_address_of_another(store: Store, cast, sign_in, now) -> None:
    feeds.make_feed(store, cast.ben, "iPhone", now)
    store.commit()
    (feed,) = feeds.live(store, cast.ben)
    for person in (cast.cleo, cast.mere, cast.dan):
        browser = sign_in(person)
        assert browser.post(f"/calendar/{feed.ref}/end").status_code == 404
        assert browser.post(f"/calendar/{feed.ref}/renewal").status_code == 404
    store.expire_all()
    assert feeds.live(store, cast.ben) == [feed]


def test_invitations_by_email_are_stopped_and_sent_again(store: Store, cast, sign_in) -> None:
    ben = sign_in(cast.ben)
    assert "Stop invitations" in ben.get("/calendar").text
    assert "Choose yes or no." in ben.post("/calendar/invitations", follow_redirects=True).text
    assert ben.post("/calendar/invitations", data={"wanted": "no"}).status_code == 303
    store.expire_all()
    assert not cast.ben.invited
    assert "Send me invitations" in ben.get("/calendar").text
    ben.post("/calendar/invitations", data={"wanted": "yes"})
    store.expire_all()
    assert cast.ben.invited


def test_a_first_address_ends_invitations_so_that_nothing_shows_twice(
    store: Store, cast, sign_in
) -> None:
    ben = sign_in(cast.ben)
    assert "Keep the address only" not in ben.get("/calendar").text
    ben.post("/calendar", data={"program": "iPhone"})
    store.expire_all()
    assert not cast.ben.invited
    assert "so that no meeting shows twice" in ben.get("/calendar").text
    ben.post("/calendar/invitations", data={"wanted": "yes"})
    assert "Does each meeting show twice?" in ben.get("/calendar").text
    ben.post("/calendar", data={"program": "Outlook"})
    store.expire_all()
    assert cast.ben.invited, "what they chose since stays"


@pytest.mark.parametrize(("kept", "addresses"), [("no", 1), ("only", 0)])
def test_of_two_ways_one_is_kept_with_one_press(
    store: Store, cast, sign_in, kept: str, addresses: int
) -> None:
    ben = sign_in(cast.ben)
    ben.post("/calendar", data={"program": "iPhone"})
    ben.post("/calendar/invitations", data={"wanted": "yes"})
    ben.post("/calendar/invitations", data={"wanted": kept})
    store.expire_all()
    assert len(feeds.live(store, cast.ben)) == addresses
    assert cast.ben.invited is (kept == "only")


def test_who_is_not_reached_by_mail_is_asked_nothing_about_invitations(
    store: Store, cast, sign_in
) -> None:
    cast.ben.contact_by, cast.ben.phone = "text", "+64211"
    store.commit()
    assert "nvitations" not in sign_in(cast.ben).get("/calendar").text
