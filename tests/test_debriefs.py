"""Somebody wants to talk soon: who is asked, the first yes wins, and it counts nowhere."""

import threading
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select

from supervisor import clock
from supervisor.debriefs import debrief_people, debrief_rounds, debriefs
from supervisor.debriefs.debrief_people import DebriefSettings
from supervisor.errors import Refused
from supervisor.extensions import db
from supervisor.models import (
    Audit,
    Commitment,
    Conflict,
    Debrief,
    DebriefAsk,
    Entitlement,
    Job,
    Leave,
    Offering,
    Session,
    Store,
)
from supervisor.models.engine import writing
from supervisor.rules.debrief import Whom, is_at, is_night, lines_of
from supervisor.rules.kinds import Role
from supervisor.settings import save
from tests.talk import ask, asked, at_night, later

ANOTHER, SUPERVISOR, MANAGER = Whom.ANOTHER, Whom.SUPERVISOR, Whom.MANAGER


@pytest.fixture
def night(app: Flask, store: Store, cast: SimpleNamespace) -> SimpleNamespace:
    return at_night(store, cast)


def test_my_supervisor_is_asked_first_and_others_after_a_while(store: Store, night) -> None:
    debrief = ask(store, night.ben, SUPERVISOR)
    assert asked(debrief) == {"Ana Rewi"}
    later(20)
    store.expire_all()
    assert len(asked(debrief)) == 4


def test_somebody_else_is_not_my_supervisor(store: Store, night) -> None:
    debrief = ask(store, night.ben)
    later(20)
    later(20)
    store.expire_all()
    assert len(asked(debrief)) == 6
    assert "Ana Rewi" not in asked(debrief)


def test_my_manager_is_asked_only_when_chosen(store: Store, night, sign_in) -> None:
    mere = sign_in(night.mere)
    assert asked(ask(store, night.ben, MANAGER, manager=night.mere)) == {"Mere Parata"}
    page = mere.get("/team").text
    assert "Somebody would like to talk soon." in page
    with pytest.raises(Refused):
        ask(store, night.dan, MANAGER, manager=night.mere)


def test_nobody_of_the_workers_employers_is_asked_and_conflicts_hold(store: Store, night) -> None:
    """Nor somebody who is away, is not vetted, or cannot be reached."""
    same, foe, foe_of, away, unvetted, unreached = night.others
    store.add(Job(person=same, organisation=night.lakes, role=Role.VOLUNTEER))
    store.add(Conflict(person_id=night.ben.id, name=foe.name, declared_at=clock.now()))
    store.add(Conflict(person_id=foe_of.id, other_person_id=night.ben.id))
    store.add(Leave(person_id=away.id, starts_on=date(2026, 12, 6), ends_on=date(2026, 12, 7)))
    store.query(Offering).filter_by(person_id=unvetted.id).one().vetted_until = date(2026, 12, 5)
    unreached.email = None
    debrief = ask(store, night.ben)
    assert asked(debrief) == set()
    assert debrief.hub_told_at == clock.now()


def test_a_conflict_with_my_supervisor_asks_others_and_tells_nobody(store: Store, night) -> None:
    store.add(Conflict(person_id=night.ana.id, other_person_id=night.ben.id))
    debrief = ask(store, night.ben, SUPERVISOR)
    assert len(asked(debrief)) == 3
    assert "Ana Rewi" not in asked(debrief)


def test_who_is_free_soonest_is_asked_and_who_was_asked_last_rests(store: Store, night) -> None:
    clock.set_to(datetime(2026, 12, 7, 20, 30, tzinfo=UTC))
    early = night.others[4]
    for one in night.others[:4]:
        for window in one.windows[:3]:
            store.delete(window)
    store.commit()
    save(store, DebriefSettings(at_once=1))
    debrief = ask(store, night.ben)
    soon = debrief_people.soonest(store, [early], clock.now())[early.id]
    assert soon == datetime(2026, 12, 7, 20, 30, tzinfo=UTC)
    assert asked(debrief) <= {"Sam 4", "Sam 5"}
    debriefs.stop(store, debrief, night.ben, clock.now())
    assert asked(ask(store, night.ben)) == {"Sam 4", "Sam 5"} - asked(debrief)


