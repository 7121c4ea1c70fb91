"""`supervisor recruit`: whom the hub should look for next, and how many more that would help."""

from datetime import datetime

import click

from supervisor import recruiting, wording
from supervisor.commands.frame import (
    day_asked,
    json_option,
    on_option,
    only_ours_on_stdout,
    opened_app,
    print_json,
    refusals,
    seconds_option,
)
from supervisor.extensions import db
from supervisor.models import Store
from supervisor.recruiting import Found, Sought


@click.command()
@on_option
@seconds_option
@json_option
@refusals
def recruit(*, on: datetime | None, seconds: float | None, as_json: bool) -> None:
    """Say whom to look for next: for each, everybody is matched again with them.

    Best first: those for whom it is mandatory count before all others.
    """
    with opened_app():
        store = db.session()
        with only_ours_on_stdout():
            found = recruiting.search(store, day_asked(store, on), seconds)
        if as_json:
            print_json(_facts(found))
        else:
            _tell(store, found)


def _tell(store: Store, found: Found) -> None:
    click.echo(
        f"{found.open:,} needs have nobody; {found.reached.met:,} can be met by those who are "
        f"there, at most {found.most.met:,} can be."
    )
    for one in found.sought:
        click.echo(f"{wording.sentence(one.who)}: {_adds(one)}")
    if not found.unmet:
        click.echo("Everybody who can be matched is matched.")
    for owed in recruiting.ask_first(store, found):
        click.echo(f"{owed.ref} ({owed.person.name}): something must be asked of them first.")
    if not found.whole:
        click.echo("Time was over before all were looked at; --seconds gives more.")


def _adds(one: Sought) -> str:
    return " ".join(wording.say(words) for words in (one.adds, one.must) if words)


def _facts(found: Found) -> dict[str, object]:
    return {
        "on": found.on,
        "open": found.open,
        "met": found.reached.met,
        "met_mandatory": found.reached.mandatory,
        "at_most": {"mandatory": found.most.mandatory, "met": found.most.met},
        "look_for": [_fact(one) for one in found.sought],
        "ask_first": found.beyond,
        "whole": found.whole,
    }


def _fact(one: Sought) -> dict[str, object]:
    return {
        "who": wording.sentence(one.who),
        "kind": one.profile.kind,
        "regions": [site.region for site in one.sites],
        "places": [site.name for site in one.sites],
        "perspectives": sorted(one.profile.perspectives),
        "culture": one.profile.culture,
        "languages": sorted(one.profile.languages),
        "more": one.more.met,
        "more_mandatory": one.more.mandatory,
        "people": one.more.people,
        "sure": one.sure,
    }
