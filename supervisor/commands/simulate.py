"""`supervisor simulate`: a year of the product, lived through in minutes on a hub of its own."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from flask_migrate import upgrade

from supervisor import clock, schedule, searching
from supervisor.app import create_app
from supervisor.commands.frame import check_out, keep, only_ours_on_stdout, refusals
from supervisor.commands.simulate_report import Lived, csv_of, rates_of, tell
from supervisor.config import Config
from supervisor.extensions import db
from supervisor.hours.closed_days import is_closed
from supervisor.models import Store
from supervisor.models.engine import writing
from supervisor.rules.chance import YEAR, Year
from supervisor.rules.days import DAY
from supervisor.rules.pace_facts import DeliverySettings
from supervisor.settings import read
from supervisor.simulated import (
    simulated_bound,
    simulated_desk,
    simulated_events,
    simulated_hub,
    simulated_people,
    simulated_results,
    simulated_series,
)
from supervisor.simulated.simulated_world import World
from supervisor.zones import zone

FIRST, DAY_OF = "2027-01-01", click.DateTime(["%Y-%m-%d"])
ZONE, REGION, SATURDAY = "Pacific/Auckland", "OTA", 5
FILE = click.Path(dir_okay=False, path_type=Path)
Step = Callable[[World, Store, datetime], None]


@click.command("simulate")
@click.option("--days", default=YEAR, show_default=True, type=click.IntRange(14, 2 * YEAR))
@click.option("--seed", default=1, show_default=True, help="Another seed is another year.")
@click.option("--workers", type=click.IntRange(1), help="So many of the district's workers; all.")
@click.option("--from", "first", default=FIRST, show_default=True, type=DAY_OF, metavar="DAY")
@click.option("--rate", "given", multiple=True, metavar="NAME=VALUE", help="Change a rate.")
@click.option("--rates", "file", type=FILE, metavar="FILE", help="Rates, each NAME=VALUE a line.")
@click.option("--out", type=FILE, help="Write CSV here: a line for each entitlement.")
@refusals
def simulate(
    *,
    days: int,
    seed: int,
    workers: int | None,
    first: datetime,
    given: tuple[str, ...],
    file: Path | None,
    out: Path | None,
) -> None:
    """Live through a random year twice: with a fixed series that nobody follows up, and with
    this product; beside the most that anyone with perfect foresight could hold.

    It has a database of its own in a temporary folder, and sends nothing.
    """
    check_out(out)
    begins = first.date()
    year = Year(seed, begins, begins + (days - 1) * DAY, rates_of(file, given))
    lived = live(year, workers)
    tell(lived)
    if out:
        keep(out, csv_of(lived).encode())


def live(year: Year, workers: int | None) -> Lived:
    """The same year in both ways of working, and the bound."""
    try:
        with TemporaryDirectory() as name, only_ours_on_stdout():
            folder = Path(name)
            bounds = _build(folder, year, workers)
            ways = [_lived(folder, year, bounds, follow=follow) for follow in (False, True)]
            return Lived(year, bounds, *ways)
    finally:
        clock.set_to(None)


def _build(folder: Path, year: Year, workers: int | None) -> dict[int, int]:
    """The hub early on its first day, and the bound of each entitlement."""
    with _opened(folder / "hub.db") as store:
        upgrade()
        now = _at(year.first, 6)
        simulated_hub.build(store, year, workers, now)
        store.commit()
        world = World.of(store, year)
        return simulated_bound.bounds(world, store, now)


@contextmanager
def _opened(file: Path) -> Iterator[Store]:
    """A scratch database: nothing is mailed, since it has no mail server."""
    app = create_app(Config(database=f"sqlite:///{file}", secret_key="simulated"))
    with app.app_context():
        try:
            with writing():
                yield db.session()
        finally:
            db.session.remove()
            db.engine.dispose()


def _lived(
    folder: Path, year: Year, bounds: dict[int, int], *, follow: bool
) -> simulated_results.Way:
    file = folder / f"{'product' if follow else 'series'}.db"
    shutil.copy(folder / "hub.db", file)
    with _opened(file) as store:
        world = World.of(store, year, follow=follow)
        for day in year.days:
            _day(world, store, day)
        last_day = simulated_results.said(world, store, _set(year.last + DAY, 7))
        for day in _still_asked(store, year):
            _day(world, store, day)
        at = _set(year.last + (read(store, DeliverySettings).asked_for_days + 1) * DAY, 7)
        return simulated_results.of(world, store, bounds, last_day, at)


def _still_asked(store: Store, year: Year) -> Iterator[date]:
    """The days after the year on which its last meetings are still asked about; nothing else is
    owed on them."""
    days = read(store, DeliverySettings).asked_for_days
    return (year.last + DAY * n for n in range(1, days + 1))


def _day(world: World, store: Store, day: date) -> None:
    """From the morning to the evening; each step is committed, as a page or a job does."""
    works = day.weekday() < SATURDAY and not is_closed(day, REGION)
    _do(simulated_events.morning, world, store, _set(day, 7))
    if day == world.year.first and not world.follow:
        _do(simulated_series.begin, world, store, _set(day, 8))
    world.failed += len(schedule.JOBS) - len(schedule.run_all(_set(day, 8)))
    if works and world.follow:
        _plan(world, store, day)
    _do(simulated_people.deliver, world, store, _set(day, 9, 30))
    if works and world.follow:
        _at_the_desk(world, store, day)
    if world.follow:
        _do(simulated_people.look_around, world, store, _set(day, 12))
    _do(simulated_people.answer_letters, world, store, _set(day, 13))
    _do(simulated_people.deliver, world, store, _set(day, 14))
    _do(simulated_events.evening, world, store, _set(day, 20))


def _plan(world: World, store: Store, day: date) -> None:
    """On the first working day of a month."""
    if world.planned != (day.year, day.month):
        world.planned = day.year, day.month
        _do(simulated_desk.propose_plan, world, store, _set(day, 9))


def _at_the_desk(world: World, store: Store, day: date) -> None:
    _do(simulated_desk.work, world, store, _set(day, 10))
    while searching.for_matches(_set(day, 11)):
        pass


def _do(step: Step, world: World, store: Store, now: datetime) -> None:
    step(world, store, now)
    store.commit()


def _set(day: date, hour: int, minute: int = 0) -> datetime:
    clock.set_to(_at(day, hour, minute))
    return clock.now()


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), zone(ZONE)).astimezone(UTC)
