"""Fifty processes book one time, again and again: one wins each round, the others are offered more.

Four rounds in the gate; `ROUNDS=20` as many as are promised.
"""

import json
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, before_render_template
from sqlalchemy import select

from supervisor import clock
from supervisor.models import Commitment, Entitlement, Match, Person, Session, Store, Window
from supervisor.rules.kinds import Kind, MatchState, Mode

ROOT = Path(__file__).parent.parent
RIVALS, ROUNDS = 50, int(os.environ.get("ROUNDS", "4"))


@pytest.fixture
def rivals(store: Store, cast: SimpleNamespace) -> list[Entitlement]:
    """Fifty workers whom Ana supervises, all free when she is."""
    owed = [_rival(cast, number) for number in range(RIVALS)]
    store.add_all(owed)
    store.add_all(
        Match(
            entitlement=one, provider=cast.ana, state=MatchState.ACTIVE, starts_on=date(2027, 1, 1)
        )
        for one in owed
    )
    store.commit()
    return owed


def _rival(cast: SimpleNamespace, number: int) -> Entitlement:
    name, place = f"Worker {number}", cast.cromwell
    worker = Person(ref=f"worker-{number}", name=name, place=place, modes=[Mode.VIDEO])
    worker.windows = [Window(weekday=day, starts_minute=540, ends_minute=900) for day in range(5)]
    return Entitlement(
        ref=f"rival-{number:02}",
        person=worker,
        kind=Kind.PEER_SUPERVISION,
        sessions=10,
        minutes=60,
        starts_on=date(2027, 1, 1),
        ends_on=date(2027, 12, 31),
    )


def _starts() -> list[str]:
    """Every weekday of four weeks, since nobody books a second one on a day."""
    there = ZoneInfo("Pacific/Auckland")
    first = datetime(2027, 2, 15, 9, tzinfo=there).astimezone(UTC)
    starts = [first + timedelta(days=day) for day in range(28) if day % 7 < 5]
    return [start.isoformat() for start in starts]


def test_one_of_fifty_wins_each_round_and_the_others_are_offered_three_times(
    store: Store, cast, now, database: str, rivals: list[Entitlement]
) -> None:
    starts = _starts()[:ROUNDS]
    command = [sys.executable, "-m", "tests.contenders", database, now.isoformat(), *starts]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    rounds = json.loads(done.stdout)
    assert [len(met) for met in rounds] == [RIVALS] * ROUNDS
    assert [one for met in rounds for one in met if "error" in one] == []
    for number, met in enumerate(rounds):
        assert sum("won" in one for one in met) == 1
        gone = [one for one in met if "gone" in one]
        assert {one["gone"] for one in gone} == {"That time has just gone."}
        assert {len(set(one["others"]) - set(starts[: number + 1])) for one in gone} == {3}
    store.expire_all()
    held = store.scalars(select(Session.starts_at).order_by(Session.starts_at)).all()
    assert [start.isoformat() for start in held] == starts
    assert len(store.scalars(select(Commitment)).all()) == 2 * ROUNDS


@pytest.mark.parametrize("hours", [0, 1])
def test_all_who_press_at_the_same_moment_are_served(
    store: Store, cast, now, rivals: list[Entitlement], sign_in, hours: int
) -> None:
    """Who has not been seen for an hour is noted in passing, which is written too."""
    browsers = [(sign_in(one.person), one.link) for one in rivals[:12]]
    store.commit()
    clock.set_to(now + timedelta(hours=hours))
    starts = [start for start in _starts() for _ in range(2)]
    together = Barrier(len(browsers))

    def press(number: int) -> set[int]:
        browser, ref = browsers[number]
        together.wait()
        form = {"start": f"{starts[number]}|video"}
        booked = browser.post(f"/entitlements/{ref}/times", data=form).status_code
        return {booked, browser.get("/").status_code}

    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = set[int]().union(*pool.map(press, range(len(browsers))))
    assert answers <= {302, 303, 409}
    assert len(store.scalars(select(Session)).all()) == len(browsers) // 2


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_nobody_waits_to_write_while_a_page_says_that_a_time_has_gone(
    app: Flask, database: str, rivals: list[Entitlement], sign_in
) -> None:
    path, pages = database.removeprefix("sqlite:///"), []

    def written_meanwhile(_app: Flask, **_more: object) -> None:
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        other.execute("begin immediate")
        other.close()
        pages.append("put together")

    form = {"start": f"{_starts()[0]}|video"}
    one, two = ((sign_in(each.person), each.link) for each in rivals[:2])
    assert one[0].post(f"/entitlements/{one[1]}/times", data=form).status_code == 303
    with before_render_template.connected_to(written_meanwhile, app):
        gone = two[0].post(f"/entitlements/{two[1]}/times", data=form)
    assert (gone.status_code, pages) == (409, ["put together"])
    assert gone.text.count('name="start"') == 3
