"""The hub reads every letter before anybody does, in each of its forms; nothing is sent or kept."""

import re

import pytest
from sqlalchemy import func, select

from supervisor.letter_samples import SAMPLES, facts_of
from supervisor.models import Message, Person, Store


def test_every_letter_is_on_the_list_and_opens(store: Store, cast, sign_in) -> None:
    cleo = sign_in(cast.cleo)
    assert 'href="/letters"' in cleo.get("/settings").text
    listed = set(re.findall(r'href="/letters/(\w+)"', cleo.get("/letters").text))
    assert listed == {name for name, _facts in SAMPLES}
    for name in listed:
        for form in range(1, len(facts_of(name)) + 1):
            assert cleo.get(f"/letters/{name}?form={form}").status_code == 200


def test_one_is_picked_from_a_list_that_a_phone_shows_at_once(cast, sign_in) -> None:
    cleo = sign_in(cast.cleo)
    answer = cleo.get("/letters?letter=booked")
    assert (answer.status_code, answer.location) == (302, "/letters/booked")
    assert '<option value="booked">' in cleo.get("/letters").text
    assert cleo.get("/letters?letter=nothing", follow_redirects=True).status_code == 404


def test_a_letter_is_shown_as_mail_as_plain_text_and_as_a_text(cast, sign_in) -> None:
    cleo = sign_in(cast.cleo)
    page = cleo.get("/letters/booked?form=2").text
    assert "<h1" in page
    assert "Booked: Tuesday 4 May, 10:00 am" in page
    assert "Hello Ben,\n\nCleo Martin booked a time for you and Ana Rewi." in page
    assert 'src="/letters/booked/mail?form=2&amp;in=en"' in page
    assert "texts on the bill" in page
    mail = cleo.get("/letters/booked/mail?form=2")
    assert "Cleo Martin booked a time for you and Ana Rewi." in mail.text
    assert "sandbox" in mail.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in cleo.get("/letters/booked").headers["Content-Security-Policy"]


def test_it_is_shown_in_the_language_that_is_asked_for(cast, sign_in) -> None:
    cleo = sign_in(cast.cleo)
    assert "Tuesday 4 May" in cleo.get("/letters/times?in=en").text
    assert "Tuesday 4 May" not in cleo.get("/letters/times/mail?in=mi").text
    assert "Tuesday 4 May" in cleo.get("/letters/times/mail?in=no").text


@pytest.mark.parametrize("form", ["0", "99", "-1", "x"])
def test_a_form_that_there_is_not_is_the_nearest(cast, sign_in, form: str) -> None:
    assert sign_in(cast.cleo).get(f"/letters/booked?form={form}").status_code == 200


def test_what_is_no_letter_is_not_there(cast, sign_in) -> None:
    cleo = sign_in(cast.cleo)
    assert cleo.get("/letters/layout").status_code == 404
    assert cleo.get("/letters/nothing/mail").status_code == 404


def test_nobody_is_made_and_nothing_written_by_looking(store: Store, cast, sign_in) -> None:
    before = store.scalar(select(func.count(Person.id)))
    cleo = sign_in(cast.cleo)
    for path in ("/letters", "/letters/sign_in", "/letters/sign_in/mail"):
        assert cleo.get(path).status_code == 200
    assert store.scalar(select(func.count(Person.id))) == before
    assert store.scalar(select(func.count(Message.id))) == 0
