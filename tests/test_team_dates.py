"""Where the worker, the provider and the employer agreed to it, a manager reads last and next."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from supervisor.matches import agreements
from supervisor.matches.agreements import Party, Terms
from supervisor.models import Person, Session, Store
from supervisor.rules.kinds import Mode, Outcome
from supervisor.zones import to_local
from tests.everybody import AUCKLAND, settle

LAST, NEXT = "Met last on", "Meet next on"


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    theirs = settle(store, cast, now)
    theirs.past.outcome = Outcome.HELD
    store.commit()
    return theirs


def agree(store: Store, theirs: SimpleNamespace, now, *parties: Party, dates: bool) -> None:
    wish = Terms(Mode.VIDEO, 24, None, manager_sees_dates=dates, manager_sees_kind=False)
    agreements.draft(store, theirs.match)
    agreements.change(store, theirs.match, wish, theirs.ben, now)
    hands = {Party.WORKER: theirs.ben, Party.PROVIDER: theirs.ana, Party.EMPLOYER: theirs.mere}
    for party in parties:
        agreements.sign(store, theirs.match, party, hands[party], now)
    store.commit()


def with_somebody_else(store: Store, theirs: SimpleNamespace, provider: Person, now) -> None:
    """Later than with Ana, and sooner ahead."""
    for starts_at, outcome in (
        (now - timedelta(days=1), Outcome.HELD),
        (now + timedelta(days=1), None),
    ):
        store.add(
            Session(
                entitlement=theirs.entitlement, provider=provider, starts_at=starts_at, minutes=60,
                local_start=to_local(starts_at, AUCKLAND), zone=AUCKLAND, mode=Mode.VIDEO,
                outcome=outcome, changed_at=starts_at,
            )
        )  # fmt: skip
    store.commit()


def test_the_page_shows_last_and_next_once_all_three_have_signed(
    store, theirs, now, sign_in
) -> None:
    agree(store, theirs, now, *Party, dates=True)
    with_somebody_else(store, theirs, theirs.xan, now)
    page = sign_in(theirs.mere).get("/team").text
    assert page.count(LAST) == page.count(NEXT) == 1
    assert f"{LAST} 7 Feb" in page
    assert f"{NEXT} 17 Feb" in page
    own = sign_in(theirs.ben).get("/support/manager").text
    assert NEXT in own
    assert "The days you meet, but for those above" in own


@pytest.mark.parametrize(
    ("parties", "dates"), [((Party.WORKER, Party.PROVIDER), True), (tuple(Party), False)]
)
def test_it_shows_no_dates_unless_all_three_agreed_to_it(
    store, theirs, now, sign_in, parties, dates
) -> None:
    if not dates:
        theirs.entitlement.payer = "lakes"
    agree(store, theirs, now, *parties, dates=dates)
    page = sign_in(theirs.mere).get("/team").text
    assert "Ben Harris" in page
    assert LAST not in page
    assert NEXT not in page
    assert (
        "unless you agreed to it with your employer"
        in sign_in(theirs.ben).get("/support/manager").text
    )


def test_it_shows_none_when_the_match_is_over(store, theirs, now, sign_in) -> None:
    agree(store, theirs, now, *Party, dates=True)
    theirs.match.ends_on = date(2027, 1, 31)
    store.commit()
    assert NEXT not in sign_in(theirs.mere).get("/team").text
