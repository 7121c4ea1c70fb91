"""Alerts through a year: who is told what, when, and when nobody is told anything."""

import threading
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import event, select

from supervisor import entitlements, letters, messages
from supervisor.alerts import alert_hands, alerts
from supervisor.errors import Refused
from supervisor.extensions import db
from supervisor.models import Agreement, Alert, Flip, Leave, Match, Message, Session, Store
from supervisor.models.engine import writing
from supervisor.rules.kinds import Answer, Kind, MatchState, Outcome, Side, Standing
from supervisor.sessions import delivery
from tests.test_entitlements import at, held, said, session

HERE = ZoneInfo("Pacific/Auckland")


class Walk:
    """A clock that goes through the year, with the worker process ticking at the hours of a day
    at which something can happen, and at the end."""

    def __init__(self, store: Store, start: datetime) -> None:
        self.store, self.now, self.sent = store, start, []

    def to(self, until: datetime, hours: tuple[int, ...] = (9,)) -> None:
        """What is due is read as it goes out."""
        while self.now < until:
            self.now += timedelta(hours=1)
            if self.now.astimezone(HERE).hour in hours or self.now >= until:
                self.tick()

    def tick(self) -> None:
        for entitlement_id in alerts.due(self.store, self.now):
            alerts.raise_one(self.store, entitlement_id, self.now)
        for kind, cause in alerts.found(self.store, self.now):
            alerts.raise_cause(self.store, kind, cause, self.now)
        while bundle := messages.claim(self.store, "walker", self.now):
            for message in bundle:
                self._send(message)
        self.store.flush()

    def _send(self, message: Message) -> None:
        letter = letters.of(self.store, message, self.now)
        if letter is None:
            messages.take_back(message, self.now)
            return
        messages.sent([message], self.now)
        self.sent.append((self.now.astimezone(HERE), message.recipient.name.split()[0], message))

    def said(self, template: str = "") -> list[tuple[date, str]]:
        """Day and first name of what went out, of one letter or of all."""
        return [
            (when.date(), name)
            for when, name, message in self.sent
            if message.template.startswith(template)
        ]


@pytest.fixture
def walk(store: Store, cast: SimpleNamespace) -> Walk:
    """From New Year on; the entitlement was looked at when it came in."""
    entitlements.reassess(store, cast.entitlement, at(1, 1, 0))
    return Walk(store, at(1, 1, 0))


def both_said(cast, month: int, number: int) -> Session:
    """Held, and both have said so."""
    return held(cast, month, number, confirmations=said(Side.WORKER, Side.PROVIDER))


def day(month: int, number: int) -> date:
    return date(2027, month, number)


FOUR = [(1, 15), (2, 12), (3, 12), (4, 9)]


def test_with_nothing_ahead_the_pair_is_told_that_day_and_the_hub_a_week_later(
    store: Store, cast, walk: Walk
) -> None:
    store.add_all([both_said(cast, *when) for when in FOUR])
    walk.to(at(4, 27, 23))
    assert walk.sent == []
    walk.to(at(5, 6))
    assert cast.entitlement.standing == Standing.NOTHING_BOOKED
    assert cast.entitlement.standing_since == day(4, 28)
    assert walk.said("nothing_booked") == [(day(4, 28), "Ben"), (day(4, 28), "Ana")]
    assert walk.said("alert_hub") == [(day(5, 5), "Cleo")]
    assert [when.hour for when, _name, _message in walk.sent] == [9, 9, 9]


def test_with_only_the_first_held_it_is_behind_and_climbs_the_ladder(
    store: Store, cast, walk: Walk
) -> None:
    """Slipping begins on a Saturday; the Monday on which the hub would hear is Otago's own."""
    store.add(both_said(cast, 1, 15))
    walk.to(at(4, 30))
    position = entitlements.position(store, cast.entitlement, walk.now)
    assert position.standing == Standing.BEHIND
    assert round(position.behind_by, 2) == 2.29
    walk.to(at(6, 1))
    assert [(when.date(), name, m.template) for when, name, m in walk.sent] == [
        (day(2, 3), "Ben", "nothing_booked"),
        (day(2, 3), "Ana", "nothing_booked"),
        (day(2, 10), "Cleo", "alert_hub"),
        (day(3, 15), "Ben", "slipping"),
        (day(3, 15), "Ana", "slipping"),
        (day(3, 23), "Cleo", "alert_hub"),
        (day(4, 20), "Ben", "behind"),
        (day(4, 20), "Ana", "behind"),
        (day(4, 20), "Cleo", "alert_hub"),
        (day(5, 11), "Mere", "alert_manager"),
    ]
    assert {when.hour for when, _name, _message in walk.sent} == {9}
    opened = store.scalars(select(Alert.name).where(Alert.ended_at.is_(None))).all()
    assert opened == ["behind"]


