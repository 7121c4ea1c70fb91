"""Whatever can happen to what is in a calendar, and the letters that go with an invitation then."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace

from supervisor import clock
from supervisor.availability import open_hours
from supervisor.availability.open_hours import Hours
from supervisor.groups import (
    group_endings,
    group_leaders,
    group_messages,
    groups,
    hand_on,
    meetings,
    mergers,
    rota,
    seats,
    visits,
)
from supervisor.meeting_rooms import room_choices, room_keeping
from supervisor.meeting_rooms.room_keeping import Written
from supervisor.models import Store
from supervisor.rules.kinds import Mode, Side, Which
from supervisor.sessions import series, session_messages, sessions, videos
from tests.calendar_world import CHATHAM, SYDNEY, WEDNESDAY, meetings_of
from tests.test_sessions import at

Act = Callable[[Store, SimpleNamespace], None]


@dataclass(frozen=True)
class Change:
    """What happens, `then` once all was sent, and the letters with an invitation that Ben gets of
    it; `known`: his calendar has the meetings of his group by mail."""

    act: Act
    letters: set[str] = field(default_factory=set)
    known: bool = False
    then: Act | None = None


def _nothing(_store: Store, _w: SimpleNamespace) -> None:
    """As it was."""


def _edit(store: Store, w: SimpleNamespace) -> None:
    """The same times, in another way."""
    open_hours.save(store, w.ana, [Hours(6, 540, 1440)], w.ana, clock.now())
    for one in (w.one, w.some[3]):
        sessions.move(store, one, one.starts_at, Mode.PHONE, w.cleo, clock.now())


def _move_one(store: Store, w: SimpleNamespace) -> None:
    sessions.move(store, w.one, at(2, 18, 11), None, w.cleo, clock.now())
    series.move(store, w.some[1], at(3, 2, 11), None, w.cleo, clock.now(), Which.ONLY)
    second = meetings_of(store, w.circle)[1]
    meetings.move(store, second, second.local_start + timedelta(days=2), w.cleo, clock.now())


def _later(store: Store, w: SimpleNamespace) -> None:
    """Across the end of summer time."""
    series.move(store, w.some[2], at(3, 17, 11), None, w.cleo, clock.now(), Which.LATER)


def _from_the_first(store: Store, w: SimpleNamespace) -> None:
    series.move(store, w.some[0], at(2, 16, 11), None, w.cleo, clock.now(), Which.LATER)


def _call_one_off(store: Store, w: SimpleNamespace) -> None:
    sessions.cancel(store, w.one, w.cleo, clock.now(), Side.WORKER)
    series.cancel(store, w.some[2], w.cleo, clock.now(), Side.WORKER, Which.ONLY)
    meetings.cancel(store, meetings_of(store, w.circle)[1], w.cleo, clock.now())


def _call_later_off(store: Store, w: SimpleNamespace) -> None:
    series.cancel(store, w.some[4], w.cleo, clock.now(), Side.WORKER, Which.LATER)


def _call_all_off(store: Store, w: SimpleNamespace) -> None:
    series.cancel(store, w.some[0], w.cleo, clock.now(), Side.WORKER, Which.LATER)


def _undo(store: Store, w: SimpleNamespace) -> None:
    """Called off, and on again a moment later: nobody heard by then."""
    second = meetings_of(store, w.circle)[1]
    series.cancel(store, w.some[2], w.cleo, clock.now(), Side.WORKER, Which.ONLY)
    meetings.cancel(store, second, w.cleo, clock.now())
    clock.set_to(clock.now() + timedelta(seconds=9))
    sessions.restore(store, w.some[2], w.cleo, clock.now())
    meetings.restore(store, second, w.cleo, clock.now())


def _say_no(store: Store, w: SimpleNamespace) -> None:
    meetings.answer(store, meetings_of(store, w.dans)[1], w.ana, False, clock.now())


def _ask_and_go_ahead(store: Store, w: SimpleNamespace) -> None:
    first, second, *_more = meetings_of(store, w.circle)
    meetings.ask_silent(store, first, w.cleo, clock.now())
    meetings.answer(store, second, w.ben, True, clock.now())
    meetings.go_ahead(store, second, w.cleo, clock.now())


def _one_in_another_zone(store: Store, w: SimpleNamespace) -> None:
    """Ben moves to the islands, and then one meeting of each kind."""
    w.ben.time_zone = CHATHAM
    sessions.move(store, w.one, at(2, 18, 11), None, w.cleo, clock.now())
    series.move(store, w.some[3], at(4, 13, 11), None, w.cleo, clock.now(), Which.ONLY)


def _one_in_another_zone_at_its_time(store: Store, w: SimpleNamespace) -> None:
    """Only the clock on the wall is another."""
    w.ben.time_zone = SYDNEY
    for one in (w.one, w.some[3]):
        sessions.move(store, one, one.starts_at, Mode.PHONE, w.cleo, clock.now())


def _later_in_another_zone(store: Store, w: SimpleNamespace) -> None:
    w.ben.time_zone = SYDNEY
    series.move(store, w.some[2], at(3, 17, 11), None, w.cleo, clock.now(), Which.LATER)


def _all_in_another_zone(store: Store, w: SimpleNamespace) -> None:
    """The series keeps its name, and has another zone."""
    w.ben.time_zone = CHATHAM
    series.move(store, w.some[0], at(2, 16, 11), None, w.cleo, clock.now(), Which.LATER)


def _there_and_back(store: Store, w: SimpleNamespace) -> None:
    _one_in_another_zone(store, w)
    w.ben.time_zone = None
    series.move(store, w.some[3], at(4, 12, 10), None, w.cleo, clock.now(), Which.ONLY)


def _an_owner_moves(_store: Store, w: SimpleNamespace) -> None:
    """Nothing that is booked moves with them; their open hours do."""
    w.ana.time_zone = CHATHAM


def _a_rhythm_in_another_zone(store: Store, w: SimpleNamespace) -> None:
    first = WEDNESDAY.replace(month=3, day=5, hour=9)
    groups.meet(store, w.circle, first, CHATHAM, 3, 45, date(2027, 6, 30), clock.now())
    group_messages.formed(store, w.circle, first, w.cleo, clock.now())


def _a_seat(store: Store, w: SimpleNamespace) -> None:
    seat = seats.join(store, w.dans, w.ben, w.ben, clock.now())
    seats.offer_place(store, seat, w.dan, clock.now())


def _a_plan(store: Store, w: SimpleNamespace) -> None:
    """A few single meetings at once, in the place of a series."""
    series.cancel(store, w.some[0], w.cleo, clock.now(), Side.WORKER, Which.LATER)
    some = [
        sessions.take(store, w.entitlement, at(3, day, 10), None, w.cleo, clock.now())[0]
        for day in (2, 4)
    ]
    session_messages.kept(store, some, w.cleo, clock.now())


def _another_link(store: Store, w: SimpleNamespace) -> None:
    videos.write(store, w.ana, "https://meet.example.org/new", w.ana, clock.now())


def _a_room(store: Store, w: SimpleNamespace) -> None:
    written = [Written(f"Room {n}; big", 4) for n in (1, 2)]
    w.rooms = [room_keeping.add(store, w.cromwell, one, w.cleo, clock.now())[0] for one in written]
    sessions.move(store, w.one, w.one.starts_at, Mode.IN_PERSON, w.cleo, clock.now())


def _another_room(store: Store, w: SimpleNamespace) -> None:
    room_choices.pick(store, w.one, w.rooms[1].ref, Which.ONLY, w.cleo, clock.now())


def _a_seat_ends(store: Store, w: SimpleNamespace) -> None:
    seats.leave(store, w.circle, w.ben, w.cleo, clock.now())


def _another_leads(store: Store, w: SimpleNamespace) -> None:
    group_leaders.lead(store, w.dans, w.ben, w.cleo, clock.now())


def _a_group_closes(store: Store, w: SimpleNamespace) -> None:
    group_endings.close(store, w.circle, w.cleo, clock.now())


def _a_group_goes_on(store: Store, w: SimpleNamespace) -> None:
    ending = group_endings.latest(store, w.circle)
    assert ending
    group_endings.reopen(store, ending, w.cleo, clock.now())


def _two_groups_are_one(store: Store, w: SimpleNamespace) -> None:
    mergers.merge(store, w.circle, w.dans, w.cleo, clock.now())


def _his_group_goes_to_another_once(store: Store, w: SimpleNamespace) -> None:
    own, there = meetings_of(store, w.circle)[1], meetings_of(store, w.dans)[1]
    visits.join(store, own, there, w.mere, clock.now())


def _another_comes_to_his_once(store: Store, w: SimpleNamespace) -> None:
    seats.join(store, w.dans, w.cleo, w.dan, clock.now())
    own, there = meetings_of(store, w.dans)[1], meetings_of(store, w.circle)[1]
    visits.join(store, own, there, w.mere, clock.now())


def _leads_in_turn(store: Store, w: SimpleNamespace) -> None:
    rota.ask(store, w.dans, w.ben, w.cleo, clock.now())


def _a_turn_for_another(store: Store, w: SimpleNamespace) -> None:
    dans = next(one for one in meetings_of(store, w.dans) if one.leader == w.dan)
    hand_on.give(store, dans, w.ben, w.cleo, clock.now())


def _no_turn_any_more(store: Store, w: SimpleNamespace) -> None:
    bens = next(one for one in meetings_of(store, w.dans) if one.leader == w.ben)
    hand_on.pass_on(store, bens, w.ben, w.cleo, clock.now())


FIRST = {"booked", "plan_kept"}
"""What he gets of the world itself."""
KNOWN = {"calendar_entry"}
"""And where his calendar has the meetings of his group."""
CHANGES: dict[str, Change] = {
    "nothing": Change(_nothing),
    "an edit": Change(_edit, {"moved"}),
    "one is moved": Change(_move_one, {"moved", "meeting_moved"}),
    "this and later": Change(_later, {"series_moved", "series_shortened"}),
    "from the first on": Change(_from_the_first, {"series_moved"}),
    "one is called off": Change(_call_one_off, {"cancelled", "meeting_called_off"}),
    "later ones are called off": Change(_call_later_off, {"series_cancelled"}),
    "all are called off": Change(_call_all_off, {"series_cancelled"}),
    "called off and on again": Change(_undo),
    "a member says no": Change(_say_no),
    "asked, and it goes ahead": Change(_ask_and_go_ahead, {"meeting_asked", "meeting_on"}),
    "one in another zone": Change(_one_in_another_zone, {"moved"}),
    "another zone at the same instant": Change(_one_in_another_zone_at_its_time, {"moved"}),
    "later ones in another zone": Change(
        _later_in_another_zone, {"series_moved", "series_shortened"}
    ),
    "all in another zone": Change(_all_in_another_zone, {"series_moved"}),
    "another zone and back": Change(_there_and_back, {"moved"}),
    "an owner moves": Change(_an_owner_moves),
    "a rhythm in another zone": Change(_a_rhythm_in_another_zone, {"group_formed"}),
    "a seat in another group": Change(_a_seat, {"seat_offered"}),
    "another link": Change(_another_link, {"video_changed"}),
    "another room": Change(_a_room, {"moved", "meeting_room"}, then=_another_room),
    "a seat ends": Change(_a_seat_ends, {"seat_ended"}, known=True),
    "another leads": Change(_another_leads, {"group_lead"}),
    "a group closes": Change(_a_group_closes, {"group_closed"}, known=True),
    "a group goes on": Change(
        _a_group_closes, {"group_closed", "group_goes_on"}, known=True, then=_a_group_goes_on
    ),
    "two groups are one": Change(
        _two_groups_are_one, {"group_merged", "calendar_entry"}, known=True
    ),
    "one group goes to another": Change(
        _his_group_goes_to_another_once, {"meeting_joined", "calendar_entry"}, known=True
    ),
    "one group comes to another": Change(_another_comes_to_his_once, {"meeting_shared"}),
    "turns": Change(_leads_in_turn, {"turns"}),
    "a turn for another": Change(_leads_in_turn, {"turns", "turn_yours"}, then=_a_turn_for_another),
    "a turn is over": Change(_leads_in_turn, {"turns", "turn_over"}, then=_no_turn_any_more),
    "a plan in the place of a series": Change(_a_plan, {"series_cancelled", "calendar_entry"}),
}
