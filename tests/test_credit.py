"""What a group meeting counts toward: by the hub's rule, once, and never twice."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from supervisor import entitlements, group_credits
from supervisor.groups import group_leaders, meetings
from supervisor.models import Attendance, Entitlement, Group, Guest, Job, Meeting, Seat, Store
from supervisor.reports.report_delivery import delivery
from supervisor.reports.report_evidence import evidence
from supervisor.reports.report_team import NOTES
from supervisor.reports.reports import team_table
from supervisor.rules import credit
from supervisor.rules.credit import Came, CreditSettings, Owed, Way
from supervisor.rules.kinds import GroupKind, Kind, Mode, Standing
from supervisor.settings import read, save
from supervisor.tuning import credit_effects
from supervisor.viewers import manager_viewer
from supervisor.zones import to_local

AUCKLAND = "Pacific/Auckland"
START = datetime(2027, 1, 1, 9, tzinfo=UTC)
EACH = CreditSettings(co_reflection=Way.SESSION)


def a_period(number: int, first: int, long: int, minutes: int) -> Owed:
    begins = START.date() + timedelta(days=first)
    return Owed(number, begins, begins + timedelta(days=long), minutes)


def a_meeting(number: int, kind: str, hours: int, minutes: int, said: tuple[bool, bool]) -> Came:
    at = START + timedelta(hours=hours)
    return Came(number, kind, at, at.date(), minutes, *said)


few = some.integers(1, 12)
lengths = some.sampled_from((30, 60, 75))
periods = some.builds(a_period, few, some.integers(-50, 50), some.integers(0, 120), lengths)
owed = some.lists(periods, max_size=4, unique_by=lambda one: one.id)
two = some.tuples(some.booleans(), some.booleans())
long = some.sampled_from((45, 60, 90, 240))
kinds = some.sampled_from(GroupKind)
came = some.lists(some.builds(a_meeting, few, kinds, some.integers(0, 1500), long, two))
ways = some.sampled_from(Way)
rules = some.builds(
    CreditSettings, ways, ways, ways, ways, ways,
    some.sampled_from((Kind.PEER_SUPERVISION, Kind.COACHING)), some.integers(0, 4),
)  # fmt: skip


@given(owed=owed, came=came, rule=rules)
def test_every_meeting_counts_once_and_no_more_than_the_rule_says(owed, came, rule) -> None:
    given = credit.given_by(owed, came, rule)
    periods = {one.id: one for one in owed}
    assert set(Counter(one.came.meeting for one in given).values()) <= {1}
    for before, after in pairwise(given):
        ends = before.came.starts_at + timedelta(minutes=before.came.minutes)
        assert ends <= after.came.starts_at
    for one in given:
        period = periods[one.owed]
        assert period.starts_on <= one.came.on <= period.ends_on
        assert 0 < one.minutes <= period.minutes
        assert rule.way(one.came.kind) is not Way.NONE
        if rule.toward == Kind.PEER_SUPERVISION:
            assert not one.came.inside
            assert one.came.kind != GroupKind.COMMUNITY_OF_PRACTICE
    for number, period in periods.items():
        theirs = [one for one in given if one.owed == number]
        held = credit.days(theirs, period.minutes)
        both = credit.days([one for one in theirs if one.came.by_both], period.minutes)
        assert len(both) <= len(held) <= rule.most
        assert sum(one.minutes for one in theirs) <= rule.most * period.minutes


def test_minutes_add_up_to_sessions() -> None:
    rule = CreditSettings(learning_set=Way.MINUTES, most=3)
    period = Owed(1, date(2027, 1, 1), date(2027, 12, 31), 60)
    half = [
        Came(n, GroupKind.LEARNING_SET, START + n * timedelta(days=7),
             (START + n * timedelta(days=7)).date(), 40, by_both=n != 1)
        for n in range(5)
    ]  # fmt: skip
    given = credit.given_by([period], half, rule)
    assert [one.minutes for one in given] == [40, 40, 40, 40, 20]
    assert credit.days(given, 60) == [half[1].on, half[2].on, half[4].on]


def group(store: Store, ref: str, kind: str = "co_reflection", **more) -> Group:
    made = Group(ref=ref, name=ref.title(), kind=kind, mode=Mode.VIDEO, minimum=1, **more)
    store.add(made)
    store.flush()
    return made


def met(store: Store, circle: Group, days_ago: int, now: datetime, hour: int = 0) -> Meeting:
    starts = now - timedelta(days=days_ago) + timedelta(hours=hour)
    meeting = Meeting(
        ref=f"{circle.ref}-{days_ago}", group=circle, starts_at=starts,
        local_start=to_local(starts, AUCKLAND), zone=AUCKLAND, minutes=60, mode=Mode.VIDEO,
        changed_at=starts,
    )  # fmt: skip
    store.add(meeting)
    store.flush()
    return meeting


@pytest.fixture
def circle(store: Store, cast: SimpleNamespace) -> Group:
    """Ana leads Ben."""
    return group(store, "circle", facilitator=cast.ana, seats=[Seat(person=cast.ben)])


def bens(store: Store, cast, now: datetime):
    return entitlements.position(store, cast.entitlement, now)


def numbers(store: Store, cast, now: datetime) -> tuple[int, int, int]:
    seen = bens(store, cast, now)
    return seen.held, seen.delivered, seen.credited


def both_say(store: Store, meeting: Meeting, cast, now: datetime) -> None:
    meetings.mark(store, meeting, cast.ben, True, cast.ana, now)
    meetings.mark(store, meeting, cast.ben, True, cast.ben, now)


def test_without_a_rule_a_group_counts_nothing(store: Store, cast, circle, now) -> None:
    both_say(store, met(store, circle, 5, now), cast, now)
    assert numbers(store, cast, now) == (0, 0, 0)


def test_one_side_makes_it_held_and_both_make_it_delivered(store, cast, circle, now) -> None:
    save(store, EACH)
    meeting = met(store, circle, 5, now)
    meetings.mark(store, meeting, cast.ben, True, cast.ana, now)
    assert numbers(store, cast, now) == (1, 0, 1)
    meetings.mark(store, meeting, cast.ben, True, cast.ben, now)
    assert numbers(store, cast, now) == (1, 1, 1)
    meetings.mark(store, meeting, cast.ben, False, cast.ben, now)
    assert numbers(store, cast, now) == (0, 0, 0)


def test_no_more_than_the_hub_says_in_one_period(store: Store, cast, circle, now) -> None:
    save(store, EACH)
    for days in (8, 15, 22, 29):
        both_say(store, met(store, circle, days, now), cast, now)
    assert numbers(store, cast, now) == (2, 2, 2)


def test_a_mark_is_enough_for_where_it_stands(store: Store, cast, circle, now) -> None:
    save(store, CreditSettings(co_reflection=Way.SESSION, most=12))
    cast.entitlement.sessions = 1
    entitlements.reassess(store, cast.entitlement, now)
    assert cast.entitlement.standing != Standing.MET
    meetings.mark(store, met(store, circle, 5, now), cast.ben, True, cast.ana, now)
    assert cast.entitlement.standing == Standing.MET


def test_who_is_in_two_groups_at_one_hour_was_at_one(store: Store, cast, circle, now) -> None:
    save(store, CreditSettings(co_reflection=Way.SESSION, most=9))
    sister = group(store, "sister", facilitator=cast.ana, seats=[Seat(person=cast.ben)])
    both_say(store, met(store, circle, 5, now), cast, now)
    both_say(store, met(store, sister, 5, now), cast, now)
    assert numbers(store, cast, now) == (1, 1, 1)
    both_say(store, met(store, sister, 4, now), cast, now)
    assert numbers(store, cast, now) == (2, 2, 2)


def test_who_meets_once_with_another_group_counts_there_and_not_at_home(
    store: Store, cast, circle, now
) -> None:
    save(store, CreditSettings(co_reflection=Way.SESSION, most=9))
    home, sister = met(store, circle, 5, now), group(store, "sister", facilitator=cast.ana)
    home.cancelled_at = now
    store.add(Attendance(meeting=home, person=cast.ben, came=True, led=True, own=True))
    there = met(store, sister, 5, now, hour=2)
    store.add(Guest(meeting=there, person=cast.ben, instead=home))
    store.flush()
    both_say(store, there, cast, now)
    assert numbers(store, cast, now) == (1, 1, 1)


def test_a_group_led_by_somebody_of_ones_employer_is_not_external(
    store: Store, cast, circle, now
) -> None:
    save(store, EACH)
    employer = store.query(Job).filter_by(person_id=cast.ben.id).first().organisation
    both_say(store, met(store, circle, 5, now), cast, now)
    assert numbers(store, cast, now) == (1, 1, 1)
    store.add(Job(person=cast.ana, organisation=employer, role="peer_support_worker"))
    store.flush()
    assert numbers(store, cast, now) == (0, 0, 0)


def test_somebody_else_leading_it_now_changes_nothing_behind(
    store: Store, cast, circle, now
) -> None:
    meeting = met(store, circle, 5, now)
    group_leaders.lead(store, circle, cast.dan, cast.cleo, now)
    store.refresh(meeting)
    assert meeting.leader_id == cast.ana.id


def test_the_reports_say_what_counts_and_never_twice(store: Store, cast, circle, now) -> None:
    assert "Group sessions" in str(delivery(store, now).notes)
    save(store, EACH)
    both_say(store, met(store, circle, 5, now), cast, now)
    register = delivery(store, now)
    row = dict(zip(register.columns, register.rows[0], strict=True))
    assert (row["held"], row["delivered"], row["group_sessions"]) == (1, 1, 1)
    log = evidence(store, now)
    rows = [dict(zip(log.columns, one, strict=True)) for one in log.rows]
    mine = [one for one in rows if one["session"] == "circle-5"]
    credited = cast.entitlement.minutes
    assert [(one["entitlement"], one["credited_minutes"]) for one in mine] == [
        (None, 0), ("ben-2027", credited),
    ]  # fmt: skip
    assert mine[1]["delivered"] == "yes"
    viewer = manager_viewer(cast.mere.id, now.date())
    assert len(team_table(store, viewer, now).notes) == len(NOTES) + 1


def test_the_hub_reads_first_what_another_rule_changes(
    store: Store, cast, circle, sign_in, now
) -> None:
    both_say(store, met(store, circle, 5, now), cast, now)
    store.commit()
    client = sign_in(cast.cleo)
    usual = {name: str(value) for name, value in vars(CreditSettings()).items()}
    wanted = usual | {"co_reflection": "session", "most": "3"}
    page = client.post("/settings/CreditSettings", data=wanted).text
    assert "If you save this, 1 person’s number changes" in page
    assert "0 of 10 done" in page
    assert "1 of 10 done" in page
    assert read(store, CreditSettings) == CreditSettings()
    seen = page.split('name="seen" value="')[1].split('"')[0].replace("&#39;", "'")
    page = client.post("/settings/CreditSettings", data=wanted | {"most": "4", "seen": seen}).text
    assert "Nothing is saved yet." in page
    client.post("/settings/CreditSettings", data=wanted | {"seen": seen})
    store.expire_all()
    assert read(store, CreditSettings).most == 3


def test_a_manager_reads_that_not_all_are_confirmed_by_both(
    store: Store, cast, circle, sign_in, now
) -> None:
    """One meeting is owed, and one side alone says that it was."""
    save(store, EACH)
    cast.entitlement.sessions = 1
    meetings.mark(store, met(store, circle, 5, now), cast.ben, True, cast.ana, now)
    store.commit()
    row = sign_in(cast.mere).get("/team").text
    assert "All are held. Not all are confirmed by both yet." in row


@pytest.fixture
def last_year(store: Store, cast, circle, now) -> Entitlement:
    """Ben's period of 2026, which is over. He was at the circle in it, which counted then."""
    store.add(
        over := Entitlement(
            ref="ben-2026", link="ben-2026", person=cast.ben, kind=Kind.PEER_SUPERVISION,
            sessions=10, minutes=60, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
        )
    )  # fmt: skip
    store.flush()
    for days in (60, 5):
        both_say(store, met(store, circle, days, now), cast, now)
    store.commit()
    return over


