"""The pages of somebody I know: the worker's, and the hub's with its yes and its not now."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from supervisor.matches import matches, nominations
from supervisor.matches.nominations import Named
from supervisor.models import Entitlement, Match, Nomination, Person, Place, Store, Word
from supervisor.rules.kinds import Kind, Vocabulary
from tests.supervisors import dans_year, provider

MINE = "/people/dan/nominations"
VETTED = {
    "name": "Hana Moss", "email": "hana@example.org", "perspective": "consumer", "capacity": "1",
    "until": "2028-06-30", "place": "dunedin",
}  # fmt: skip


@pytest.fixture
def dan(store: Store, cast, sign_in) -> FlaskClient:
    dans_year(store, cast)
    return sign_in(cast.dan)


@pytest.fixture
def hana(store: Store, cast, dan, now) -> Nomination:
    owed = store.scalars(select(Entitlement).where(Entitlement.ref == "dan-2027")).one()
    made = nominations.nominate(store, owed, Named("Hana Moss", "021 555 010"), cast.dan, now)
    store.commit()
    return made


@pytest.fixture
def cleo(cast, sign_in) -> FlaskClient:
    browser: FlaskClient = sign_in(cast.cleo)
    return browser


def test_a_worker_names_somebody_and_takes_it_back(store, cast, dan) -> None:
    form = {"name": "Hana Moss", "contact": "021 555 010", "word": "An old friend.",
            "entitlement": "dan-2027"}  # fmt: skip
    page = dan.post(MINE, data=form, follow_redirects=True).text
    assert "The hub has the name, and looks at it." in page
    assert "The hub is looking at it" in page
    assert "021 555 010" not in page
    ref = store.scalars(select(Nomination.ref)).one()
    page = dan.post(f"/nominations/{ref}/withdrawal", follow_redirects=True).text
    assert "It is taken back." in page
    assert "Hana" not in page
    assert dan.post(f"/nominations/{ref}/withdrawal").status_code == 404


def test_what_was_typed_stays_when_something_is_missing(store, cast, dan) -> None:
    dans_year(store, cast, ref="dan-mentor", kind=Kind.MENTORING)
    form = {"name": "Hana Moss", "contact": "021 555 010"}
    page = dan.post(MINE, data=form)
    assert page.status_code == 422
    assert "Say what you would like to meet them for." in page.text
    assert "021 555 010" in page.text
    page = dan.post(MINE, data={"entitlement": "dan-2027", "name": " "})
    assert "Write a name, as it is usually spelt." in page.text
    assert 'value="dan-2027" required checked' in page.text


def test_whether_somebody_is_known_here_is_not_told(store, cast, dan) -> None:
    """Ana supervises here; Zoe is nobody's name."""
    seen = []
    for name in ("Ana Rewi", "Zoe Webb"):
        form = {"name": name, "entitlement": "dan-2027"}
        page = dan.post(MINE, data=form, follow_redirects=True).text
        ref = store.scalars(select(Nomination.ref)).one()
        seen.append(page.replace(name, "…").replace(ref, "…"))
        dan.post(f"/nominations/{ref}/withdrawal", follow_redirects=True)
    assert seen[0] == seen[1]


def test_who_meets_somebody_can_name_another_one_and_nothing_changes_until_then(
    store, cast, sign_in, now
) -> None:
    ben, link = sign_in(cast.ben), "/people/ben/nominations?entitlement=ben-2027"
    assert link in ben.get("/matches/ben-ana").text
    assert link not in sign_in(cast.ana).get("/matches/ben-ana").text
    eve = provider(store, cast, "eve", "Eve Tan")
    made = nominations.nominate(store, cast.entitlement, Named("Eve Tan"), cast.ben, now)
    nominations.accept(store, made, eve, cast.cleo, now)
    store.commit()
    page = ben.get("/entitlements/ben-2027/choices").text
    assert "Choose Eve" in page
    assert "Until you choose, nothing changes with Ana Rewi." in page


def test_nothing_owed_is_nothing_to_name_somebody_for(store, cast, sign_in) -> None:
    assert (
        "Nothing to name somebody for yet" in sign_in(cast.rua).get("/people/rua/nominations").text
    )


def test_only_the_worker_and_the_hub_see_a_name(store, cast, hana, sign_in) -> None:
    for person in (cast.ben, cast.ana, cast.rua):
        browser = sign_in(person)
        assert browser.get(MINE).status_code == 404
        assert browser.get(f"/nominations/{hana.ref}").status_code == 404
        assert browser.post(f"/nominations/{hana.ref}/withdrawal").status_code == 404


def test_the_board_has_a_row_with_what_can_be_done(store, cast, hana, cleo) -> None:
    page = cleo.get("/today").text
    for words in (
        "Somebody they know",
        "Would like to meet Hana Moss.",
        "Vet and offer",
        "Not now",
    ):
        assert words in page
    assert "Already here" not in page
    hana.name = "Rewi, Ana"
    store.commit()
    assert "Already here: Ana Rewi" in cleo.get("/today").text


def test_who_is_here_already_is_offered_from_the_row(store, cast, hana, cleo) -> None:
    answer = cleo.post(f"/nominations/{hana.ref}/acceptance", data={"who": "ana"})
    page = cleo.get(answer.location).text
    assert "Offered. Dan Foley is told by message." in page
    assert "Ana Rewi comes first in the order" in page
    match = store.scalars(select(Match).where(Match.provider_id == cast.ana.id,
                                              Match.state == "offered")).one()  # fmt: skip
    assert match.entitlement.ref == "dan-2027"


