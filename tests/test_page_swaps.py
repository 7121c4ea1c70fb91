"""The pages of a swap: asking, answering, and the hub's, on which it is looked at and done."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from supervisor import clock, vetting
from supervisor.models import Amendment, Match, Offering, Swap
from supervisor.rules.kinds import Kind, MatchState
from supervisor.rules.swaps import Stage
from supervisor.swaps import swaps
from supervisor.vetting import Vetted
from tests.swapping import pair

ASK = "/matches/dan-xan/swap"


@pytest.fixture
def two(store, cast, now):
    return pair(store, cast, now)


@pytest.fixture
def asked(store, two, now) -> Swap:
    swap = swaps.ask(store, two.pair, two.dan, now, two.dan)
    swap.ref = "dans-swap"
    store.commit()
    return swap


@pytest.fixture
def agreed(store, two, asked, now) -> Swap:
    swaps.agree(store, asked, two.xan, now)
    store.commit()
    return asked


def test_the_match_leads_to_what_would_happen_and_looking_asks_nobody(store, two, sign_in) -> None:
    dan = sign_in(two.dan)
    assert f'href="{ASK}"' in dan.get("/matches/dan-xan").text
    page = dan.get(ASK).text
    for words in (
        "Xan Po is tuakana, you are teina.", "You are tuakana, Xan Po is teina.",
        "Nobody has to say why", "The times that you have booked stay", "2 of 10 so far",
        "A manager learns no more of this", "They have 14 days to answer.", "Ask Xan",
    ):  # fmt: skip
        assert words in page
    assert store.scalars(select(Swap)).all() == []
    page = sign_in(two.xan).get(ASK).text
    assert "You are tuakana, Dan Foley is teina." in page
    assert "Dan Foley is tuakana, you are teina." in page


def test_it_is_asked_and_taken_back(store, two, sign_in) -> None:
    dan = sign_in(two.dan)
    page = dan.post(ASK, follow_redirects=True).text
    assert "We have asked Xan Po." in page
    assert "You have asked Xan Po to swap" in page
    assert "Yes, let us swap" not in page
    assert "It has been asked already" in dan.get(ASK).text
    ref = store.scalars(select(Swap.ref)).one()
    assert f'href="/swaps/{ref}"' in dan.get("/matches/dan-xan").text
    page = dan.post(f"/swaps/{ref}/refusal", follow_redirects=True).text
    assert "It stays as it is" in page
    assert f'href="{ASK}"' in dan.get("/matches/dan-xan").text


def test_the_other_one_finds_it_on_their_page_and_says_yes(store, two, asked, sign_in) -> None:
    xan = sign_in(two.xan)
    assert (
        "Dan Foley would like to change places with you: tuakana and teina."
        in xan.get("/week").text
    )
    assert "would like to change places" not in sign_in(two.dan).get("/support").text
    page = xan.get("/swaps/dans-swap").text
    assert "Dan Foley would like to swap with you" in page
    assert "Please answer by Wednesday 24 February." in page
    page = xan.post("/swaps/dans-swap/acceptance", follow_redirects=True).text
    assert "You both would like to swap" in page
    assert "The hub looks at it" in page
    assert "would like to change places" not in xan.get("/week").text
    assert "You both would like to swap" in sign_in(two.dan).get("/swaps/dans-swap").text


def test_the_other_one_says_no_and_that_is_all(store, two, asked, sign_in) -> None:
    xan, dan = sign_in(two.xan), sign_in(two.dan)
    assert xan.post("/swaps/dans-swap/refusal").status_code == 303
    page = dan.get("/swaps/dans-swap").text
    assert "It stays as it is" in page
    assert "Nothing has changed." in page
    assert "Xan" not in page.partition("<main")[2].partition("</main>")[0]
    assert xan.post("/swaps/dans-swap/acceptance").status_code == 422
    again = dan.post(ASK)
    assert again.status_code == 422
    assert "You can ask again from 12 March on." in again.text


def test_the_worker_is_asked_on_their_own_page(store, two, sign_in) -> None:
    sign_in(two.xan).post(ASK)
    page = sign_in(two.dan).get("/support").text
    assert "Xan Po would like to change places with you: tuakana and teina." in page


def test_nobody_else_finds_it(store, two, asked, sign_in) -> None:
    for person in (two.ben, two.ana, two.rua, two.mere):
        browser = sign_in(person)
        for path in (ASK, "/swaps/dans-swap"):
            assert browser.get(path).status_code == 404
        for path in (ASK, "/swaps/dans-swap/acceptance", "/swaps/dans-swap/refusal"):
            assert browser.post(path).status_code == 404
    assert sign_in(two.dan).post("/swaps/dans-swap/acceptance").status_code == 404
    for verb in ("vetting", "completion"):
        assert sign_in(two.dan).post(f"/swaps/dans-swap/{verb}").status_code == 404


def test_other_matches_have_no_such_button(store, two, sign_in) -> None:
    ben = sign_in(two.ben)
    assert "Swap who is tuakana" not in ben.get("/matches/ben-ana").text
    page = ben.get("/matches/ben-ana/swap").text
    assert "This cannot be swapped" in page
    refused = ben.post("/matches/ben-ana/swap")
    assert refused.status_code == 422
    assert "Only two who meet as tuakana and teina" in refused.text


def test_the_hub_types_it_for_one_of_them_and_not_for_both(store, two, sign_in) -> None:
    cleo = sign_in(two.cleo)
    page = cleo.post(ASK)
    assert page.status_code == 422
    assert "Say who of the two asks." in page.text
    page = cleo.post(ASK, data={"whose": "provider"}, follow_redirects=True).text
    assert "Xan Po has asked Dan Foley to swap" in page
    assert "The hub speaks for one side only." in page
    ref = store.scalars(select(Swap.ref)).one()
    assert cleo.post(f"/swaps/{ref}/acceptance").status_code == 422
    cleo.post(f"/swaps/{ref}/refusal", data={"whose": "worker"})
    store.expire_all()
    assert store.scalars(select(Swap)).one().closed_by_id == two.dan.id


def test_the_hub_types_a_yes_on_the_phone(store, two, asked, sign_in) -> None:
    page = sign_in(two.cleo).post("/swaps/dans-swap/acceptance", follow_redirects=True).text
    assert "Dan Foley and Xan Po would like to swap" in page


def test_today_shows_what_waits_for_the_hub(store, two, asked, sign_in, now) -> None:
    cleo = sign_in(two.cleo)
    assert "Would like to swap" not in cleo.get("/today").text
    swaps.agree(store, asked, two.xan, now)
    store.commit()
    page = cleo.get("/today").text
    assert "Would like to swap" in page
    assert "Dan Foley would be tuakana, Xan Po would be teina." in page
    assert 'href="/swaps/dans-swap"' in page


def test_the_hub_vets_looks_and_does_it(store, two, agreed, sign_in) -> None:
    cleo = sign_in(two.cleo)
    page = cleo.get("/swaps/dans-swap").text
    for words in (
        "First: vet Dan Foley as tuakana", "New: 8 meetings of 60 minutes, until 31 December 2027.",
        "The hub pays.", "They do not count here: roles may reverse.",
    ):  # fmt: skip
        assert words in page
    assert "Swap them from" not in page
    early = cleo.post("/swaps/dans-swap/vetting", data={"capacity": "1", "until": "2027-01-01"})
    assert early.status_code == 422
    assert "Choose today or a later day." in early.text
    none = cleo.post("/swaps/dans-swap/vetting", data={"capacity": "²", "until": "2028-01-01"})
    assert "Write how many people they can take" in none.text
    form = {"capacity": "1", "until": "2028-01-01"}
    page = cleo.post("/swaps/dans-swap/vetting", data=form, follow_redirects=True).text
    assert "Dan Foley had 2 of 10. What becomes of the rest?" in page
    assert "Swap them from 11 February 2027 on" in page
    unsaid = cleo.post("/swaps/dans-swap/completion")
    assert unsaid.status_code == 422
    assert "Say what becomes of the old number." in unsaid.text
    page = cleo.post("/swaps/dans-swap/completion", data={"total": "done"}, follow_redirects=True)
    assert "Dan Foley and Xan Po have swapped" in page.text
    store.expire_all()
    new = store.scalars(select(Match).where(Match.provider_id == two.dan.id)).one()
    assert (new.state, new.starts_on) == (MatchState.ACTIVE, date(2027, 2, 11))
    assert store.scalars(select(Amendment.sessions)).all() == [2]
    again = cleo.post("/swaps/dans-swap/completion", data={"total": "done"})
    assert again.status_code == 303


def test_the_old_number_stays_where_the_hub_says_so(store, two, agreed, sign_in, now) -> None:
    vetted(store, two, now)
    sign_in(two.cleo).post("/swaps/dans-swap/completion", data={"total": "same"})
    assert store.scalars(select(Amendment)).all() == []


def vetted(store, two, now) -> None:
    vetting.vet(store, two.dan, Vetted(Kind.MENTORING, 1, date(2028, 1, 1)), two.cleo, now)
    store.commit()


def unshared(store, two) -> None:
    """Xan has no perspective in common with Dan any more."""
    for trait in two.xan.traits:
        store.delete(trait)
    store.commit()


def test_what_stands_in_the_way_is_said_and_there_is_no_button(
    store, two, agreed, sign_in, now
) -> None:
    vetted(store, two, now)
    unshared(store, two)
    cleo = sign_in(two.cleo)
    page = cleo.get("/swaps/dans-swap").text
    assert "It cannot be done yet" in page
    assert "Not available" in page
    assert "Swap them from" not in page
    refused = cleo.post("/swaps/dans-swap/completion", data={"total": "done"})
    assert refused.status_code == 422
    assert "They cannot be swapped: Not available." in refused.text
    store.expire_all()
    assert two.pair.ends_on is None


def test_the_two_never_read_what_stands_in_the_way(store, two, agreed, sign_in, now) -> None:
    vetted(store, two, now)
    unshared(store, two)
    for person in (two.dan, two.xan):
        page = sign_in(person).get("/swaps/dans-swap").text
        assert "It cannot be done yet" not in page
        assert "The hub pays" not in page


def test_afterwards_both_find_the_new_match_and_sign(store, two, agreed, sign_in, now) -> None:
    vetted(store, two, now)
    sign_in(two.cleo).post("/swaps/dans-swap/completion", data={"total": "done"})
    dan, xan = sign_in(two.dan), sign_in(two.xan)
    assert "You are tuakana, Xan Po is teina." in dan.get("/swaps/dans-swap").text
    assert "Dan Foley is tuakana, you are teina." in xan.get("/swaps/dans-swap").text
    page = xan.get("/support").text
    assert "0 of 8" in page
    assert "ready to read and sign" in page
    assert "ready to read and sign" in dan.get("/week").text
    ref = store.scalars(select(Match.ref).where(Match.provider_id == two.dan.id)).one()
    assert "Read and sign" in dan.get(f"/matches/{ref}").text
    page = dan.get("/matches/dan-xan").text
    assert "From 1 January 2027 to 10 February 2027." in page
    assert "You have swapped who is tuakana." in page
    assert f'href="/matches/{ref}"' in page


def test_a_worker_of_whom_all_is_done_is_not_told_that_somebody_is_looked_for(
    store, two, agreed, sign_in, now
) -> None:
    from supervisor import clock

    vetted(store, two, now)
    sign_in(two.cleo).post("/swaps/dans-swap/completion", data={"total": "done"})
    clock.set_to(now.replace(day=11))
    page = sign_in(two.dan).get("/support").text
    assert "All of it is done. You do not have to do anything." in page
    assert "The hub is looking for somebody" not in page


def test_a_coordinator_does_not_do_it_for_herself(store, two, now, sign_in) -> None:
    two.pair.provider = two.cleo
    store.commit()
    swap = swaps.ask(store, two.pair, two.dan, now, two.dan)
    swap.ref = "dans-swap"
    swaps.agree(store, swap, two.cleo, now)
    store.commit()
    cleo = sign_in(two.cleo)
    form = {"capacity": "1", "until": "2028-01-01"}
    for verb, data in (("vetting", form), ("completion", {"total": "done"})):
        answer = cleo.post(f"/swaps/dans-swap/{verb}", data=data)
        assert answer.status_code == 422
        assert "You are one of the two. Another coordinator does this." in answer.text
    assert store.scalars(select(Offering).where(Offering.person_id == two.dan.id)).all() == []
    assert swap.stage is Stage.AGREED


def test_the_days_are_on_the_settings_page(store, two, sign_in) -> None:
    page = sign_in(two.cleo).get("/settings/SwapSettings").text
    assert "Days until they are reminded" in page


def test_after_it_the_pages_of_the_old_match_and_of_the_new_still_open(
    store, two, agreed, sign_in, now
) -> None:
    cleo = sign_in(two.cleo)
    cleo.post("/swaps/dans-swap/vetting", data={"capacity": "1", "until": "2028-01-01"})
    cleo.post("/swaps/dans-swap/completion", data={"total": "done"})
    new = store.scalars(select(Match.ref).where(Match.provider_id == two.dan.id)).one()
    for on in (now, now + timedelta(days=2)):
        clock.set_to(on)
        for person in (two.dan, two.xan, two.cleo):
            for ref in ("dan-xan", new):
                page = sign_in(person).get(f"/matches/{ref}")
                assert page.status_code == 200
                assert two.xan.name in page.text or two.dan.name in page.text
