"""What a provider takes on: lowered by themselves, never under what they hold."""

import pytest
from sqlalchemy import select

from supervisor import own_limits
from supervisor.errors import Refused
from supervisor.models import Message, Provider, Store
from supervisor.own_limits import HOURS
from supervisor.rules.kinds import Kind

PEOPLE = str(Kind.PEER_SUPERVISION)
ON = "/limit"


def seen(store: Store, cast, now) -> dict[str, tuple[float | None, float]]:
    found = own_limits.limits(store, cast.ana, now.date())
    return {one.name: (one.most, one.held) for one in found}


def test_each_limit_stands_beside_what_is_held(store: Store, cast, now) -> None:
    assert seen(store, cast, now) == {PEOPLE: (4, 1), HOURS: (60, 10)}


def test_it_is_lowered_and_the_hub_is_told(store: Store, cast, now) -> None:
    assert own_limits.lower(store, cast.ana, {PEOPLE: 1, HOURS: 10}, now.date(), now)
    assert seen(store, cast, now) == {PEOPLE: (1, 1), HOURS: (10, 10)}
    (told,) = store.scalars(select(Message))
    assert (told.recipient.ref, told.template) == ("cleo", "limit_lowered")
    assert not own_limits.lower(store, cast.ana, {PEOPLE: 1}, now.date(), now)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({PEOPLE: 0}, "You have 1 already"),
        ({HOURS: 9.5}, "You have 10 already"),
        ({PEOPLE: 5}, "ring the hub"),
        ({HOURS: 61}, "ring the hub"),
    ],
)
def test_it_goes_neither_under_what_is_held_nor_up(store, cast, now, wanted, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        own_limits.lower(store, cast.ana, wanted, now.date(), now)
    assert refused.value.field in wanted
    assert seen(store, cast, now) == {PEOPLE: (4, 1), HOURS: (60, 10)}


def test_who_had_no_limit_of_hours_may_set_one(store: Store, cast, now) -> None:
    store.get_one(Provider, cast.ana.id).hours_a_year = None
    assert own_limits.lower(store, cast.ana, {HOURS: 12}, now.date(), now)
    assert seen(store, cast, now)[HOURS] == (12, 10)


def test_who_offers_nothing_has_nothing_to_lower(store: Store, cast, now) -> None:
    assert own_limits.limits(store, cast.ben, now.date()) == []
    assert not own_limits.lower(store, cast.ben, {HOURS: 1}, now.date(), now)


def test_the_page_saves_and_says_a_slip_beside_its_field(store: Store, cast, now, sign_in) -> None:
    ana = sign_in(cast.ana)
    assert f'href="{ON}"' in ana.get("/week").text
    page = ana.get(ON).text
    assert "You have 1 now." in page
    assert "10 hours are promised." in page
    for typed, words in (("0", "You have 1 already"), ("many", "Write a number"), ("1.5", "Write")):
        answer = ana.post(ON, data={PEOPLE: typed, HOURS: "60"})
        assert answer.status_code == 422
        assert f'aria-describedby="{PEOPLE}-e"' in answer.text
        assert words in answer.text
        assert f'value="{typed}"' in answer.text
    saved = ana.post(ON, data={PEOPLE: "2", HOURS: ""}, follow_redirects=True).text
    assert "Your limit is saved. The hub knows." in saved
    assert "Nothing was changed." in ana.post(ON, data={}, follow_redirects=True).text
    store.expire_all()
    assert seen(store, cast, now)[PEOPLE] == (2, 1)
