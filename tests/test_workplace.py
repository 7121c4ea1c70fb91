"""1:1s with the manager, a buddy and the first steps: tracked by date, and never counted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from types import SimpleNamespace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import func, select

from supervisor import entitlements, letters, workplace
from supervisor.alerts import alert_facts, alerts
from supervisor.errors import Refused
from supervisor.extensions import db
from supervisor.groups import group_wishes
from supervisor.models import (
    Alert,
    Buddy,
    CatchUp,
    GroupWish,
    Job,
    Leave,
    Message,
    Person,
    ProgrammeStep,
    Store,
)
from supervisor.models.engine import writing
from supervisor.reports import reports
from supervisor.rules.kinds import GroupKind, Role
from supervisor.rules.programme import Step, WorkplaceSettings, is_compulsory, overdue_since
from tests.test_sessions import at

HELD = date(2027, 2, 1)
DAY = timedelta(days=1)
KIND = GroupKind.CO_REFLECTION
WRITTEN = (CatchUp, ProgrammeStep, Buddy, GroupWish)


@pytest.fixture
def job(store: Store, cast: SimpleNamespace) -> Job:
    """Ben's job at Lakes Peer Service, whose manager is Mere."""
    found = store.scalars(select(Job).where(Job.person_id == cast.ben.id)).one()
    found.ref = "ben-lakes"
    store.commit()
    return found


def work(store: Store, job: Job, on: date = date(2027, 2, 10)) -> workplace.Work:
    (found,) = workplace.of_worker(store, job.person, on)
    return found


@given(some.dates(date(2026, 1, 1), date(2028, 1, 1)), some.integers(0, 60))
def test_a_1_to_1_is_overdue_from_the_day_after_its_month(held: date, away: int) -> None:
    first = held + DAY * (31 + away + 1)
    settings = WorkplaceSettings()
    assert overdue_since([held], away, first - DAY, settings) is None
    assert overdue_since([held - DAY * 90, held], away, first, settings) == first


def test_nothing_is_overdue_where_nobody_has_begun_to_keep_them() -> None:
    assert overdue_since([], 0, date(2030, 1, 1), WorkplaceSettings()) is None


def test_the_programme_is_compulsory_from_two_days_a_week() -> None:
    known = [is_compulsory(fte, WorkplaceSettings()) for fte in (None, 0.2, 0.39, 0.4, 1.0)]
    assert known == [False, False, False, True, True]


def test_a_1_to_1_is_a_day_and_who_wrote_it_down(store: Store, cast, job, now) -> None:
    for _ in range(2):
        workplace.note_catch_up(store, job, HELD, cast.ben, now)
    (one,) = work(store, job).held
    assert (one.held_on, one.noted_by) == (HELD, cast.ben)
    workplace.forget_catch_up(store, job, HELD, cast.mere, now)
    assert work(store, job).held == []


def test_a_1_to_1_that_is_still_to_come_is_not_written_down(store: Store, cast, job, now) -> None:
    with pytest.raises(Refused, match="still to come") as refusal:
        workplace.note_catch_up(store, job, date(2027, 2, 11), cast.ben, now)
    assert refusal.value.field == "held_on"


def test_a_1_to_1_counts_as_no_supervision(store: Store, cast, job, now) -> None:
    before = entitlements.position(store, cast.entitlement, now)
    workplace.note_catch_up(store, job, HELD, cast.ben, now)
    assert entitlements.position(store, cast.entitlement, now) == before


def test_leave_puts_the_next_one_off(store: Store, cast, job, now) -> None:
    workplace.note_catch_up(store, job, HELD, cast.ben, now)
    assert work(store, job, date(2027, 3, 5)).overdue == date(2027, 3, 5)
    store.add(Leave(person_id=cast.ben.id, starts_on=date(2027, 2, 8), ends_on=date(2027, 2, 15)))
    store.flush()
    assert work(store, job, date(2027, 3, 5)).overdue is None
    assert work(store, job, date(2027, 3, 12)).overdue == date(2027, 3, 12)


def test_a_volunteer_s_are_nobody_s_to_ask_for(store: Store, cast, job, now) -> None:
    job.role = Role.VOLUNTEER
    workplace.note_catch_up(store, job, HELD, cast.ben, now)
    assert work(store, job, date(2027, 6, 1)).overdue is None
    assert workplace.of_manager(store, cast.mere, date(2027, 2, 10)) == []


def test_both_hear_when_one_is_overdue_and_it_ends_by_itself(store: Store, cast, job, now) -> None:
    workplace.note_catch_up(store, job, HELD, cast.ben, now)
    later = at(3, 8, 10)
    for pair in alerts.found(store, later):
        alerts.raise_cause(store, *pair, later)
    alert = store.scalars(select(Alert).where(Alert.name == "catch_up_due")).one()
    told = store.scalars(select(Message).where(Message.alert_id == alert.id)).all()
    assert {message.recipient.ref for message in told} == {"ben", "mere"}
    letter = letters.of(store, told[0], later)
    assert "1 February" in " ".join(part.words for part in letter.paragraphs)
    assert str(alert_facts.says(store, alert, later)).endswith("of Ben Harris and Mere Parata.")
    workplace.note_catch_up(store, job, date(2027, 3, 8), cast.mere, later)
    alerts.found(store, later)
    assert alert.ended_at == later