def test_monthly_from_february_is_on_track_and_nobody_hears_a_word(
    store: Store, cast, walk: Walk
) -> None:
    meetings = [session(cast, month, 10) for month in range(2, 12)]
    store.add_all(meetings)
    walk.to(at(2, 9))
    position = entitlements.position(store, cast.entitlement, walk.now)
    assert (position.standing, round(position.expected, 2)) == (Standing.ON_TRACK, 1.10)
    for meeting in meetings:
        walk.to(meeting.starts_at + timedelta(hours=2))
        for side, person in ((Side.WORKER, cast.ben), (Side.PROVIDER, cast.ana)):
            delivery.confirm(store, meeting, side, Answer.HELD, person, walk.now)
    walk.to(at(12, 31))
    assert cast.entitlement.standing == Standing.MET
    assert store.scalars(select(Alert)).all() == []
    assert store.scalars(select(Message)).all() == []


def test_a_worker_who_stays_silent_is_reminded_twice_and_then_left_in_peace(
    store: Store, cast, walk: Walk
) -> None:
    met = session(cast, 2, 3)
    store.add_all([met, session(cast, 2, 24), session(cast, 3, 24)])
    walk.to(at(2, 3, 12))
    delivery.confirm(store, met, Side.PROVIDER, Answer.HELD, cast.ana, walk.now)
    walk.to(at(2, 17), (9, 12))
    position = entitlements.position(store, cast.entitlement, walk.now)
    assert (position.held, position.delivered) == (1, 0)
    assert position.standing == Standing.ON_TRACK
    assert walk.said() == [(day(2, 4), "Ben"), (day(2, 5), "Ben")]
    assert {when.hour for when, _name, _message in walk.sent} == {9}
    walk.to(at(2, 18))
    (alert,) = store.scalars(select(Alert)).all()
    assert alert.ended_at is not None


def test_two_reminders_over_a_weekend_come_on_two_days(store: Store, cast, walk: Walk) -> None:
    """Friday's meeting: the first reminder waits for Monday, and the second for Tuesday."""
    met = session(cast, 2, 19)
    store.add_all([met, session(cast, 3, 24)])
    walk.to(at(2, 25))
    assert walk.said("not_confirmed") == [
        (day(2, 22), "Ben"), (day(2, 22), "Ana"), (day(2, 23), "Ben"), (day(2, 23), "Ana"),
    ]  # fmt: skip


def test_whoever_has_answered_is_not_asked_again_and_the_hub_settles_it(
    store: Store, cast, walk: Walk
) -> None:
    met = session(cast, 2, 3)
    store.add_all([met, session(cast, 3, 3)])
    walk.to(at(2, 4, 16))
    delivery.confirm(store, met, Side.WORKER, Answer.HELD, cast.ben, walk.now)
    delivery.confirm(store, met, Side.PROVIDER, Answer.WORKER_AWAY, cast.ana, walk.now)
    walk.to(at(2, 10))
    assert walk.said() == [(day(2, 4), "Ben"), (day(2, 4), "Ana"), (day(2, 9), "Cleo")]
    assert [one.name for one in store.scalars(select(Alert)) if not one.ended_at] == ["disputed"]


def test_booking_takes_back_what_was_not_yet_sent(store: Store, cast, walk: Walk) -> None:
    """Noticed on Saturday, booked on Sunday: nobody reads of it on Monday."""
    cast.entitlement.standing_since = None
    store.add_all([both_said(cast, *when) for when in [(1, 8), (2, 5), (3, 12), (4, 5)]])
    walk.to(at(4, 24, 10))
    assert cast.entitlement.standing == Standing.NOTHING_BOOKED
    assert store.scalars(select(Message.template)).all() == ["nothing_booked"] * 2
    store.add(session(cast, 5, 5, booked_at=at(4, 25)))
    walk.now = at(4, 25)
    entitlements.reassess(store, cast.entitlement, walk.now)
    walk.to(at(4, 27))
    assert walk.sent == []
    (alert,) = store.scalars(select(Alert)).all()
    assert [event.what for event in alert.events] == ["raised", "told", "told", "ended"]


