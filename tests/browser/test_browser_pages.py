"""Every page for everyone: nothing to scroll sideways, targets for thumbs, names for fields."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from supervisor.models import Store
from tests.browser.site import DESK, PHONE, Site, Visitor
from tests.everybody import PARTS, routes, settle, url
from tests.test_access import GETS

SMALLEST = 320
HEAVIEST = 60_000
STATIC = Path(__file__).parents[2] / "supervisor" / "static"
FOUND = (Path(__file__).parent / "measure.js").read_text()


@pytest.fixture
def cast(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


@pytest.fixture
def styles() -> int:
    """The styles that every page fetches, in bytes."""
    return sum(len(file.read_bytes()) for file in STATIC.glob("*.css"))


def pages(app: Flask, part: str) -> list[str]:
    """What this part of the cast may open and read. A letter shown alone is no page, and what
    ends like a file is one."""
    alone = {"letters.html", "static"}
    return [
        url(rule)
        for rule in routes(app, "GET")
        if rule.endpoint not in alone and "." not in rule.rule.rpartition("/")[2]
        if part in GETS.get(rule.endpoint, "w")
    ]


@pytest.mark.parametrize("part", PARTS, ids=PARTS.values())
def test_every_page_suits_thumbs_narrow_screens_and_thin_lines(
    app: Flask, site: Site, visit: Callable[..., Visitor], styles: int, part: str
) -> None:
    wrong: list[tuple[Any, ...]] = []
    visitor = visit().signed_in(PARTS[part])
    for path in pages(app, part):
        page = visitor.goto(path)
        for width in (SMALLEST, PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 760})
            found = page.evaluate(FOUND)
            faults = found["faults"] + (found["small"] if width == PHONE else [])
            wrong += [(path, width, fault) for fault in faults]
        if len(page.content().encode()) + styles > HEAVIEST:
            wrong.append((path, "too heavy"))
    assert wrong == []


def test_a_page_in_the_dark_is_dark(visit: Callable[..., Visitor]) -> None:
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light = visit(color_scheme="light").goto("/sign-in").evaluate(paper)
    dark = visit(color_scheme="dark").goto("/sign-in").evaluate(paper)
    assert light == "rgb(250, 248, 242)"
    assert dark == "rgb(16, 25, 27)"
