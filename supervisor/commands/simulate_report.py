"""The report of a simulated year: its rates, its figures beside their targets, and the reasons.

Early warning is measured where nobody follows anything up, since there alone it is known what
would have come without a remedy. The product only asks there whether two met, and watches: an
entitlement is *warned* of from the day on which the first alert about where it stands was raised,
or Today showed that it has nobody to meet. A *false alarm* was warned of and ended full all the
same, without anything having been done.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import click

from supervisor.errors import Refused
from supervisor.rules.chance import Rates, Year
from supervisor.simulated.simulated_results import Cause, Ended, Way

EARLY = 60
SHARE_OF_BEST, SHARE_EARLY, SHARE_FALSE = 0.97, 0.95, 0.10
A, B = "a fixed series that nobody follows up", "this product"
C = "the most that anyone could (a bound)"


@dataclass(frozen=True)
class Lived:
    """A year lived through in both ways, with the bound of each entitlement."""

    year: Year
    bounds: dict[int, int]
    series: Way
    product: Way


def rates_of(file: Path | None, given: Iterable[str]) -> Rates:
    """The rates with those changed that a file or an option names."""
    lines = [line.partition("#")[0].strip() for line in _lines(file)]
    return _changed([*filter(None, lines), *given])


def _lines(file: Path | None) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines() if file else []
    except OSError as error:
        words = "%(file)s cannot be read: %(why)s."
        raise Refused(words, file=file, why=error.strerror) from error


def _changed(given: Iterable[str]) -> Rates:
    values = {}
    for one in given:
        name, _equals, number = one.partition("=")
        try:
            values[name.strip()] = float(number)
        except ValueError as error:
            raise Refused("Write a rate as NAME=NUMBER, not %(one)s.", one=one) from error
    try:
        return Rates().changed(values)
    except KeyError as unknown:
        known = ", ".join(field.name for field in fields(Rates))
        raise Refused(
            "There is no rate %(name)s. There are: %(known)s.", name=unknown.args[0], known=known
        ) from unknown


def tell(lived: Lived) -> None:
    """All of it, in plain text."""
    _tell_rates(lived.year)
    _tell_shares(lived)
    _tell_warnings(lived)
    _tell_causes(lived)
    _tell_what_was_done(lived)


def _tell_rates(year: Year) -> None:
    click.echo(f"{year.first} to {year.last}, seed {year.seed}. Rates:")
    cells = [f"{name}={value:g}" for name, value in asdict(year.rates).items()]
    for n in range(0, len(cells), 5):
        click.echo("  " + "  ".join(cells[n : n + 5]))


def _tell_shares(lived: Lived) -> None:
    some = lived.product.ended
    contracted, best = sum(e.contracted for e in some), sum(lived.bounds[e.id] for e in some)
    click.echo(f"\n{len(some)} entitlements, {contracted} sessions contracted")
    click.echo(f"{'':40}{'held':>8}{'':>8}{'delivered':>12}")
    for name, way in ((A, lived.series), (B, lived.product)):
        held, delivered = (sum(getattr(e, part) for e in way.ended) for part in PARTS)
        click.echo(
            f"{name:40}{held:8}{held / contracted:8.1%}{delivered:12}{delivered / contracted:8.1%}"
        )
    click.echo(f"{C:40}{best:8}{best / contracted:8.1%}{best:12}{best / contracted:8.1%}")
    for part in PARTS:
        reached = sum(getattr(e, part) for e in some) / max(1, best)
        _against(f"{part}, of the most that anyone could", reached, SHARE_OF_BEST)
    last = lived.product.last_day
    click.echo(
        f"  said by the last day itself: {last.held} held, {last.delivered} delivered; both are "
        "asked for some days more"
    )
    over = sum(e.held > lived.bounds[e.id] for e in some)
    if over:
        click.echo(f"  {over} held more than the bound: some met sooner than the shortest gap")


PARTS = ("held", "delivered")


def _against(what: str, reached: float, target: float, *, least: bool = True) -> None:
    met = reached >= target if least else reached <= target
    word = "at least" if least else "at most"
    click.echo(
        f"  {what}: {reached:.1%} (target {word} {target:.0%}: {'met' if met else 'NOT MET'})"
    )


def _tell_warnings(lived: Lived) -> None:
    click.echo("\nEarly warning")
    for name, way in ((A, lived.series), (B, lived.product)):
        short = [e for e in way.ended if e.short]
        early = [e for e in short if e.warned is not None and e.warned >= EARLY]
        never = sum(e.warned is None for e in short)
        days = sorted(e.warned or 0 for e in short)
        click.echo(
            f"  {name}: {len(short)} ended short; warned {EARLY} days before or more: "
            f"{len(early)}; never: {never}; half of them {days[len(days) // 2] if days else 0} "
            "days before the end or earlier"
        )
        if way is lived.series:
            _against("warned early", len(early) / max(1, len(short)), SHARE_EARLY)
    warned = [e for e in lived.series.ended if e.warned is not None]
    wrong = sum(not e.short for e in warned)
    _against("false alarms", wrong / max(1, len(warned)), SHARE_FALSE, least=False)


def _tell_causes(lived: Lived) -> None:
    click.echo("\nContracted and not held, by cause")
    for name, way in ((A, lived.series), (B, lived.product)):
        causes = sum((e.causes for e in way.ended), Counter[Cause]())
        said = "; ".join(f"{causes[cause]} {cause}" for cause in Cause if causes[cause])
        click.echo(f"  {name}: {said or 'none'}")


def _tell_what_was_done(lived: Lived) -> None:
    done = lived.product.pressed
    click.echo(
        "\nDone in the product: " + ", ".join(f"{n} × {what}" for what, n in done.most_common())
    )
    failed = lived.series.failed + lived.product.failed
    if failed:
        click.echo(f"{failed} jobs broke; see the log.")


def csv_of(lived: Lived) -> str:
    """A line for each entitlement."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    ways = ("series", "product")
    parts = ("held", "delivered", "warned_days_before", "why")
    head = [f"{way}_{part}" for way in ways for part in parts]
    writer.writerow(["entitlement_id", "person_id", "kind", "contracted", "at_most", *head])
    for one, other in zip(lived.series.ended, lived.product.ended, strict=True):
        own = [one.ref, one.worker, one.kind, one.contracted, lived.bounds[one.id]]
        writer.writerow([*own, *_cells(one), *_cells(other)])
    return text.getvalue()


def _cells(one: Ended) -> list[object]:
    why = "; ".join(f"{count} {cause}" for cause, count in one.causes.items())
    warned = "" if one.warned is None else one.warned
    return [one.held, one.delivered, warned, why]