def test_what_is_no_longer_true_is_not_sent_even_before_the_next_look(
    store: Store, cast, walk: Walk
) -> None:
    store.add_all([both_said(cast, *when) for when in FOUR])
    walk.to(at(4, 28, 1))
    (message, _other) = store.scalars(select(Message)).all()
    assert letters.of(store, message, at(4, 28))
    store.add(session(cast, 5, 5, booked_at=at(4, 28, 2)))
    entitlements.reassess(store, cast.entitlement, at(4, 28, 2))
    assert letters.of(store, message, at(4, 28)) is None


def test_days_on_leave_are_not_counted_and_nobody_hears_then(
    store: Store, cast, walk: Walk
) -> None:
    """Behind from 20 April; two weeks of leave put the manager's day 21 two weeks later."""
    store.add(both_said(cast, 1, 15))
    walk.to(at(4, 21))
    away = Leave(person_id=cast.ben.id, starts_on=day(4, 26), ends_on=day(5, 10))
    store.add(away)
    entitlements.reassess(store, cast.entitlement, walk.now)
    walk.to(at(6, 10))
    assert walk.said("alert_manager") == [(day(5, 25), "Mere")]
    assert [when for when, _name in walk.said("behind")] == [day(4, 20), day(4, 20)]
    assert len(store.scalars(select(Alert).where(Alert.name == "behind")).all()) == 1


def test_the_morning_after_a_meeting_nobody_reads_that_nothing_is_booked(
    store: Store, cast, walk: Walk
) -> None:
    """It stands so, since nobody has said yet; but a tap may change it, and so nobody is told."""
    store.add_all([both_said(cast, *when) for when in FOUR])
    met = session(cast, 4, 30)
    store.add(met)
    walk.to(at(5, 6))
    assert cast.entitlement.standing == Standing.NOTHING_BOOKED
    assert {m.template for _when, _name, m in walk.sent} == {"not_confirmed"}
    delivery.confirm(store, met, Side.WORKER, Answer.HELD, cast.ben, walk.now)
    walk.to(at(5, 18))
    assert walk.said("nothing_booked") == []


def test_once_somebody_says_that_they_did_not_meet_the_pair_is_told(
    store: Store, cast, walk: Walk
) -> None:
    store.add_all([both_said(cast, *when) for when in FOUR])
    met = session(cast, 4, 30)
    store.add(met)
    walk.to(at(5, 6))
    delivery.confirm(store, met, Side.WORKER, Answer.PROVIDER_AWAY, cast.ben, walk.now)
    walk.to(at(5, 8))
    assert walk.said("nothing_booked") == [(day(5, 7), "Ben"), (day(5, 7), "Ana")]


def test_once_nobody_is_asked_any_more_the_pair_is_told(store: Store, cast, walk: Walk) -> None:
    store.add_all([both_said(cast, *when) for when in FOUR])
    store.add(session(cast, 4, 30))
    walk.to(at(5, 13))
    assert walk.said("nothing_booked") == []
    walk.to(at(5, 15))
    assert walk.said("nothing_booked") == [(day(5, 14), "Ben"), (day(5, 14), "Ana")]


def test_what_is_raised_already_waits_too_and_is_not_looked_at_all_the_time(
    store: Store, cast, walk: Walk
) -> None:
    """Nothing booked since 28 April; they meet on 3 May, two days before the hub's turn."""
    store.add_all([both_said(cast, *when) for when in FOUR])
    walk.to(at(4, 28, 10))
    store.add(session(cast, 5, 3, booked_at=at(5, 3, 9)))
    store.flush()
    walk.to(at(5, 6, 10))
    assert walk.said("alert_hub") == []
    assert alerts.due(store, walk.now) == []


def test_who_is_far_behind_is_told_whatever_a_tap_may_change(
    store: Store, cast, walk: Walk
) -> None:
    store.add(session(cast, 4, 28))
    walk.to(at(5, 3))
    assert walk.said("behind") != []