def change_rule(store: Store, rule: CreditSettings, now: datetime) -> None:
    """As the settings page keeps it."""
    before = read(store, CreditSettings)
    save(store, rule)
    credit_effects.settle(store, before, now)
    store.commit()


def held(store: Store, owed: Entitlement, now: datetime) -> int:
    return entitlements.position(store, owed, now).held


def test_another_rule_leaves_what_has_ended_as_it_was_reported(
    store: Store, cast, last_year, now
) -> None:
    change_rule(store, EACH, now)
    assert (held(store, last_year, now), held(store, cast.entitlement, now)) == (0, 1)
    before = delivery(store, now).rows
    (row,) = [one for one in before if "ben-2026" in one]
    change_rule(store, CreditSettings(), now + timedelta(days=1))
    assert row in delivery(store, now).rows
    assert held(store, cast.entitlement, now) == 0


def test_what_counted_when_a_period_ended_counts_on_whatever_is_kept_later(
    store: Store, cast, last_year, now
) -> None:
    save(store, EACH)
    for rule in (CreditSettings(co_reflection=Way.SESSION, toward=Kind.COACHING), CreditSettings()):
        change_rule(store, rule, now)
        assert (held(store, last_year, now), held(store, cast.entitlement, now)) == (1, 0)
        rows = [one for one in evidence(store, now).rows if one[1] == "ben-2026"]
        assert [one[8] for one in rows] == [60]
    assert "stays as it was reported" in " ".join(map(str, delivery(store, now).notes))


