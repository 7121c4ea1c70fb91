"""Whatever people do in whatever order: what stands on record is what the record says, worked out
from scratch, and is looked at again no later than the day on which that changes."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from supervisor import amendments, entitlements, leaving
from supervisor.alerts import standing_checks
from supervisor.matches import match_endings, matches
from supervisor.models import Entitlement, Match, Person, Store
from supervisor.periods import longer, renewals
from supervisor.rules.kinds import MatchState
from tests.test_any_year import Year, days, picks


class Standings(Year):
    """The same year, with all else on which a standing depends."""

    @rule(pick=picks, number=some.integers(1, 14), on=days)
    def amend(self, pick: int, number: int, on: date) -> None:
        self.do(amendments.amend, self.pair(pick), number, on, self.cast.cleo, self.now)

    @rule(pick=picks, on=days)
    def end_a_match(self, pick: int, on: date) -> None:
        found = self.store.scalars(select(Match).order_by(Match.id)).all()
        one = found[pick % len(found)]
        self.do(match_endings.end, one, on, self.cast.cleo, self.now)

    @rule(pick=picks, on=days, cover=some.booleans())
    def meet_somebody_else(self, pick: int, on: date, *, cover: bool) -> None:
        self.do(_begin, self.pair(pick), self.cast.mere, on, cover, self.now)

    @rule(pick=picks, on=days)
    def go_on_for_longer(self, pick: int, on: date) -> None:
        last = on + timedelta(days=200)
        self.do(longer.extend, self.pair(pick), last, self.cast.cleo, self.now)

    @rule(pick=picks)
    def begin_the_next_period(self, pick: int) -> None:
        self.do(renewals.renew, self.pair(pick), None, self.cast.cleo, self.now)

    @rule(pick=picks, on=days, back=some.booleans())
    def leave_for_good_or_stay(self, pick: int, on: date, *, back: bool) -> None:
        who = (self.cast.ben, self.cast.dan)[pick % 2]
        if back:
            self.do(leaving.take_back, who, self.cast.cleo, self.now)
        else:
            self.do(_leave, who, on, self.cast.cleo, self.now)

    @invariant()
    def all_stands_as_worked_out_from_scratch(self) -> None:
        """Once the worker process has looked at what is due."""
        owed = list(self.store.scalars(select(Entitlement).order_by(Entitlement.id)))
        for one in owed:
            if one.look_again_on is None or one.look_again_on <= self.now:
                entitlements.reassess(self.store, one, self.now, looked=True)
        assert list(standing_checks.differing(self.store, owed, self.now)) == []


def _begin(store: Store, owed: Entitlement, who: Person, on: date, cover: bool, now) -> None:
    match = Match(entitlement=owed, provider=who, cover=cover, state=MatchState.OFFERED)
    store.add(match)
    store.flush()
    match_endings.make_way(store, match, on, who, now)
    matches.begin(store, match, on, now)
    entitlements.reassess(store, owed, now)


def _leave(store: Store, who: Person, on: date, by: Person, now) -> None:
    seen = leaving.plan(store, who, on, now).seen
    leaving.leave(store, who, on, seen, by, now)


@pytest.fixture
def standings(store: Store, cast: SimpleNamespace) -> type[Standings]:
    return type("TheseStandings", (Standings,), {"store": store, "cast": cast})


def test_no_order_of_events_leaves_a_standing_that_is_not_so(standings: type[Standings]) -> None:
    run_state_machine_as_test(
        standings,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