def test_nobody_is_written_to_about_the_same_twice_in_a_week(
    store: Store, cast, walk: Walk
) -> None:
    """Nothing booked on 28 April; then a new total puts it behind for as long as can be. The
    manager, whose day has long come, still hears a day after the two of them."""
    store.add_all([both_said(cast, *when) for when in FOUR])
    walk.to(at(4, 28, 10))
    cast.entitlement.sessions = 24
    entitlements.reassess(store, cast.entitlement, walk.now)
    walk.to(at(5, 8))
    assert cast.entitlement.standing == Standing.BEHIND
    assert walk.said() == [
        (day(4, 28), "Ben"), (day(4, 28), "Ana"), (day(4, 29), "Cleo"),
        (day(5, 5), "Ben"), (day(5, 5), "Ana"), (day(5, 6), "Mere"),
    ]  # fmt: skip


def test_the_worker_reads_of_it_first(store: Store, cast, walk: Walk) -> None:
    """Ben has his mail at four in the afternoon, and so Ana and Cleo wait."""
    cast.ben.tell_at_hour = 15
    store.add(both_said(cast, 1, 15))
    walk.to(at(4, 21), (9, 15))
    told = [(name, when.hour) for when, name, m in walk.sent if when.date() == day(4, 20)]
    assert told == [("Ben", 15), ("Ana", 15), ("Cleo", 15)]


def test_not_matched_goes_to_the_hub_at_once_and_to_the_manager_on_day_21(
    store: Store, cast, walk: Walk
) -> None:
    cast.match.ends_on = day(2, 28)
    entitlements.reassess(store, cast.entitlement, walk.now)
    store.add_all([both_said(cast, *when) for when in [(1, 15), (2, 12)]])
    walk.to(at(3, 30))
    sent = [(when, name) for when, name in walk.said() if when >= day(3, 1)]
    assert sent == [(day(3, 1), "Cleo"), (day(3, 23), "Mere")]


def test_what_is_not_mandatory_may_wait_for_somebody(store: Store, cast, walk: Walk) -> None:
    cast.entitlement.mandatory = False
    store.delete(cast.match)
    entitlements.reassess(store, cast.entitlement, walk.now)
    walk.to(at(2, 1))
    assert cast.entitlement.standing == Standing.NOT_MATCHED
    assert walk.sent == []


def test_what_no_longer_fits_goes_to_the_hub_and_a_week_later_to_the_manager(
    store: Store, cast, walk: Walk
) -> None:
    cast.entitlement.sessions = 40
    entitlements.reassess(store, cast.entitlement, walk.now)
    walk.to(at(5, 20))
    since = cast.entitlement.standing_since
    assert cast.entitlement.standing == Standing.CANNOT_BE_MET
    opened = store.scalars(select(Alert).where(Alert.ended_at.is_(None))).one()
    told = [event for event in opened.events if event.what == "told"]
    assert [event.person.name for event in told] == ["Cleo Martin", "Mere Parata"]
    days = [(event.at.astimezone(HERE).date() - since).days for event in told]
    assert days == [0, 7]


def test_a_manager_reads_the_managers_columns_and_nothing_else(
    store: Store, cast, walk: Walk
) -> None:
    store.add(both_said(cast, 1, 15))
    walk.to(at(5, 12, 1))
    message = walk.sent[-1][2]
    assert (message.recipient, message.template) == (cast.mere, "alert_manager")
    letter = letters.of(store, message, at(5, 12))
    said = " ".join(part.words for part in letter.paragraphs)
    assert "Ben Harris: 1 of 10 sessions are delivered. About 3.6 were expected by" in said
    assert "Ana" not in said
    assert "January" not in said


def test_a_manager_never_hears_of_a_kind_that_nobody_signed_for(
    store: Store, cast, walk: Walk
) -> None:
    cast.entitlement.kind = Kind.CULTURAL_SUPERVISION
    store.add(both_said(cast, 1, 15))
    walk.to(at(6, 1))
    assert "Mere" not in {name for _when, name, _message in walk.sent}


def test_nobody_who_has_left_is_written_to(store: Store, cast, walk: Walk) -> None:
    cast.ana.left_on = day(4, 1)
    store.add_all([both_said(cast, *when) for when in FOUR])
    walk.to(at(4, 29))
    assert walk.said() == [(day(4, 28), "Ben")]


def test_a_provider_who_is_away_is_left_in_peace(store: Store, cast, walk: Walk) -> None:
    store.add(Leave(person_id=cast.ana.id, starts_on=day(4, 26), ends_on=day(5, 3)))
    store.add_all([both_said(cast, *when) for when in FOUR])
    walk.to(at(5, 4))
    assert walk.said() == [(day(4, 28), "Ben")]


