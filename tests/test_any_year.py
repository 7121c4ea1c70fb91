"""Whatever people do in whatever order, the calendars stay true: two pairs, in Auckland and on
the Chathams, and a group, from winter into autumn, across both changes of the clock."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from supervisor import entitlements, group_credits, leave
from supervisor.commitments import TimeGone
from supervisor.errors import Refused
from supervisor.groups import (
    group_endings,
    group_times,
    group_turns,
    groups,
    meetings,
    mergers,
    rota,
    seats,
    visits,
)
from supervisor.hours.closed_days import is_closed
from supervisor.models import (
    Commitment,
    Entitlement,
    Group,
    Leave,
    Match,
    Meeting,
    Person,
    Session,
    Store,
)
from supervisor.rules.credit import CreditSettings
from supervisor.rules.days import is_away
from supervisor.rules.kinds import Answer, Kind, MatchState, Mode, Outcome, Side, Which
from supervisor.rules.rhythm import Rhythm
from supervisor.sessions import delivery, series, sessions
from supervisor.settings import save
from supervisor.zones import to_local

AUCKLAND, CHATHAM = "Pacific/Auckland", "Pacific/Chatham"
FIRST, LAST = date(2026, 8, 3), date(2027, 6, 30)
DAYS = (LAST - FIRST).days

days = some.integers(0, DAYS).map(lambda n: FIRST + timedelta(days=n))
quarters = some.integers(9 * 4, 15 * 4).map(lambda n: divmod(n * 15, 60))
which = some.sampled_from(Which)
picks = some.integers(0, 10_000)


class Year(RuleBasedStateMachine):
    """Every act may be refused, and then it changed nothing; none may leave a calendar wrong."""

    store: Store
    cast: SimpleNamespace

    def __init__(self) -> None:
        super().__init__()
        self.whole = self.store.begin_nested()
        self.now = datetime(2026, 8, 2, 20, tzinfo=UTC)
        self.pairs = _pairs(self.store, self.cast)
        self.group = _group(self.store, self.cast, "circle")
        self.sister = _group(self.store, self.cast, "sister")
        save(self.store, CreditSettings(co_reflection="session", most=3))
        self.known: set[int] = set()
        self.made: dict[str, str] = {}

    def teardown(self) -> None:
        self.whole.rollback()
        self.store.expire_all()

    def do(self, act, *given, **more) -> None:
        """In a savepoint, as a door does it: refused is undone."""
        try:
            with self.store.begin_nested():
                act(self.store, *given, **more)
        except (Refused, TimeGone):
            pass

    def pair(self, pick: int) -> Entitlement:
        return self.pairs[pick % len(self.pairs)]

    def instant(self, one: Entitlement, on: date, at: tuple[int, int]) -> datetime:
        zone = ZoneInfo(one.person.time_zone or AUCKLAND)
        return datetime(on.year, on.month, on.day, *at, tzinfo=zone).astimezone(UTC)

    def who(self, one: Entitlement, pick: int) -> Person:
        return (one.person, self.cast.ana, self.cast.cleo)[pick % 3]

    def any_session(self, pick: int, *, over: bool = False) -> Session | None:
        found = [one for one in self.sessions() if not over or one.starts_at <= self.now]
        return found[pick % len(found)] if found else None

    @rule(pick=picks, on=days, at=quarters)
    def book(self, pick: int, on: date, at: tuple[int, int]) -> None:
        one = self.pair(pick)
        who = self.who(one, pick // 7)
        self.do(sessions.book, one, self.instant(one, on, at), Mode.VIDEO, who, self.now)

    @rule(pick=picks, on=days, at=quarters, rhythm=some.sampled_from(Rhythm))
    def book_a_series(self, pick: int, on: date, at: tuple[int, int], rhythm: Rhythm) -> None:
        one = self.pair(pick)
        who = self.who(one, pick // 7)
        asked = series.Asked(one, self.instant(one, on, at), Mode.VIDEO, rhythm, who)
        self.do(series.book, asked, self.now)

    @rule(pick=picks, ahead=some.integers(-21, 21), at=quarters, which=which)
    def move(self, pick: int, ahead: int, at: tuple[int, int], which: Which) -> None:
        session = self.any_session(pick)
        if session:
            one = session.entitlement
            start = self.instant(one, session.local_start.date() + timedelta(days=ahead), at)
            self.do(series.move, session, start, None, self.who(one, pick // 7), self.now, which)

    @rule(pick=picks, which=which)
    def call_off(self, pick: int, which: Which) -> None:
        session = self.any_session(pick)
        if session:
            who = self.who(session.entitlement, pick // 7)
            self.do(series.cancel, session, who, self.now, None, which)

    @rule(pick=picks)
    def undo(self, pick: int) -> None:
        session = self.any_session(pick)
        if session:
            self.do(series.restore, session, self.who(session.entitlement, pick // 7), self.now)

    @rule(pick=picks, on=days, long=some.integers(1, 20))
    def be_away(self, pick: int, on: date, long: int) -> None:
        who = (self.cast.ana, self.cast.ben, self.cast.dan)[pick % 3]
        self.do(leave.record, who, on, on + timedelta(days=long), self.cast.cleo, self.now)

    @rule(pick=picks)
    def be_here_after_all(self, pick: int) -> None:
        found = self.store.scalars(select(Leave).order_by(Leave.id)).all()
        if found:
            self.do(leave.take_back, found[pick % len(found)], self.cast.cleo, self.now)

    @rule(pick=picks, answer=some.sampled_from(Answer))
    def say_whether_it_happened(self, pick: int, answer: Answer) -> None:
        session = self.any_session(pick, over=True)
        if session:
            side = tuple(Side)[pick // 7 % 2]
            by = session.entitlement.person if side == Side.WORKER else session.provider
            self.do(delivery.confirm, session, side, answer, by, self.now)

    @rule(weeks=some.integers(1, 4), on=days, at=quarters)
    def begin_a_group(self, weeks: int, on: date, at: tuple[int, int]) -> None:
        start = datetime(on.year, on.month, on.day, *at)  # noqa: DTZ001 - a wall time
        group = (self.group, self.sister)[weeks % 2]
        self.do(groups.meet, group, start, AUCKLAND, weeks, 60, LAST, self.now)

    @rule(pick=picks, ahead=some.integers(-6, 6), at=quarters)
    def move_the_group(self, pick: int, ahead: int, at: tuple[int, int]) -> None:
        meeting = self.any_meeting(pick)
        if meeting:
            on = meeting.local_start.date() + timedelta(days=ahead)
            start = datetime(on.year, on.month, on.day, *at)  # noqa: DTZ001 - a wall time
            self.do(meetings.move, meeting, start, self.cast.cleo, self.now)

    @rule(pick=picks)
    def call_the_group_off(self, pick: int) -> None:
        meeting = self.any_meeting(pick)
        if meeting:
            self.do(meetings.cancel, meeting, self.cast.cleo, self.now)

    def any_meeting(self, pick: int) -> Meeting | None:
        found = self.store.scalars(select(Meeting).order_by(Meeting.id)).all()
        return found[pick % len(found)] if found else None

    @rule(pick=picks)
    def join_or_leave_the_group(self, pick: int) -> None:
        who = (self.cast.ben, self.cast.dan)[pick % 2]
        act = seats.join if pick // 7 % 2 else seats.leave
        group = (self.group, self.sister)[pick // 14 % 2]
        self.do(act, group, who, self.cast.cleo, self.now)

    @rule(pick=picks)
    def merge_or_part_the_groups(self, pick: int) -> None:
        one, other = (self.group, self.sister) if pick % 2 else (self.sister, self.group)
        ending = group_endings.latest(self.store, one)
        if ending and pick // 2 % 2:
            self.do(mergers.part, ending, self.cast.cleo, self.now)
        else:
            self.do(mergers.merge, one, other, self.cast.cleo, self.now)

    @rule(pick=picks)
    def close_or_reopen_a_group(self, pick: int) -> None:
        group = (self.group, self.sister)[pick % 2]
        ending = group_endings.latest(self.store, group)
        if ending and ending.into is None:
            self.do(group_endings.reopen, ending, self.cast.cleo, self.now)
        elif pick // 2 % 3 == 0:
            self.do(group_endings.close, group, self.cast.cleo, self.now)

    @rule(pick=picks)
    def meet_once_together(self, pick: int) -> None:
        meeting = self.any_meeting(pick)
        if meeting:
            for found in visits.options(self.store, meeting, self.now)[:1]:
                self.do(visits.join, meeting, found.meeting, self.cast.cleo, self.now)

    @rule(pick=picks)
    def put_a_meeting_back(self, pick: int) -> None:
        meeting = self.any_meeting(pick)
        if meeting:
            self.do(meetings.restore, meeting, self.cast.cleo, self.now)

    @rule(pick=picks, lead=some.booleans())
    def lead_in_turn_or_no_more(self, pick: int, lead: bool) -> None:
        act = rota.ask if lead else rota.release
        group = (self.group, self.sister)[pick % 2]
        self.do(act, group, self.cast.mere, self.cast.cleo, self.now)

    @rule(pick=picks, came=some.booleans())
    def say_who_was_there(self, pick: int, came: bool) -> None:
        meeting = self.any_meeting(pick)
        if meeting:
            for person in group_times.people_at(meeting).values():
                by = person if pick // 7 % 2 else self.cast.ana
                self.do(meetings.mark, meeting, person, came, by, self.now)

    @rule(days=some.integers(1, 30))
    def time_goes_by(self, days: int) -> None:
        self.now += timedelta(days=days)

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        for spans in self.taken().values():
            assert all(end <= start for (_, end), (start, _) in pairwise(sorted(spans)))

    def taken(self) -> dict[int, list[tuple[datetime, datetime]]]:
        found: dict[int, list[tuple[datetime, datetime]]] = {}
        for one in self.store.scalars(select(Commitment)):
            found.setdefault(one.person_id, []).append((one.starts_at, one.ends_at))
        return found

    @invariant()
    def what_is_booked_takes_the_hour_of_both_and_nothing_else_does(self) -> None:
        rows = self.store.scalars(select(Commitment).where(Commitment.session_id.is_not(None)))
        held = {(one.session_id, one.person_id, one.starts_at) for one in rows}
        on = [one for one in self.sessions() if one.cancelled_at is None]
        assert held == {
            (one.id, person, one.starts_at)
            for one in on
            for person in (one.entitlement.person_id, one.provider_id)
        }

    @invariant()
    def no_meeting_is_lost_or_doubled(self) -> None:
        found = {one.ref: one.uid for one in self.sessions()}
        assert self.made.items() <= found.items()
        self.made |= found
        on = Counter(
            (one.entitlement_id, one.starts_at)
            for one in self.sessions()
            if one.cancelled_at is None
        )
        assert set(on.values()) <= {1}
        places = Counter((one.series_id, one.series_start) for one in self.sessions() if one.series)
        assert set(places.values()) <= {1}

    @invariant()
    def wall_times_hold_through_every_change_of_the_clock(self) -> None:
        for one in self.sessions():
            assert one.local_start == to_local(one.starts_at, one.zone)
            assert one.zone == (one.entitlement.person.time_zone or AUCKLAND)
            assert 9 <= one.local_start.hour <= 15
        for meeting in self.store.scalars(select(Meeting)):
            assert meeting.local_start == to_local(meeting.starts_at, meeting.zone)

    @invariant()
    def nobody_meets_on_a_closed_day_or_while_away(self) -> None:
        away = {}
        for one in self.store.scalars(select(Leave)):
            away.setdefault(one.person_id, []).append((one.starts_on, one.ends_on))
        for one in self.sessions():
            if one.cancelled_at or one.starts_at <= self.now:
                continue
            on = one.local_start.date()
            assert not is_closed(on, "OTA")
            for person in (one.entitlement.person_id, one.provider_id):
                assert not is_away(on, away.get(person, ()))

    @invariant()
    def what_counts_counts_once(self) -> None:
        for one in self.pairs:
            seen = entitlements.position(self.store, one, self.now)
            theirs = [s for s in self.sessions() if s.entitlement_id == one.id and s.counts]
            held = [s for s in theirs if s.outcome == Outcome.HELD]
            ahead = [s for s in theirs if s.outcome is None and s.starts_at > self.now]
            assert (seen.held - seen.credited, seen.booked) == (len(held), len(ahead))
            assert seen.delivered <= seen.held
            assert seen.credited <= 3

    @invariant()
    def no_meeting_of_a_group_is_credited_twice(self) -> None:
        rule = CreditSettings(co_reflection="session", most=3)
        given = group_credits.of_entitlements(self.store, self.pairs, self.now, rule)
        for one in self.pairs:
            counted = [c.came for c in given.get(one.id, ())]
            assert len({c.meeting for c in counted}) == len(counted)
            ends = [(c.starts_at, c.starts_at + timedelta(minutes=c.minutes)) for c in counted]
            assert all(end <= start for (_, end), (start, _) in pairwise(ends))

    @invariant()
    def no_occurrence_of_a_group_is_lost_or_doubled(self) -> None:
        found = list(self.store.scalars(select(Meeting)))
        places = Counter((one.series_id, one.local_start) for one in found)
        assert set(places.values()) <= {1}
        ids = {one.id for one in found}
        assert self.known <= ids
        self.known = ids

    @invariant()
    def only_what_is_on_takes_the_hour_of_who_is_in_it_or_leads_it(self) -> None:
        rows = self.store.scalars(select(Commitment).where(Commitment.meeting_id.is_not(None)))
        for row in rows:
            meeting = self.store.get_one(Meeting, row.meeting_id)
            assert meeting.cancelled_at is None
            assert row.starts_at == meeting.starts_at
            if meeting.starts_at > self.now:
                leads = group_turns.leads(meeting)
                inside = set(group_times.people_at(meeting)) | {leads.id if leads else None}
                assert row.person_id in inside

    def sessions(self) -> list[Session]:
        return list(self.store.scalars(select(Session).order_by(Session.id)))


def _pairs(store: Store, cast: SimpleNamespace) -> list[Entitlement]:
    """Ben in Cromwell, and Dan on the Chathams, both with Ana."""
    cast.dan.time_zone = CHATHAM
    cast.entitlement.starts_on, cast.entitlement.ends_on = FIRST, LAST
    cast.match.starts_on = FIRST
    dans = Entitlement(
        ref="dan-2027", link="dan-2027", person=cast.dan, kind=Kind.MENTORING, sessions=12,
        minutes=45, starts_on=FIRST, ends_on=LAST, payer="hub",
    )  # fmt: skip
    match = Match(
        ref="dan-ana", entitlement=dans, provider=cast.ana, state=MatchState.ACTIVE,
        starts_on=FIRST,
    )  # fmt: skip
    store.add_all([dans, match])
    store.flush()
    return [cast.entitlement, dans]


def _group(store: Store, cast: SimpleNamespace, ref: str) -> Group:
    group = Group(
        ref=ref, name=ref.title(), kind="co_reflection", facilitator=cast.ana, mode=Mode.VIDEO,
        minimum=1,
    )  # fmt: skip
    store.add(group)
    store.flush()
    return group


@pytest.fixture
def year(store: Store, cast: SimpleNamespace) -> type[Year]:
    return type("ThisYear", (Year,), {"store": store, "cast": cast})


def test_no_order_of_acts_makes_a_calendar_wrong(year: type[Year]) -> None:
    run_state_machine_as_test(
        year,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
