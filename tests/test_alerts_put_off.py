"""What the hub puts off: whom it keeps waiting, and whom it does not."""

from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import clock
from supervisor.alerts import alerts
from supervisor.errors import Refused
from supervisor.models import Agreement, Alert, CatchUp, Message, Store
from tests.test_alert_catalogue import MONTHLY, a_group, held_on
from tests.test_alerts import FOUR, Walk, both_said, day, walk
from tests.test_entitlements import at, session

__all__ = ["walk"]


def the_open(store: Store, name: str) -> Alert:
    return store.scalars(select(Alert).where(Alert.name == name, Alert.ended_at.is_(None))).one()


def terms_to_look_at(store: Store, cast: SimpleNamespace, walk: Walk) -> Alert:
    """The two were told of it on 9 February; the day itself is 10 March."""
    cast.match.agreement = Agreement(review_on=day(3, 10), agreed_on=day(1, 1))
    store.add_all([both_said(cast, *when) for when in FOUR])
    store.add_all([session(cast, month, 10) for month in range(5, 12)])
    walk.to(at(2, 20))
    return the_open(store, "review_due")


def test_the_two_are_told_on_their_day_though_the_hub_put_it_off(
    store: Store, cast, walk: Walk
) -> None:
    alert = terms_to_look_at(store, cast, walk)
    alerts.snooze(store, alert, at(4, 10, 0), cast.cleo, walk.now)
    walk.to(at(4, 8))
    assert walk.said("review_due")[2:] == [(day(3, 10), "Ben"), (day(3, 10), "Ana")]
    assert walk.said("alert_hub") == []
    walk.to(at(4, 16))
    assert walk.said("alert_hub") == [(day(4, 12), "Cleo")]


def test_a_1_to_1_that_the_hub_puts_off_is_still_told_to_the_two(
    store: Store, cast, walk: Walk
) -> None:
    """It is found at a weekend, when nobody is written to."""
    job = next(iter(cast.ben.jobs))
    store.add(CatchUp(job_id=job.id, held_on=date(2027, 1, 5), noted_at=at(1, 5),
                      noted_by_id=cast.ben.id))  # fmt: skip
    walk.to(at(2, 7, 12))
    alert = the_open(store, "catch_up_due")
    waits = select(Message).where(Message.alert_id == alert.id, Message.sent_at.is_(None))
    before = {one.recipient_id: one.due_at for one in store.scalars(waits)}
    alerts.snooze(store, alert, at(3, 20, 0), cast.cleo, walk.now)
    assert before
    assert {one.recipient_id: one.due_at for one in store.scalars(waits)} == before


def test_nothing_is_put_off_until_after_the_meeting_that_it_is_about(
    store: Store, cast, walk: Walk
) -> None:
    world = SimpleNamespace(store=store, walk=walk, **vars(cast))
    held_on(ahead=MONTHLY)(world)
    a_group(world)
    walk.to(at(2, 15, 10))
    alert = the_open(store, "group_short")
    with pytest.raises(Refused, match="They meet before that"):
        alerts.snooze(store, alert, at(2, 18, 0), cast.cleo, walk.now)
    alerts.snooze(store, alert, at(2, 16, 0), cast.cleo, walk.now)


def test_the_page_says_by_which_day_they_wanted_to_look_again(
    store: Store, cast, walk: Walk, sign_in
) -> None:
    alert = terms_to_look_at(store, cast, walk)
    store.commit()
    clock.set_to(walk.now)
    page = sign_in(cast.cleo).get(f"/alerts/{alert.ref}").text
    assert "They wanted to do so by 10 March 2027." in page


def test_the_page_says_when_the_last_1_to_1_was(store: Store, cast, walk: Walk, sign_in) -> None:
    job = next(iter(cast.ben.jobs))
    store.add(CatchUp(job_id=job.id, held_on=date(2027, 1, 5), noted_at=at(1, 5),
                      noted_by_id=cast.ben.id))  # fmt: skip
    walk.to(at(2, 20))
    alert = the_open(store, "catch_up_due")
    store.commit()
    clock.set_to(walk.now)
    page = sign_in(cast.cleo).get(f"/alerts/{alert.ref}").text
    assert "The last that is written down was on 5 January 2027." in page


def test_what_has_ended_asks_for_nothing_any_more(store: Store, cast, walk: Walk, sign_in) -> None:
    world = SimpleNamespace(store=store, walk=walk, **vars(cast))
    held_on(ahead=MONTHLY)(world)
    a_group(world)
    walk.to(at(2, 15, 10))
    alert = the_open(store, "group_short")
    where, cleo = f"/alerts/{alert.ref}", sign_in(cast.cleo)
    clock.set_to(walk.now)
    assert "Ask those who have not said" in cleo.get(where).text
    walk.to(at(2, 18))
    store.commit()
    clock.set_to(walk.now)
    page = cleo.get(where).text
    assert "Nothing is left to do" in page
    assert "Ask those who have not said" not in page