def test_an_offer_that_waits_is_brought_back_to_mind_and_then_to_the_hub(
    store: Store, cast, walk: Walk
) -> None:
    """Two people to choose from are one thing to answer."""
    cast.entitlement.mandatory = False
    store.delete(cast.match)
    for ref, provider in (("one", cast.ana), ("two", cast.dan)):
        store.add(Match(ref=ref, entitlement=cast.entitlement, provider=provider,
                        state=MatchState.OFFERED, offered_at=at(1, 11)))  # fmt: skip
    store.flush()
    walk.to(at(1, 20))
    assert walk.said() == [(day(1, 18), "Ben"), (day(1, 19), "Cleo")]
    left, chosen = store.scalars(select(Match).order_by(Match.ref)).all()
    left.state, chosen.worker_yes_at = MatchState.LAPSED, at(1, 20)
    walk.to(at(1, 27))
    assert walk.said()[2:] == [(day(1, 25), "Dan")]
    ended = store.scalars(select(Alert).where(Alert.ended_at.is_not(None))).all()
    assert [alert.cause for alert in ended] == [f"offer_unanswered:choice:{cast.entitlement.id}"]


def test_terms_to_look_at_again_are_told_a_month_before_that_day_and_after_a_fortnight(
    store: Store, cast, walk: Walk
) -> None:
    """The Monday before is a holiday."""
    cast.match.agreement = Agreement(review_on=day(3, 10), agreed_on=day(1, 1))
    store.add_all([both_said(cast, *when) for when in FOUR])
    store.add_all([session(cast, month, 10) for month in range(5, 12)])
    walk.to(at(3, 29))
    assert walk.said() == [
        (day(2, 9), "Ben"), (day(2, 9), "Ana"), (day(3, 10), "Ben"), (day(3, 10), "Ana"),
        (day(3, 24), "Cleo"),
    ]  # fmt: skip
    cast.match.agreement.review_on = day(9, 10)
    walk.tick()
    left = store.scalars(select(Alert).where(Alert.name == "review_due")).one()
    assert left.ended_at


def test_who_has_not_signed_is_asked_after_a_week_and_the_hub_after_two(
    store: Store, cast, walk: Walk
) -> None:
    """Ana has signed."""
    cast.match.agreement = Agreement(provider_signed_at=at(1, 1))
    store.add(session(cast, 1, 29))
    walk.to(at(1, 20))
    assert walk.said() == [(day(1, 8), "Ben"), (day(1, 15), "Cleo")]
    cast.match.agreement.agreed_on = day(1, 20)
    walk.tick()
    assert store.scalars(select(Alert)).one().ended_at


def test_an_employer_who_signs_too_is_asked_once_the_two_have(
    store: Store, cast, walk: Walk
) -> None:
    """Ana signs on the third. The employer pays, and so its manager is asked for it."""
    cast.entitlement.payer = "employer"
    cast.match.agreement = terms = Agreement(worker_signed_at=at(1, 1))
    store.add(session(cast, 1, 29))
    walk.to(at(1, 3))
    terms.provider_signed_at = walk.now
    walk.to(at(1, 20))
    assert walk.said() == [(day(1, 8), "Mere"), (day(1, 15), "Cleo")]
    letter = letters.as_said(store, walk.sent[0][2], walk.now)
    said = " ".join(part.words for part in letter.paragraphs)
    assert "Ben Harris would like you to sign" in said
    assert "Ana" not in said
    assert "/agreement" in str(letter.paragraphs[-1].link)


def test_a_manager_is_not_asked_while_one_of_the_two_has_not_signed(
    store: Store, cast, walk: Walk
) -> None:
    cast.entitlement.payer = "employer"
    cast.match.agreement = Agreement(worker_signed_at=at(1, 1))
    store.add(session(cast, 1, 29))
    walk.to(at(1, 12))
    assert walk.said() == [(day(1, 8), "Ana")]


def test_a_provider_away_for_long_without_cover_is_the_hubs_to_know(
    store: Store, cast, walk: Walk
) -> None:
    store.add(session(cast, 12, 1))
    store.add(Leave(person_id=cast.ana.id, starts_on=day(2, 1), ends_on=day(3, 8)))
    walk.to(at(1, 6))
    assert walk.sent == []
    store.add(Leave(person_id=cast.ana.id, starts_on=day(5, 3), ends_on=day(8, 2)))
    walk.to(at(1, 7))
    assert walk.said() == [(day(1, 7), "Cleo")]
    cover = Match(entitlement=cast.entitlement, provider=cast.dan, cover=True,
                  state=MatchState.ACTIVE, starts_on=day(5, 3), ends_on=day(8, 1))  # fmt: skip
    store.add(cover)
    walk.to(at(1, 8))
    assert store.scalars(select(Alert.ended_at)).one() is not None