def test_the_preview_leaves_out_what_has_ended_and_says_so(
    store: Store, cast, last_year, sign_in, now
) -> None:
    found = credit_effects.effect(store, EACH, now)
    assert [one.entitlement.ref for one in found.changes] == ["ben-2027"]
    usual = {name: str(value) for name, value in vars(CreditSettings()).items()}
    wanted = usual | {"co_reflection": "session"}
    page = sign_in(cast.cleo).post("/settings/CreditSettings", data=wanted).text
    assert "What has ended stays as it was reported." in page


def test_the_pages_say_what_counts(store: Store, cast, circle, sign_in, now) -> None:
    save(store, EACH)
    both_say(store, met(store, circle, 5, now), cast, now)
    store.commit()
    bens_page = sign_in(cast.ben)
    assert (
        "Of those done, 1 is a group meeting that the hub counts." in bens_page.get("/support").text
    )
    past = bens_page.get(f"/entitlements/{cast.entitlement.link}/past").text
    assert "Group meetings that count" in past
    assert "Both sides say that you were there." in past
    assert "Being there counts as one session" in bens_page.get("/groups/circle").text
    anas = sign_in(cast.ana).get(f"/entitlements/{cast.entitlement.link}/past").text
    assert "Circle" not in anas
    assert "The hub also counts some group meetings" in sign_in(cast.mere).get("/team").text
    assert [one.minutes for one in group_credits.listed(store, cast.entitlement, now)] == [
        cast.entitlement.minutes
    ]
