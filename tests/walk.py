"""Everybody at every page: who got which answer, and whether their looking left a trace."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from supervisor.extensions import db
from supervisor.models import Person
from tests.everybody import PARTS, routes, url

LEDGERS = {"sign_in", "attempt", "feed", "fragment", "kept_feed", "audit", "alert_event", "look"}
"""What a look may touch."""


@dataclass
class Walk:
    """The status of each answer by (endpoint, part), and which table somebody's looking changed."""

    answers: dict[tuple[str, str], int] = field(default_factory=dict)
    changed: list[tuple[str, str]] = field(default_factory=list)


def walk(app: Flask, theirs: SimpleNamespace, sign_in: Callable[[Person], FlaskClient]) -> Walk:
    """Everyone opens every page, with Ben's things in the blanks of its address."""
    walked = Walk()
    for part, name in PARTS.items():
        browser = sign_in(getattr(theirs, name))
        before = contents()
        for rule in routes(app, "GET"):
            answer = browser.get(url(rule))
            walked.answers[rule.endpoint, part] = answer.status_code
            answer.close()
        after = contents()
        walked.changed += [(name, table) for table in before if after[table] != before[table]]
    return walked


def contents() -> dict[str, list[Any]]:
    """Every row of every table but the ledgers."""
    db.session.rollback()
    return {
        name: sorted(map(repr, db.session.execute(text(f'select * from "{name}"'))))
        for name in db.metadata.tables
        if name not in LEDGERS
    }
