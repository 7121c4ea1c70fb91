"""The page of an order: five places, saved, taken back; the worker's own, or the hub's for them."""

import pytest
from flask.testing import FlaskClient

from supervisor.matches import choices, matches
from supervisor.models import Person, Store
from tests.supervisors import dans_year, provider

PAGE = "/people/ben/choices"


@pytest.fixture
def ben(store: Store, cast, now, sign_in) -> FlaskClient:
    """Ben meets Ana; Eve is offered to him."""
    eve = provider(store, cast, "eve", "Eve Tan")
    matches.offer(store, cast.entitlement, eve, now, cast.cleo)
    store.commit()
    return sign_in(cast.ben)


def order(store: Store, person: Person) -> list[str]:
    store.expire_all()
    return [one.ref for one in choices.ranked(store, person)]


def test_a_worker_puts_in_order_whom_they_know_of(store, cast, ben) -> None:
    page = ben.get(PAGE).text
    assert page.count("<select") == 2
    assert "Eve Tan, Dunedin" in page
    assert "Put it back" not in page
    answer = ben.post(PAGE, data={"place": ["", "eve", "ana"]}, follow_redirects=True)
    assert "The order is saved." in answer.text
    assert answer.text.index('value="eve" selected') < answer.text.index('value="ana" selected')
    assert order(store, cast.ben) == ["eve", "ana"]


def test_a_change_is_taken_back(store, cast, ben) -> None:
    for places in (["ana"], ["eve"]):
        ben.post(PAGE, data={"place": places})
    answer = ben.post(f"{PAGE}/undoing", follow_redirects=True)
    assert "The order is as it was before." in answer.text
    assert order(store, cast.ben) == ["ana"]


def test_the_same_name_twice_is_asked_for_again(store, cast, ben) -> None:
    answer = ben.post(PAGE, data={"place": ["eve", "eve"]})
    assert answer.status_code == 422
    assert "Eve Tan is there twice. Give each person one place." in answer.text
    assert answer.text.count('value="eve" selected') == 2
    assert order(store, cast.ben) == []
    assert "Nothing was changed" in ben.post(f"{PAGE}/undoing", follow_redirects=True).text


def test_nobody_else_opens_it(store, cast, ben, sign_in) -> None:
    for person in (cast.ana, cast.mere, cast.dan):
        assert sign_in(person).get(PAGE).status_code == 404


def test_the_hub_types_an_order_on_the_phone(store, cast, ben, sign_in) -> None:
    cleo = sign_in(cast.cleo)
    assert "Who Ben Harris would like to meet" in cleo.get(PAGE).text
    assert "Who Ben Harris would like to meet" in cleo.get("/people/ben").text
    cleo.post(PAGE, data={"place": ["eve"]})
    assert order(store, cast.ben) == ["eve"]


def test_nobody_to_put_in_order_yet(store, cast, sign_in) -> None:
    dans_year(store, cast)
    page = sign_in(cast.dan).get("/people/dan/choices").text
    assert "Nobody to put in order yet" in page
    assert "/people/dan/nominations" in page
    assert "Ana" not in page


def test_the_card_without_anybody_leads_there(store, cast, sign_in) -> None:
    dans_year(store, cast)
    page = sign_in(cast.dan).get("/support").text
    assert "/people/dan/choices" in page
    assert "/people/dan/nominations?entitlement=dan-2027" in page