def test_both_are_busy_then_and_nothing_says_why(store: Store, night, sign_in) -> None:
    one = ask(store, night.ben, number="021").asks[0]
    at = datetime(2026, 12, 6, 21, 0, tzinfo=UTC)
    debriefs.accept(store, one, at, "", clock.now())
    store.commit()
    rows = store.scalars(select(Commitment)).all()
    assert {row.person_id for row in rows} == {night.ben.id, one.person_id}
    assert {(row.starts_at, row.session_id, row.meeting_id) for row in rows} == {(at, None, None)}
    save(store, DebriefSettings(at_once=6))
    asks = ask(store, night.dan, number="021").asks
    busy = next(other for other in asks if other.person_id == one.person_id)
    with pytest.raises(Refused, match="One of you has something else then"):
        debriefs.accept(store, busy, at, "", clock.now())
    store.rollback()
    debriefs.stop(store, one.debrief, night.ben, clock.now())
    assert store.scalars(select(Commitment)).all() == []


def test_it_closes_quietly_and_one_at_a_time_is_open(store: Store, night) -> None:
    debrief = ask(store, night.ben)
    assert ask(store, night.ben, SUPERVISOR).ref == debrief.ref
    with pytest.raises(Refused, match="Nobody has said yes yet"):
        debriefs.talked(store, debrief, clock.now())
    later(60)
    later(60)
    later(48 * 60)
    store.expire_all()
    assert debrief.ended_at
    assert ask(store, night.ben).ref != debrief.ref


def test_nothing_says_who_it_was_after_a_while(store: Store, night) -> None:
    debrief = ask(store, night.ben)
    debriefs.stop(store, debrief, night.ben, clock.now())
    store.commit()
    clock.set_to(clock.now() + timedelta(days=367))
    debrief_rounds.forget(store, clock.now())
    store.commit()
    assert (debrief.person_id, debrief.asks) == (None, [])
    assert store.scalar(select(func.count()).select_from(DebriefAsk)) == 0


def test_it_uses_up_nothing_and_no_trail_tells_of_it(store: Store, night, sign_in) -> None:
    counted = (Entitlement, Session, Audit)
    before = [store.scalar(select(func.count()).select_from(one)) for one in counted]
    debrief = ask(store, night.ben, number="021")
    debriefs.accept(store, debrief.asks[0], clock.now(), "", clock.now())
    debriefs.talked(store, debrief, clock.now())
    store.commit()
    assert [store.scalar(select(func.count()).select_from(one)) for one in counted] == before


def test_two_who_say_yes_at_once_are_one(app: Flask, store: Store, night) -> None:
    """Twenty rounds, on both engines: exactly one wins, the other reads that it is taken."""
    for number in range(20):
        debrief = ask(store, night.ben, number="021")
        refs = [one.ref for one in debrief.asks]
        store.close()
        assert sorted(_race(app, refs)) == ["lost", "lost", "won"], number
        debrief = store.scalars(select(Debrief).where(Debrief.ended_at.is_(None))).one()
        assert store.scalar(select(func.count()).select_from(Commitment)) == 2
        debriefs.stop(store, debrief, debrief.person, clock.now())
        store.commit()


def _race(app: Flask, refs: list[str]) -> list[str]:
    together, met = threading.Barrier(len(refs)), []

    def say_yes(ref: str) -> None:
        with app.app_context(), writing():
            one = db.session.scalars(select(DebriefAsk).where(DebriefAsk.ref == ref)).one()
            assert one.debrief
            db.session.rollback()
            together.wait()
            try:
                debriefs.accept(db.session(), one, clock.now(), "", clock.now())
                db.session.commit()
                met.append("won")
            except Refused as refusal:
                db.session.rollback()
                met.append("lost" if str(refusal) == debriefs.TAKEN else str(refusal))

    threads = [threading.Thread(target=say_yes, args=(ref,)) for ref in refs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return met


@pytest.mark.parametrize(
    ("hour", "begins", "ends", "night"),
    [(2, 21, 7, True), (21, 21, 7, True), (7, 21, 7, False), (2, 0, 6, True), (6, 0, 6, False)],
)
def test_a_night_may_go_over_midnight(hour: int, begins: int, ends: int, night: bool) -> None:
    assert is_night(hour, begins, ends) is night


def test_the_lines_are_those_of_the_country() -> None:
    assert (lines_of("OTA").talk, lines_of("OTA").danger) == ("1737", "111")
    assert (lines_of("AU-TAS").number, lines_of("AU-TAS").danger) == ("131114", "000")


def test_a_work_address_is_known_by_its_domain() -> None:
    assert is_at("ben@mail.Lakes.org.nz", "other.nz, lakes.org.nz")
    assert not is_at("ben@lakes.org.nz.example", "lakes.org.nz")
    assert not is_at("ben@lakes.org.nz", "")