def test_nothing_is_sent_once_the_last_one_is_another_or_none(store: Store, cast, job, now) -> None:
    workplace.note_catch_up(store, job, HELD, cast.ben, now)
    later = at(3, 8, 10)
    for pair in alerts.found(store, later):
        alerts.raise_cause(store, *pair, later)
    told = store.scalars(select(Message).where(Message.alert_id.is_not(None))).all()
    workplace.note_catch_up(store, job, date(2027, 3, 7), cast.mere, later)
    assert [letters.of(store, message, later) for message in told] == [None, None]
    for day in (HELD, date(2027, 3, 7)):
        workplace.forget_catch_up(store, job, day, cast.ben, later)
    assert [letters.of(store, message, later) for message in told] == [None, None]


def test_who_press_at_the_same_moment_write_it_down_once(
    app: Flask, store: Store, cast, job, now
) -> None:
    together, number, by = Barrier(4), job.id, (cast.ben.id, cast.mere.id) * 2
    store.rollback()

    def press(person: int) -> None:
        with app.app_context(), writing():
            here = db.session()
            own, they = here.get_one(Job, number), here.get_one(Person, person)
            here.commit()
            together.wait()
            workplace.note_catch_up(here, own, HELD, they, now)
            workplace.tick(here, own, Step.ORIENTATION, HELD, they, now)
            workplace.name_buddy(here, own, "Kai", they, now)
            group_wishes.ask(here, own.person, KIND, [], own.person, now)
            here.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(press, by))
    counts = [store.scalar(select(func.count()).select_from(one)) for one in WRITTEN]
    assert counts == [1, 1, 1, 1]


def test_a_buddy_is_a_name_that_can_change_and_go(store: Store, cast, job, now) -> None:
    workplace.name_buddy(store, job, "  Tama   Reid ", cast.ben, now)
    assert work(store, job).buddy.name == "Tama Reid"
    workplace.name_buddy(store, job, "", cast.ben, now)
    assert store.scalars(select(Buddy)).all() == []
    with pytest.raises(Refused, match="no longer than 80"):
        workplace.name_buddy(store, job, "x" * 81, cast.ben, now)


def test_a_step_has_its_day_and_is_taken_back(store: Store, cast, job, now) -> None:
    workplace.tick(store, job, Step.WELCOME_LETTER, HELD, cast.mere, now)
    assert work(store, job).steps[Step.WELCOME_LETTER] == HELD
    workplace.tick(store, job, Step.WELCOME_LETTER, None, cast.mere, now)
    assert set(work(store, job).steps.values()) == {None}
    with pytest.raises(Refused, match="still to come") as refusal:
        workplace.tick(store, job, Step.ORIENTATION, date(2027, 5, 1), cast.mere, now)
    assert refusal.value.field == "orientation"


def test_the_report_has_a_row_for_each_job_and_says_that_it_does_not_count(
    store: Store, cast, job, now
) -> None:
    workplace.tick(store, job, Step.JOINT_MEETING_1, HELD, cast.mere, now)
    workplace.note_catch_up(store, job, HELD, cast.mere, now)
    table = reports.REPORTS["programme"](store, now)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    ben = next(row for row in rows if row["person"] == "ben")
    assert (ben["joint_meeting_1"], ben["last_catch_up"], ben["compulsory"]) == (HELD, HELD, True)
    assert {row["person"] for row in rows} == {"ben", "dan"}
    assert any("counts as supervision" in str(note) for note in table.notes)


def test_the_worker_writes_it_down_with_one_press(store: Store, cast, job, sign_in) -> None:
    client = sign_in(cast.ben)
    assert "None is written down yet." in client.get("/workplace").text
    page = client.post("/jobs/ben-lakes/catch-ups", follow_redirects=True).text
    assert "It is written down that you met." in page
    assert store.scalars(select(CatchUp.held_on)).all() == [date(2027, 2, 10)]
    answer = client.post("/jobs/ben-lakes/catch-ups", data={"held_on": "2027-03-01"})
    assert answer.status_code == 422
    assert "That day is still to come." in answer.text


def test_the_manager_finds_their_1_to_1s_on_their_own_page(store, cast, job, sign_in) -> None:
    client = sign_in(cast.mere)
    assert "Your 1:1s" in client.get("/team").text
    client.post("/jobs/ben-lakes/catch-ups", data={"next": "/team"})
    assert "Last on 10 February 2027." in client.get("/team").text
    days = {"orientation": "2027-02-01", "welcome_letter": ""}
    assert "It is written down." in client.post(
        "/jobs/ben-lakes/programme", data=days, follow_redirects=True
    ).text  # fmt: skip
    assert work(store, job).steps[Step.ORIENTATION] == HELD


@pytest.mark.parametrize("who", ["ana", "dan", "rua"])
def test_it_concerns_nobody_else(store: Store, cast, job, sign_in, who: str) -> None:
    client = sign_in(store.scalars(select(Person).where(Person.ref == who)).one())
    assert client.get("/jobs/ben-lakes").status_code == 404
    assert client.post("/jobs/ben-lakes/catch-ups").status_code == 404


def test_an_old_page_takes_nothing_back_that_somebody_else_wrote(
    store: Store, cast, job, now, sign_in
) -> None:
    client = sign_in(cast.ben)
    workplace.tick(store, job, Step.ORIENTATION, HELD, cast.mere, now)
    store.commit()
    client.post("/jobs/ben-lakes/programme", data={"orientation": "", "was_orientation": ""})
    assert work(store, job).steps[Step.ORIENTATION] == HELD
    gone = {"orientation": "", "was_orientation": "2027-02-01"}
    client.post("/jobs/ben-lakes/programme", data=gone)
    assert work(store, job).steps[Step.ORIENTATION] is None
