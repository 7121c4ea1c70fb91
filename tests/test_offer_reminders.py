"""An offer that waits: whose turn it is, since when, and how the hub brings it back to mind."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import clock, reminders
from supervisor.alerts import alert_causes, alerts
from supervisor.alerts.alert_kinds import KINDS
from supervisor.errors import Refused
from supervisor.matches import matches
from supervisor.models import Match, Message, Store
from tests.supervisors import dans_year, provider

DAY = timedelta(days=1)


@pytest.fixture
def offers(store: Store, cast: SimpleNamespace, now) -> list[Match]:
    """Ana and Eve are offered to Dan."""
    dans, eve = dans_year(store, cast), provider(store, cast, "eve", "Eve Tan")
    made = [matches.offer(store, dans, one, now, cast.cleo) for one in (cast.ana, eve)]
    store.commit()
    return made


def waits(store: Store, when) -> list[tuple[str, int]]:
    """What waits, by the day of its turn."""
    found = alert_causes.unanswered_offers(store, when)
    return [(cause.key.partition(":")[0], (when - cause.since).days) for cause in found]


def letters(store: Store) -> list[Message]:
    said = select(Message).where(Message.template == "offer_unanswered")
    return list(store.scalars(said.order_by(Message.id)))


def test_several_to_choose_from_are_one_thing_to_answer(store, cast, offers, now) -> None:
    assert waits(store, now + 4 * DAY) == []
    assert waits(store, now + 5 * DAY) == [("choice", 5)]


def test_who_has_chosen_is_not_asked_to_choose_while_the_other_thinks(
    store, cast, offers, now
) -> None:
    matches.choose(store, offers[0], cast.dan, now + 3 * DAY)
    assert waits(store, now + 7 * DAY) == []
    assert waits(store, now + 8 * DAY) == [(offers[0].ref, 5)]


def test_after_a_no_the_days_of_the_worker_begin_anew(store, cast, offers, now) -> None:
    matches.choose(store, offers[0], cast.dan, now)
    matches.decline(store, offers[0], cast.ana, now + 9 * DAY)
    assert waits(store, now + 13 * DAY) == []
    assert waits(store, now + 14 * DAY) == [("choice", 5)]


def test_the_hub_reminds_whoever_has_the_next_word(store, cast, offers, now) -> None:
    assert reminders.remind_of_offer(store, offers[0], cast.cleo, now) is cast.dan
    with pytest.raises(Refused, match="Said already today"):
        reminders.remind_of_offer(store, offers[0], cast.cleo, now)
    matches.choose(store, offers[0], cast.dan, now)
    assert reminders.remind_of_offer(store, offers[0], cast.cleo, now + DAY) is cast.ana
    assert [(one.recipient, one.facts["worker"]) for one in letters(store)] == [
        (cast.dan, True),
        (cast.ana, False),
    ]


def test_nobody_is_reminded_of_what_waits_for_somebody_else(store, cast, offers, now) -> None:
    matches.choose(store, offers[0], cast.dan, now)
    with pytest.raises(Refused, match="Nobody is asked about this any more"):
        reminders.remind_of_offer(store, offers[1], cast.cleo, now)
    matches.accept(store, offers[0], cast.ana, now)
    with pytest.raises(Refused):
        reminders.remind_of_offer(store, offers[0], cast.cleo, now)


def test_the_row_reminds_with_one_press(store, cast, offers, sign_in) -> None:
    cleo = sign_in(cast.cleo)
    page = cleo.get("/today").text
    assert "Remind Dan Foley" in page
    address = f"/matches/{min(offers, key=lambda one: one.id).ref}/reminders"
    assert address in page
    assert "Asked Dan Foley again." in cleo.post(address, follow_redirects=True).text
    assert [one.recipient_id for one in letters(store)] == [cast.dan.id]
    matches.decline(store, offers[0], cast.cleo, clock.now())
    store.commit()
    again = cleo.post(f"/matches/{offers[0].ref}/reminders", follow_redirects=True)
    assert "Nobody is asked about this any more." in again.text


def test_the_alert_offers_somebody_else_and_reminds(store, cast, offers, now, sign_in) -> None:
    clock.set_to(now + 8 * DAY)
    matches.choose(store, offers[0], cast.dan, now)
    (cause,) = alert_causes.unanswered_offers(store, clock.now())
    alert = alerts.raise_cause(store, KINDS["offer_unanswered"], cause, clock.now())
    store.commit()
    cleo, url = sign_in(cast.cleo), f"/alerts/{alert.ref}"
    page = cleo.get(url).text
    assert "Offer somebody else" in page
    assert "Remind Ana Rewi" in page
    answer = cleo.post(f"/matches/{offers[0].ref}/reminders", data={"next": url})
    assert answer.location == url
    matches.decline(store, offers[0], cast.cleo, clock.now())
    store.commit()
    assert "Remind" not in cleo.get(url).text
