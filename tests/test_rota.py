"""Several lead a group in turn: fair turns, a swap, one who is away, and whose time it takes."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select

from supervisor import conflicts, leave, leaving
from supervisor.errors import NotFound, Refused
from supervisor.feeds import feed_editions
from supervisor.feeds.feed_editions import FeedSettings
from supervisor.feeds.feed_pieces import Voice
from supervisor.groups import group_leaders, groups, hand_on, meetings, rota, seats
from supervisor.groups.group_times import ahead, taken_by
from supervisor.groups.group_turns import RotaSettings
from supervisor.models import Group, Meeting, Seat, Store
from supervisor.rules.rota import in_order
from supervisor.settings import save
from supervisor.week import week
from tests.test_sessions import told

START = datetime(2027, 1, 6, 10)  # noqa: DTZ001 - a wall time
FORTNIGHT = timedelta(weeks=2)


@given(
    leaders=some.integers(1, 5).map(lambda n: list("abcde"[:n])),
    out=some.lists(some.sets(some.sampled_from("abcde")), max_size=30),
)
def test_each_leads_as_often_as_the_others_who_can(leaders, out) -> None:
    turns = []
    for n in range(30):
        at = START + n * FORTNIGHT
        able = [one for one in leaders if n >= len(out) or one not in out[n]]
        order = in_order(able, turns, at)
        assert sorted(order) == sorted(able)
        if order:
            assert all(_led(turns, order[0]) <= _led(turns, one) for one in able)
            turns.append((at, order[0]))
    if not any(out):
        assert [who for _at, who in turns] == [leaders[n % len(leaders)] for n in range(30)]


def _led(turns, who: str) -> int:
    return Counter(one for _at, one in turns)[who]


def who(store: Store, group: Group, now: datetime, count: int = 4) -> list[str]:
    return [one.leads.ref for one in rota.turns(store, group, now)[:count] if one.leads]


def test_turns_go_round_and_each_calendar_holds_only_its_own(
    store: Store, cast, circle, now
) -> None:
    rota.ask(store, circle, cast.dan, cast.cleo, now)
    assert who(store, circle, now) == ["ana", "dan", "ana", "dan"]
    first, second = ahead(store, circle, now)[:2]
    assert taken_by(store, first) == {cast.ana.id, cast.ben.id}
    assert taken_by(store, second) == {cast.dan.id, cast.ben.id}
    assert set(told(store, "turns")) == {"ana", "dan"}
    dans = [one.ref for one in hand_on.of_person(store, circle, cast.dan, now)]
    assert entries(store, cast.dan, now) == set(dans)
    soon = second.starts_at - timedelta(days=2)
    shown = [one for _day, some in week(store, cast.dan, soon).days for one in some]
    assert [(one.what.ref, one.leads) for one in shown] == [(second.ref, True)]


def entries(store: Store, person, now: datetime) -> set[str]:
    voice = Voice(person.id, "full", "en_NZ")
    pieces = feed_editions.edition(store, voice, FeedSettings(), now).pieces
    ids = [e.id for piece in pieces for e in piece.entries if e.what == "meeting"]
    return set(store.scalars(select(Meeting.ref).where(Meeting.id.in_(ids))))


def test_turns_begin_on_the_day_that_was_chosen(store: Store, cast, circle, now) -> None:
    rota.ask(store, circle, cast.dan, cast.cleo, now)
    rota.begin(store, circle, date(2027, 3, 17), cast.ana, now)
    assert who(store, circle, now, 5) == ["ana", "ana", "ana", "dan", "ana"]
    with pytest.raises(Refused, match="over"):
        rota.begin(store, circle, date(2027, 1, 1), cast.ana, now)


def test_what_is_laid_later_goes_on_in_turn(store: Store, cast, circle, now) -> None:
    rota.ask(store, circle, cast.dan, cast.cleo, now)
    groups.extend(store, now + timedelta(days=120))
    seen = who(store, circle, now, 99)
    counts = Counter(seen)
    assert len(seen) > 15
    assert abs(counts["ana"] - counts["dan"]) <= 1


def test_two_swap_their_turns_and_both_are_told(store: Store, cast, circle, now) -> None:
    rota.ask(store, circle, cast.dan, cast.cleo, now)
    first, second = ahead(store, circle, now)[:2]
    assert hand_on.give(store, first, cast.dan, cast.cleo, now)
    assert who(store, circle, now) == ["dan", "ana", "ana", "dan"]
    assert taken_by(store, first) == {cast.dan.id, cast.ben.id}
    assert taken_by(store, second) == {cast.ana.id, cast.ben.id}
    assert set(told(store, "turn_yours")) == {"ana", "dan"}
    rota.begin(store, circle, date(2027, 2, 10), cast.ana, now)
    assert who(store, circle, now)[:2] == ["dan", "ana"]
    with pytest.raises(NotFound):
        hand_on.give(store, first, cast.mere, cast.cleo, now)


def test_who_can_not_lead_one_is_not_asked_again_and_the_next_is(
    store: Store, cast, circle, now
) -> None:
    rota.ask(store, circle, cast.dan, cast.cleo, now)
    first = ahead(store, circle, now)[0]
    hand_on.pass_on(store, first, cast.ana, cast.ana, now)
    assert first.leader == cast.dan
    assert set(told(store, "turn_yours")) == {"dan"}
    with pytest.raises(Refused, match="Nobody else"):
        hand_on.pass_on(store, first, cast.dan, cast.dan, now)
    assert first.leader == cast.dan
    with pytest.raises(NotFound):
        hand_on.pass_on(store, first, cast.ana, cast.ana, now)


def test_who_is_away_is_skipped_and_leads_the_next_that_they_can(
    store: Store, cast, circle, now
) -> None:
    rota.ask(store, circle, cast.dan, cast.cleo, now)
    leave.record(store, cast.dan, date(2027, 3, 1), date(2027, 3, 8), cast.cleo, now)
    assert who(store, circle, now) == ["ana", "ana", "ana", "dan"]
    rota.begin(store, circle, date(2027, 2, 10), cast.ana, now)
    assert who(store, circle, now, 5) == ["ana", "ana", "dan", "dan", "ana"]


def test_where_nobody_can_whoever_looks_after_it_is_told(store: Store, cast, circle, now) -> None:
    rota.ask(store, circle, cast.dan, cast.cleo, now)
    leave.record(store, cast.ana, date(2027, 3, 1), date(2027, 3, 8), cast.cleo, now)
    leave.record(store, cast.dan, date(2027, 3, 1), date(2027, 3, 8), cast.dan, now)
    assert set(told(store, "turn_open")) == {"ana"}


def test_who_leaves_the_hub_leads_none_after_their_last_day(
    store: Store, cast, circle, now
) -> None:
    rota.ask(store, circle, cast.dan, cast.cleo, now)
    last = date(2027, 3, 10)
    leaving.leave(
        store, cast.dan, last, leaving.plan(store, cast.dan, last, now).seen, cast.cleo, now
    )
    assert who(store, circle, now) == ["ana", "dan", "ana", "ana"]
    leaving.end_seats(store, now + timedelta(days=60))
    assert circle.leaders == []


def test_a_member_leads_where_the_kind_allows_it_and_sees_no_more(
    store: Store, cast, circle, sign_in, now
) -> None:
    rota.ask(store, circle, cast.ben, cast.ana, now)
    store.commit()
    assert who(store, circle, now) == ["ana", "ben", "ana", "ben"]
    client = sign_in(cast.ben)
    page = client.get("/groups/circle").text
    assert "When I lead" in page
    assert "Who can come" not in page
    mine = client.get("/groups/circle/rota").text
    assert "Wednesday 3 March" in mine
    assert "Who leads in turn" not in mine
    second = ahead(store, circle, now)[1]
    path = f"/groups/circle/meetings/{second.ref}"
    assert client.post(f"{path}/leader", data={"leader": "ana"}).status_code == 404
    page = client.post(f"{path}/leader/end", follow_redirects=True).text
    assert "Somebody else leads that one, and is told." in page
    again = client.post(f"{path}/leader/end", follow_redirects=True)
    assert (again.status_code, "Somebody else leads that one already." in again.text) == (200, True)
    assert "were there." not in client.get("/groups/circle/meetings").text


def test_no_member_leads_a_kind_of_group_that_does_not_allow_it(
    store: Store, cast, circle, now
) -> None:
    save(store, RotaSettings(co_reflection=False))
    with pytest.raises(Refused, match="members do not lead"):
        rota.ask(store, circle, cast.ben, cast.cleo, now)


def test_a_member_who_says_no_or_leaves_hands_their_turn_on(
    store: Store, cast, circle, now
) -> None:
    rota.ask(store, circle, cast.ben, cast.ana, now)
    second = ahead(store, circle, now)[1]
    meetings.answer(store, second, cast.ben, False, now)
    assert second.leader == cast.ana
    assert taken_by(store, second) == {cast.ana.id}
    seats.leave(store, circle, cast.ben, cast.ben, now)
    assert circle.leaders == []
    assert who(store, circle, now) == ["ana"] * 4


def test_nobody_leads_in_turn_those_with_whom_they_may_not_sit(
    store: Store, cast, circle, now
) -> None:
    with pytest.raises(Refused, match="not available"):
        rota.ask(store, circle, cast.mere, cast.cleo, now)


def test_a_member_may_lead_whatever_two_members_declare_of_each_other(
    store: Store, cast, circle, now
) -> None:
    """Ana leads the group, and a no to her would tell it."""
    circle.seats.append(Seat(person=cast.dan))
    conflicts.declare(store, cast.dan, cast.ben.name, cast.dan, now)
    rota.ask(store, circle, cast.ben, cast.ana, now)
    assert who(store, circle, now) == ["ana", "ben", "ana", "ben"]


def test_who_is_asked_no_more_has_no_turn_and_is_told(store: Store, cast, circle, now) -> None:
    rota.ask(store, circle, cast.dan, cast.cleo, now)
    rota.release(store, circle, cast.dan, cast.cleo, now)
    assert who(store, circle, now) == ["ana"] * 4
    assert cast.dan.id not in taken_by(store, ahead(store, circle, now)[1])
    assert told(store, "turns")["dan"]["turns"] == []


def test_the_turns_of_who_led_it_go_to_who_leads_it_now(store: Store, cast, circle, now) -> None:
    rota.ask(store, circle, cast.dan, cast.cleo, now)
    group_leaders.lead(store, circle, cast.cleo, cast.cleo, now)
    assert who(store, circle, now) == ["cleo", "dan", "cleo", "dan"]


def test_a_move_gives_the_turn_to_somebody_who_is_free_then(
    store: Store, cast, circle, now
) -> None:
    rota.ask(store, circle, cast.dan, cast.cleo, now)
    leave.record(store, cast.ana, date(2027, 2, 19), date(2027, 2, 20), cast.cleo, now)
    first = ahead(store, circle, now)[0]
    meetings.move(store, first, datetime.fromisoformat("2027-02-19T10:00"), cast.cleo, now)
    assert first.leader == cast.dan
    assert taken_by(store, first) == {cast.dan.id, cast.ben.id}


def test_whoever_leads_is_reminded_once_a_week_before(store: Store, cast, circle, now) -> None:
    rota.ask(store, circle, cast.dan, cast.cleo, now)
    second = ahead(store, circle, now)[1]
    at = second.starts_at - timedelta(days=5)
    assert hand_on.remind(store, at) == 1
    assert hand_on.remind(store, at) == 0
    assert set(told(store, "turn_yours")) == {"dan"}


def test_the_page_shows_who_leads_when_and_swaps_a_turn(
    store: Store, cast, circle, sign_in, now
) -> None:
    client = sign_in(cast.cleo)
    page = client.get("/groups/circle/rota?who=dan").text
    assert "Ana Rewi leads every meeting." in page
    page = client.post("/groups/circle/rota/dan", follow_redirects=True).text
    assert "Dan Foley leads in turn now. Each is told of theirs." in page
    first = ahead(store, circle, now)[0]
    path = f"/groups/circle/meetings/{first.ref}/leader"
    page = client.post(path, data={"leader": "dan"}, follow_redirects=True).text
    assert "Dan Foley leads that one, and the two have swapped. Both are told." in page
    page = sign_in(cast.dan).get("/groups/circle").text
    assert "You lead this one." in page
    assert "Who can come" in page
    page = client.post("/groups/circle/rota", data={"first": "2027-03-01"}, follow_redirects=True)
    assert "The turns are dealt anew." in page.text
    page = client.post("/groups/circle/rota/dan/end", follow_redirects=True).text
    assert "Dan Foley is asked no more, and is told." in page


def test_asking_twice_says_the_same_and_changes_nothing(
    store: Store, cast, circle, sign_in, now
) -> None:
    ana = sign_in(cast.ana)
    for _press in range(2):
        page = ana.post("/groups/circle/rota/ben", follow_redirects=True).text
        assert "Ben Harris leads in turn now." in page
    assert len(circle.leaders) == 1


def test_asking_no_more_twice_says_so_and_changes_nothing(
    store: Store, cast, circle, sign_in, now
) -> None:
    rota.ask(store, circle, cast.dan, cast.cleo, now)
    store.commit()
    cleo, path = sign_in(cast.cleo), "/groups/circle/rota/dan/end"
    cleo.post(path)
    page = cleo.post(path, follow_redirects=True).text
    assert "That person leads no turns here any more." in page