def test_putting_off_holds_the_hubs_ladder_and_leaves_the_pairs_letters_alone(
    store: Store, cast, walk: Walk
) -> None:
    store.add_all([both_said(cast, *when) for when in FOUR])
    walk.to(at(4, 28, 1))
    (alert,) = store.scalars(select(Alert)).all()
    alerts.snooze(store, alert, at(5, 12, 0), cast.cleo, walk.now)
    alert_hands.acknowledge(store, alert, cast.cleo, walk.now)
    walk.to(at(5, 11, 23))
    assert walk.said() == [(day(4, 28), "Ben"), (day(4, 28), "Ana")]
    walk.to(at(5, 14))
    assert walk.said()[2:] == [(day(5, 12), "Cleo")]
    kinds = [event.what for event in alert.events]
    assert kinds == ["raised", "told", "told", "snoozed", "acknowledged", "told"]


def test_putting_off_is_until_a_day_to_come_and_only_while_it_is_open(
    store: Store, cast, walk: Walk
) -> None:
    store.add_all([both_said(cast, *when) for when in FOUR])
    walk.to(at(4, 28, 1))
    (alert,) = store.scalars(select(Alert)).all()
    with pytest.raises(Refused, match="still to come"):
        alerts.snooze(store, alert, walk.now, cast.cleo, walk.now)
    with pytest.raises(Refused, match="within"):
        alerts.snooze(store, alert, at(7, 1), cast.cleo, walk.now)
    alert.ended_at = walk.now
    with pytest.raises(Refused, match="ended"):
        alerts.snooze(store, alert, at(5, 12), cast.cleo, walk.now)


def test_what_comes_back_is_raised_anew(store: Store, cast, walk: Walk) -> None:
    store.add_all([both_said(cast, *when) for when in FOUR])
    walk.to(at(4, 28, 10))
    booked = session(cast, 5, 5, booked_at=walk.now)
    store.add(booked)
    entitlements.reassess(store, cast.entitlement, walk.now)
    walk.to(at(4, 29, 16))
    booked.cancelled_at, booked.outcome = walk.now, Outcome.CANCELLED_BY_WORKER
    entitlements.reassess(store, cast.entitlement, walk.now)
    walk.to(at(5, 5, 16))
    names = [(alert.name, alert.ended_at is None) for alert in store.scalars(select(Alert))]
    assert names == [("nothing_booked", False), ("nothing_booked", True)]
    assert walk.said() == [
        (day(4, 28), "Ben"), (day(4, 28), "Ana"), (day(5, 5), "Ben"), (day(5, 5), "Ana"),
    ]  # fmt: skip


def test_of_two_processes_at_once_one_tells(app: Flask, store: Store, cast) -> None:
    store.add(both_said(cast, 1, 15))
    entitlements.reassess(store, cast.entitlement, at(4, 30))
    entitlement_id, together = cast.entitlement.id, threading.Barrier(4)
    store.commit()

    def work() -> None:
        together.wait()
        with app.app_context(), writing():
            alerts.raise_one(db.session(), entitlement_id, at(4, 30))
            db.session.commit()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    store.expire_all()
    (alert,) = store.scalars(select(Alert)).all()
    assert [event.what for event in alert.events] == ["raised", "told", "told", "told"]
    assert len(store.scalars(select(Message)).all()) == 3
    assert len(store.scalars(select(Flip)).all()) == 1


def test_what_is_due_is_asked_from_two_indices(store: Store, cast) -> None:
    asked: list[tuple[str, object]] = []
    connection = store.connection()
    listen = (store.get_bind(), "before_cursor_execute", lambda *a: asked.append((a[2], a[3])))
    event.listen(*listen)
    alerts.due(store, at(4, 30))
    event.remove(*listen)
    ((question, given),) = asked
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        connection.exec_driver_sql("set local enable_seqscan = off")
    explain = "explain query plan" if sqlite else "explain"
    plan = str(connection.exec_driver_sql(f"{explain} {question}", given).fetchall())
    for index in ("ix_entitlement_look_again_on", "ix_alert_look_again_on"):
        assert index in plan
