"""The doors. Each looks a thing up, reads a form, calls one act, commits and redirects."""

from flask import Flask

from supervisor.blueprints import (
    agreements,
    alerts,
    amendments,
    auth,
    capacity,
    choices,
    conflicts,
    cultures,
    exceptions,
    feeds,
    groups,
    hours,
    leave,
    limits,
    matches,
    meetings,
    messages,
    nominations,
    own_limits,
    people,
    providers,
    recruit,
    reports,
    searches,
    seats,
    sessions,
    settings,
    support,
    team,
    today,
    totals,
    week,
)

DOORS = (
    agreements,
    alerts,
    amendments,
    auth,
    capacity,
    choices,
    conflicts,
    cultures,
    exceptions,
    feeds,
    groups,
    hours,
    leave,
    limits,
    matches,
    meetings,
    messages,
    nominations,
    own_limits,
    people,
    providers,
    recruit,
    reports,
    searches,
    seats,
    sessions,
    settings,
    support,
    team,
    today,
    totals,
    week,
)


def register(app: Flask) -> None:
    """Hang every door; a new one is one line here."""
    for door in DOORS:
        app.register_blueprint(door.bp)
