"""`supervisor shortlist` and `supervisor explain`: who fits, and why or why not."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import click
from sqlalchemy import select

from supervisor.commands.frame import (
    day_asked,
    json_option,
    on_option,
    opened_app,
    print_json,
    refusals,
)
from supervisor.commands.sign_in import find
from supervisor.errors import NotFound
from supervisor.extensions import db
from supervisor.fits import fits
from supervisor.fits.fits import Suggestion, Verdict
from supervisor.models import Entitlement, Store
from supervisor.rules.kinds import Reader
from supervisor.rules.words import N_, Words

for_option = click.option(
    "--for",
    "reader",
    type=click.Choice([reader.value for reader in Reader]),
    default=Reader.COORDINATOR.value,
    show_default=True,
    help="In the words for whom. A worker reads no points, and no more than is theirs to know.",
)


@click.command()
@click.argument("ref", metavar="ENTITLEMENT")
@click.option("--count", type=click.IntRange(1), help="How many; 10, or 3 for a worker.")
@on_option
@for_option
@json_option
@refusals
def shortlist(
    ref: str, *, count: int | None, on: datetime | None, reader: str, as_json: bool
) -> None:
    """Whom to ask for ENTITLEMENT: the best who are lawful and have room, with reasons."""
    with opened_app():
        store = db.session()
        entitlement, day = _entitlement(store, ref), day_asked(store, on)
        found = fits.shortlist(store, entitlement, day, count, Reader(reader))
        rows = [_suggestion(one, reader) for one in found]
        _tell(entitlement, day, "suggestions", rows, as_json=as_json)


@click.command()
@click.argument("ref", metavar="ENTITLEMENT")
@click.argument("who", metavar="[PROVIDER]", required=False)
@on_option
@for_option
@json_option
@refusals
def explain(ref: str, who: str | None, *, on: datetime | None, reader: str, as_json: bool) -> None:
    """Why PROVIDER may be matched with ENTITLEMENT, or why not; without one, everybody who
    offers that kind of support."""
    with opened_app():
        store = db.session()
        entitlement, day, asks = _entitlement(store, ref), day_asked(store, on), Reader(reader)
        found = (
            [fits.explain(store, entitlement, find(store, who), day, asks)]
            if who
            else fits.explain_all(store, entitlement, day, asks)
        )
        rows = [_verdict(one, reader) for one in found]
        _tell(entitlement, day, "providers", rows, as_json=as_json)


def _entitlement(store: Store, ref: str) -> Entitlement:
    found = store.scalars(select(Entitlement).where(Entitlement.ref == ref)).first()
    if found is None:
        raise NotFound(N_("No entitlement has the id %(ref)s."), ref=ref)
    return found


def _suggestion(one: Suggestion, reader: str) -> dict[str, Any]:
    return _row(one, reader) | {"reasons": _said(one.reasons), "drawbacks": _said(one.drawbacks)}


def _verdict(one: Verdict, reader: str) -> dict[str, Any]:
    said = {"reasons": _said(one.reasons), "why_not": _said(one.obstacles)}
    return _row(one, reader) | {"may_be_matched": one.fit is not None} | said


def _row(one: Suggestion | Verdict, reader: str) -> dict[str, Any]:
    points = {"fit": one.fit} if reader == Reader.COORDINATOR else {}
    return {"provider": one.provider.ref, "name": one.provider.name} | points


def _said(words: Iterable[Words]) -> list[str]:
    return [str(one) for one in words]


def _tell(
    entitlement: Entitlement, on: date, name: str, rows: list[dict[str, Any]], *, as_json: bool
) -> None:
    ask = fits.first_ask(entitlement)
    if as_json:
        head = {"entitlement": entitlement.ref, "person": entitlement.person.ref, "on": on}
        print_json(head | {"kind": entitlement.kind, "first_ask": ask and str(ask), name: rows})
        return
    click.echo(f"{entitlement.person.name}, {entitlement.kind.replace('_', ' ')}, on {on}")
    if ask or not rows:
        click.echo(ask or "Nobody fits on this day. `supervisor explain` says why.")
    for row in rows:
        _tell_one(row)


def _tell_one(row: dict[str, Any]) -> None:
    points = f", fit {row['fit']}" if row.get("fit") is not None else ""
    click.echo(f"{row['name']} ({row['provider']}){points}")
    for sign, name in (("+", "reasons"), ("-", "drawbacks"), ("-", "why_not")):
        for words in row.get(name, ()):
            click.echo(f"  {sign} {words}")
