"""What the coordinator can change herself: limits, the number of sessions, the culture wanted."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from supervisor import clock, entitlements
from supervisor.models import Amendment, Audit, Entitlement, Message, Store, Word
from supervisor.rules.kinds import Kind, Standing, Vocabulary
from tests.test_entitlements import at

LIMITS = "/providers/ana/limits"
NUMBER = "/entitlements/ben-2027/amendments"
CULTURE = "/entitlements/ben-cultural/culture"


@pytest.fixture
def cleo(cast: SimpleNamespace, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(cast.cleo)


@pytest.fixture
def november(cast: SimpleNamespace, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """Six weeks are left, and none of the ten was held."""
    clock.set_to(at(11, 20))
    return sign_in(cast.cleo)


def limits(kind: str, **given: str) -> dict[str, str]:
    return {f"capacity-{kind}": "6", f"until-{kind}": "2028-06-30", "hours": "40"} | given


def test_the_hub_sets_what_a_provider_can_take(store: Store, cast, cleo) -> None:
    kind = cast.offering.kind
    assert "People at most" in cleo.get(LIMITS).text
    assert cleo.post(LIMITS, data=limits(kind)).status_code == 303
    store.expire_all()
    assert (cast.offering.capacity, cast.offering.vetted_until) == (6, date(2028, 6, 30))
    assert cast.offering.provider.hours_a_year == 40
    assert store.scalars(select(Audit.verb).where(Audit.by_id == cast.cleo.id)).all()[-1:] == [
        "limit"
    ]


def test_an_empty_field_is_no_limit_and_not_vetted(store: Store, cast, cleo) -> None:
    kind = cast.offering.kind
    cleo.post(LIMITS, data=limits(kind, **{f"until-{kind}": "", "hours": ""}))
    store.expire_all()
    assert cast.offering.vetted_until is None
    assert cast.offering.provider.hours_a_year is None


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("capacity", "many", "from 0 to 50"),
        ("capacity", "51", "from 0 to 50"),
        ("until", "soon", "Write a day"),
        ("hours", "nan", "Write the hours a year as a number"),
        ("hours", "few", "Write the hours a year as a number"),
    ],
)
def test_a_slip_is_said_beside_its_field_and_nothing_is_kept(
    store: Store, cast, cleo, name: str, given: str, said: str
) -> None:
    kind, before = cast.offering.kind, cast.offering.capacity
    field = name if name == "hours" else f"{name}-{kind}"
    answer = cleo.post(LIMITS, data=limits(kind, **{field: given}))
    assert answer.status_code == 422
    assert said in answer.text
    assert f'id="{field}-e"' in answer.text
    store.expire_all()
    assert cast.offering.capacity == before


def test_who_offers_nothing_has_no_limits(cast, cleo) -> None:
    assert cleo.get("/providers/dan/limits").status_code == 404


def test_a_new_number_is_looked_at_before_it_is_written_down(store: Store, cast, november) -> None:
    page = november.get(NUMBER + "?sessions=3&from_on=2027-11-21").text
    assert "As it is" in page
    assert "Cannot be met" in page
    assert "0 of 3 done." in page
    assert store.scalar(select(Amendment)) is None
    answer = november.post(NUMBER, data={"sessions": "3", "from_on": "2027-11-21"})
    assert answer.headers["Location"] == "/people/ben"
    store.expire_all()
    made = store.scalars(select(Amendment)).one()
    assert (made.sessions, made.from_on, made.made_by_id) == (3, date(2027, 11, 21), cast.cleo.id)
    told = store.scalars(select(Message).where(Message.template == "amended")).one()
    assert told.recipient_id == cast.ben.id


def test_the_second_number_from_a_day_replaces_the_first(store: Store, cast, cleo) -> None:
    for sessions in ("8", "7"):
        cleo.post(NUMBER, data={"sessions": sessions, "from_on": "2027-03-01"})
    assert store.scalars(select(Amendment.sessions)).all() == [7]


def test_a_number_for_later_is_seen_until_its_day_and_not_written_twice(
    store: Store, cast, cleo, sign_in
) -> None:
    asked = {"sessions": "12", "from_on": "2027-03-01"}
    cleo.post(NUMBER, data=asked)
    for page in (cleo.get("/people/ben"), cleo.get(NUMBER), sign_in(cast.ben).get("/support")):
        assert "From 1 March 2027 on: 12 in all." in page.text
    again = cleo.post(NUMBER, data=asked)
    assert (again.status_code, "That is the number already." in again.text) == (422, True)
    assert len(store.scalars(select(Message).where(Message.template == "amended")).all()) == 1
    back = cleo.post(NUMBER, data=asked | {"sessions": "10"})
    assert back.status_code == 303
    clock.set_to(at(3, 2))
    assert "12 in all" not in cleo.get("/people/ben").text


def test_a_number_that_can_be_met_again_ends_what_could_not(store: Store, cast, november) -> None:
    entitlements.reassess(store, cast.entitlement, clock.now())
    store.commit()
    assert cast.entitlement.standing == Standing.CANNOT_BE_MET
    november.post(NUMBER, data={"sessions": "3", "from_on": "2027-11-20"})
    store.expire_all()
    assert cast.entitlement.standing != Standing.CANNOT_BE_MET


@pytest.mark.parametrize(
    ("sessions", "from_on", "said"),
    [
        ("0", "2027-03-01", "Write a number"),
        ("many", "2027-03-01", "Write a number"),
        ("8", "2027-02-09", "Choose a day from"),
        ("8", "2028-01-01", "Choose a day from"),
        ("8", "soon", "Choose a day from"),
    ],
)
def test_a_number_or_a_day_that_cannot_be_is_asked_for_again(
    store: Store, cast, cleo, sessions: str, from_on: str, said: str
) -> None:
    asked = {"sessions": sessions, "from_on": from_on}
    for answer in (cleo.get(NUMBER, query_string=asked), cleo.post(NUMBER, data=asked)):
        assert answer.status_code == 422
        assert said in answer.text
    assert store.scalar(select(Amendment)) is None


@pytest.fixture
def cultural(store: Store, cast: SimpleNamespace) -> Entitlement:
    """Ben is owed cultural supervision, and nobody knows yet of which culture."""
    owed = Entitlement(
        ref="ben-cultural", link="ben-cultural", person=cast.ben, kind=Kind.CULTURAL_SUPERVISION,
        sessions=6, minutes=60, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
    )  # fmt: skip
    store.add(owed)
    store.add_all([Word(vocabulary=Vocabulary.CULTURE, name=name) for name in ("Tonga", "Waitaha")])
    store.commit()
    return owed


def test_the_worker_chooses_the_culture_from_their_card(store, cast, cultural, sign_in) -> None:
    ben = sign_in(cast.ben)
    assert CULTURE in ben.get("/support").text
    assert "Waitaha" in ben.get(CULTURE).text
    answer = ben.post(CULTURE, data={"culture": "Waitaha"})
    assert answer.headers["Location"] == "/support"
    store.expire_all()
    assert cultural.culture_wanted.name == "Waitaha"
    assert "checked" in ben.get(CULTURE).text


def test_the_hub_types_it_for_them_from_today(store: Store, cast, cultural, cleo) -> None:
    assert CULTURE in cleo.get("/today").text
    assert CULTURE in cleo.get("/people/ben/entitlements/ben-cultural/shortlist").text
    answer = cleo.post(CULTURE, data={"culture": "Tonga"})
    assert answer.headers["Location"].endswith("/shortlist")
    store.expire_all()
    assert cultural.culture_wanted.name == "Tonga"
    assert CULTURE not in cleo.get("/today").text


def test_a_word_that_is_not_on_the_list_is_none(store: Store, cast, cultural, cleo) -> None:
    answer = cleo.post(CULTURE, data={"culture": "Elsewhere"})
    assert answer.status_code == 422
    assert "Choose one of the list." in answer.text


@pytest.mark.parametrize("who", ["ana", "mere", "dan"])
def test_whose_culture_it_is_is_theirs_alone(cast, cultural, sign_in, who: str) -> None:
    other = sign_in(getattr(cast, who))
    assert other.get(CULTURE).status_code == 404
    assert other.post(CULTURE, data={"culture": "Tonga"}).status_code == 404


def test_no_other_kind_asks_for_a_culture(cast, cleo) -> None:
    assert cleo.get("/entitlements/ben-2027/culture").status_code == 404