@pytest.mark.parametrize("who", ["", "nobody", "ben"])
def test_somebody_who_supervises_is_to_be_chosen(store, cast, hana, cleo, who) -> None:
    url = f"/nominations/{hana.ref}/acceptance"
    page = cleo.post(url, data={"who": who}, follow_redirects=True).text
    assert ("does not give this support yet" if who == "ben" else "Choose who it is.") in page


def test_the_hub_vets_and_offers_on_one_page(store, cast, dan, hana, cleo) -> None:
    page = cleo.get(f"/nominations/{hana.ref}").text
    assert "Dan Foley would like to meet Hana Moss" in page
    assert "Nobody has written to Hana Moss." in page
    assert 'name="phone" type="text" value="021 555 010"' in page
    answer = cleo.post(f"/nominations/{hana.ref}/vetting", data=VETTED)
    assert answer.status_code == 303
    assert "Offered. Dan Foley is told by message." in cleo.get(answer.location).text
    person = store.scalars(select(Person).where(Person.email == "hana@example.org")).one()
    assert person.place is store.scalars(select(Place).where(Place.ref == "dunedin")).one()
    page = dan.get(MINE).text
    assert "You can choose them" in page
    assert "/entitlements/dan-2027/choices" in page
    assert "Choose Hana" in dan.get("/entitlements/dan-2027/choices").text


def test_each_further_step_shows_on_the_workers_page(store, cast, dan, hana, cleo, now) -> None:
    cleo.post(f"/nominations/{hana.ref}/vetting", data=VETTED)
    store.expire_all()
    match = store.scalars(select(Match).where(Match.provider_id == hana.provider_id)).one()
    matches.choose(store, match, cast.dan, now)
    store.commit()
    assert "They have been asked" in dan.get(MINE).text
    matches.accept(store, match, match.provider, now + timedelta(hours=1))
    store.commit()
    assert "You have both said yes." in dan.get(MINE).text


def test_what_stands_in_the_way_is_said_to_the_hub_and_not_to_the_worker(
    store, cast, dan, hana, cleo
) -> None:
    answer = cleo.post(
        f"/nominations/{hana.ref}/vetting", data=VETTED | {"organisation": "harbour"}
    )
    page = cleo.get(answer.location).text
    assert "Hana Moss cannot be offered: Works for the same employer." in page
    assert "They come first in the order. They are not offered yet." in page
    assert "Try again to offer them" in page
    page = dan.get(MINE).text
    assert "Not offered at present" in page
    assert "Not available" in page
    assert "employer" not in page.split("<main")[1]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("capacity", "many", "Write how many people"), ("capacity", "inf", "Write how many people"),
     ("until", "soon", "Write a day"), ("until", "2026-01-01", "Choose today or a later day"),
     ("years", "long", "Write the years"), ("name", "", "Write a name"),
     ("email", "ana@example.org", "has this e-mail already")],
)  # fmt: skip
def test_what_the_hub_slips_on_is_said_beside_it(
    store, cast, hana, cleo, field, value, words
) -> None:
    answer = cleo.post(f"/nominations/{hana.ref}/vetting", data=VETTED | {field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'id="{field}-e"' in answer.text
    assert store.scalars(select(Person).where(Person.email == "hana@example.org")).all() == []


def test_a_colleague_who_is_here_becomes_a_mentor(store, cast, dan, cleo, now) -> None:
    """A peer worker can be somebody's tuakana: the form is about them, and asks no address."""
    mentoring = dans_year(store, cast, ref="dan-mentor", kind=Kind.MENTORING)
    cast.dan.years_experience = 1
    made = nominations.nominate(store, mentoring, Named("Ben Harris"), cast.dan, now)
    store.commit()
    page = cleo.get(f"/nominations/{made.ref}?who=ben").text
    assert "Does not give this support yet." in page
    assert "Vet Ben Harris, and offer them" in page
    assert 'name="email"' not in page
    form = {"who": "ben", "capacity": "1", "until": "2028-06-30", "years": "6"}
    answer = cleo.post(f"/nominations/{made.ref}/vetting", data=form)
    assert "Offered. Dan Foley" in cleo.get(answer.location).text
    store.expire_all()
    assert (made.provider, cast.ben.years_experience) == (cast.ben, 6)


def test_cultures_are_asked_for_where_they_count(store, cast, dan, cleo, hana, now) -> None:
    assert "Cultures for which" not in cleo.get(f"/nominations/{hana.ref}").text
    culture = Word(vocabulary=Vocabulary.CULTURE, name="Ngāi Tahu")
    owed = dans_year(store, cast, ref="dan-culture", kind=Kind.CULTURAL_SUPERVISION,
                     culture_wanted=culture)  # fmt: skip
    made = nominations.nominate(store, owed, Named("Moana Te Au"), cast.dan, now)
    store.commit()
    assert "Cultures for which" in cleo.get(f"/nominations/{made.ref}").text
    form = VETTED | {"name": "Moana Te Au", "culture": "Ngāi Tahu"}
    answer = cleo.post(f"/nominations/{made.ref}/vetting", data=form)
    assert "Offered. Dan Foley" in cleo.get(answer.location).text


def test_not_now_says_nothing_of_why(store, cast, dan, hana, cleo) -> None:
    url = f"/nominations/{hana.ref}/refusal"
    page = cleo.post(url, data={"answer": ""}, follow_redirects=True).text
    assert "Not now. Dan Foley is told by message." in page
    assert "Hana Moss" not in page
    assert "It cannot be arranged at present. You can name somebody else." in dan.get(MINE).text
    assert "already decided" in cleo.post(url, follow_redirects=True).text
    assert "already decided" in dan.post(f"/nominations/{hana.ref}/withdrawal",
                                         follow_redirects=True).text  # fmt: skip
    assert "<h2>Not now</h2>" in cleo.get(f"/nominations/{hana.ref}").text
