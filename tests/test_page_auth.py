"""Signing in: a link by mail, a button, once; and out again on the very next request."""

import re
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from supervisor import clock, sign_ins
from supervisor.models import Message, SignIn, SignInLink, Store
from supervisor.settings import HubSettings, read, save
from tests.test_sessions import at


def ask(browser: FlaskClient, email: str, **more: str) -> tuple[int, str]:
    """The status and the page, without the address."""
    answer = browser.post("/sign-in", data={"email": email, **more})
    return answer.status_code, answer.text.replace(email, "…")


def link_of(store: Store, cast: SimpleNamespace, name: str = "ben") -> str:
    token = sign_ins.link_for(store, getattr(cast, name), clock.now())
    store.commit()
    return f"/sign-in/{token}"


def test_a_known_and_an_unknown_address_get_the_same_answer(
    store: Store, cast, client: FlaskClient
) -> None:
    assert ask(client, "ben@example.org") == ask(client, "who@example.org")
    told = store.scalars(select(Message)).all()
    assert [message.recipient_id for message in told] == [cast.ben.id]


def test_an_address_in_capitals_is_the_same_mailbox(store: Store, cast, client) -> None:
    ask(client, " Ben@Example.org ")
    assert store.scalars(select(Message.recipient_id)).all() == [cast.ben.id]


def test_what_is_no_address_is_said_beside_the_field_and_stays_typed(cast, client) -> None:
    answer = client.post("/sign-in", data={"email": "ben"})
    assert answer.status_code == 422
    assert "Write your email, like ben@example.org" in answer.text
    assert 'value="ben"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert client.post("/sign-in").status_code == 422


def test_many_tries_have_to_wait_whether_the_address_is_known_or_not(
    store: Store, cast, client
) -> None:
    for email in ("ben@example.org", "who@example.org"):
        statuses = [ask(client, email)[0] for _ in range(6)]
        assert statuses == [200] * 5 + [429]
    clock.set_to(clock.now() + timedelta(minutes=11))
    assert ask(client, "ben@example.org")[0] == 200


def test_one_network_cannot_try_every_mailbox(store: Store, cast, client) -> None:
    statuses = [ask(client, f"someone{n}@example.org")[0] for n in range(31)]
    assert (statuses[29], statuses[30]) == (200, 429)


def test_looking_at_the_link_uses_nothing_up_and_the_button_works_once(
    store: Store, cast, client, app
) -> None:
    link = link_of(store, cast)
    for _ in range(3):
        assert "Sign me in" in client.get(link).text
    assert client.post(link).status_code == 303
    assert client.get("/support").status_code == 200
    again = app.test_client().post(link)
    assert again.status_code == 410
    assert "Ask for a new one" in again.text
    assert "sign_in=" not in again.headers.get("Set-Cookie", "")


def test_a_link_ends_after_ten_minutes(store: Store, cast, client) -> None:
    link = link_of(store, cast)
    clock.set_to(clock.now() + timedelta(minutes=10))
    assert client.post(link).status_code == 410


def test_who_has_left_reads_why_their_link_lets_them_in_no_more(
    store: Store, cast, client: FlaskClient
) -> None:
    """It is told to nobody but whoever holds a link that was mailed to them."""
    link = link_of(store, cast, "mere")
    cast.mere.left_on = clock.now().date() - timedelta(days=2)
    store.commit()
    answer = client.post(link)
    assert answer.status_code == 410
    assert "your last day here is over" in answer.text
    assert store.scalars(select(SignIn)).all() == []


def test_a_link_that_was_never_made_looks_like_one_that_is_over(cast, client) -> None:
    assert client.get("/sign-in/made-up").status_code == 200
    assert client.post("/sign-in/made-up").status_code == 410


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nb", "support", "/\t/evil"],
)
def test_after_signing_in_nobody_is_led_to_another_site(
    store: Store, cast, client, elsewhere: str
) -> None:
    ask(client, "ben@example.org", next=elsewhere)
    assert client.post(link_of(store, cast)).headers["Location"] == "/"
    client.post("/language", data={"lang": "mi", "next": elsewhere})
    assert client.post("/language", data={"next": elsewhere}).headers["Location"] == "/"


def test_after_signing_in_one_lands_where_one_wanted_to_go(store: Store, cast, client) -> None:
    sent = client.get("/calendar")
    assert sent.headers["Location"] == "/sign-in?next=/calendar"
    assert 'value="/calendar"' in client.get(sent.headers["Location"]).text
    ask(client, "ben@example.org", next="/calendar")
    assert client.post(link_of(store, cast)).headers["Location"] == "/calendar"


def test_everyone_comes_home_to_their_own_first_page(store: Store, cast, sign_in) -> None:
    homes = {"cleo": "/today", "ben": "/support", "ana": "/week", "mere": "/team"}
    for name, path in homes.items():
        assert sign_in(getattr(cast, name)).get("/").headers["Location"] == path
    assert sign_in(cast.dan).get("/").headers["Location"] == "/nothing-yet"


def test_who_signs_out_is_out_on_the_very_next_request_with_the_old_cookie_too(
    store: Store, cast, client, app
) -> None:
    client.post(link_of(store, cast))
    kept = client.get_cookie("sign_in")
    assert kept
    assert kept.http_only
    assert kept.same_site == "Lax"
    answer = client.post("/sign-out")
    assert "cache" in answer.headers["Clear-Site-Data"]
    thief = app.test_client()
    thief.set_cookie("sign_in", kept.value)
    for browser in (client, thief):
        assert browser.get("/support").headers["Location"].startswith("/sign-in")


def test_a_new_sign_in_has_a_new_cookie(store: Store, cast, client) -> None:
    cookies = set()
    for _ in range(2):
        client.post(link_of(store, cast))
        cookies.add(client.get_cookie("sign_in").value)
    assert len(cookies) == 2
    hashes = store.scalars(select(SignIn.token_hash)).all()
    assert not cookies & set(hashes)


def test_somebody_who_has_left_is_out_at_once(store: Store, cast, sign_in, now) -> None:
    ben = sign_in(cast.ben)
    assert ben.get("/support").status_code == 200
    cast.ben.left_on = (now - timedelta(days=1)).date()
    store.commit()
    assert ben.get("/support").status_code == 302


def test_somebody_whose_last_day_is_still_to_come_signs_in_until_then(
    store: Store, cast, client
) -> None:
    cast.ben.left_on = date(2027, 2, 10)
    store.commit()
    ask(client, "ben@example.org")
    assert store.scalars(select(Message.recipient_id)).all() == [cast.ben.id]
    cast.ben.left_on = date(2027, 2, 9)
    store.commit()
    clock.set_to(clock.now() + timedelta(minutes=11))
    ask(client, "ben@example.org")
    assert len(store.scalars(select(Message)).all()) == 1


def test_a_last_day_ends_at_midnight_at_the_hub(store: Store, cast, now) -> None:
    token = sign_ins.begin(store, cast.ben, "", now)
    cast.ben.left_on = date(2027, 2, 10)
    midnight = at(2, 10, 23, 59)
    assert sign_ins.found(store, token, midnight)
    assert sign_ins.found(store, token, midnight + timedelta(minutes=1)) is None


def test_a_device_is_signed_out_after_a_month_of_silence_and_half_a_year_in_all(
    store: Store, cast, sign_in, now
) -> None:
    ben = sign_in(cast.ben)
    for day in range(29, 180, 29):
        clock.set_to(now + timedelta(days=day))
        assert ben.get("/support").status_code == 200
    clock.set_to(now + timedelta(days=181))
    assert ben.get("/support").status_code == 302
    quiet = sign_in(cast.ben)
    clock.set_to(now + timedelta(days=181 + 31))
    assert quiet.get("/support").status_code == 302


def test_my_devices_are_listed_and_can_be_signed_out(store: Store, cast, sign_in) -> None:
    phone, desk, ana = sign_in(cast.ben), sign_in(cast.ben), sign_in(cast.ana)
    page = phone.get("/devices").text
    refs = re.findall(r"/devices/(\w+)/end", page)
    assert len(refs) == 2
    assert ana.post(f"/devices/{refs[0]}/end").status_code == 404
    hers = store.scalars(select(SignIn).where(SignIn.person_id == cast.ben.id)).all()
    assert desk.post(f"/devices/{hers[0].ref}/end").status_code == 303
    assert phone.get("/support").status_code == 302
    assert desk.get("/support").status_code == 200


def test_a_device_is_called_what_its_owner_calls_it(store: Store, cast, sign_in) -> None:
    phone = sign_in(cast.ben)
    here = store.scalars(select(SignIn)).one()
    here.device = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
    store.commit()
    sign_in(cast.ben)
    page = phone.get("/devices").text
    assert 'Firefox on Windows <span class="soft">this device</span>' in page
    assert page.count("this device") == 1
    assert "A device" in page
    assert "Mozilla" not in page
    assert 'href="/devices">Signed in as Ben Harris' in phone.get("/support").text


def test_somebody_without_a_part_is_told_whom_to_ring(store: Store, cast, sign_in) -> None:
    save(store, replace(read(store, HubSettings), phone="03 555 0100"))
    store.commit()
    page = sign_in(cast.dan).get("/", follow_redirects=True).text
    assert "there is nothing for you to do here yet" in page
    assert 'href="tel:03 555 0100"' in page


def test_the_link_is_kept_as_a_hash_only(store: Store, cast) -> None:
    token = link_of(store, cast).rpartition("/")[2]
    kept = store.scalars(select(SignInLink)).one()
    assert token not in (kept.token_hash, str(kept.id))


def test_pages_speak_the_language_that_was_chosen(store: Store, cast, sign_in) -> None:
    ben = sign_in(cast.ben)
    answer = ben.post("/language", data={"lang": "mi", "next": "/calendar"})
    assert answer.headers["Location"] == "/calendar"
    page = ben.get("/calendar").text
    assert '<html lang="en-NZ">' in page
    assert "Most of this is in English still." in page
    ben.post("/language", data={"lang": "xx"})
    page = ben.get("/calendar").text
    assert '<html lang="en-NZ">' in page
    assert "Most of this is in English still." in page


def test_a_form_that_lost_its_token_is_told_to_load_again(app, store: Store, cast, sign_in) -> None:
    ben = sign_in(cast.ben)
    app.config["WTF_CSRF_ENABLED"] = True
    answer = ben.post("/calendar/level", data={"level": "busy"})
    assert answer.status_code == 400
    assert "load it again" in answer.text
