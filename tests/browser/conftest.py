"""Pages in a real Chromium: a live server, a phone and a desk, and no page that misbehaves.

What a page says is tested on both engines by `test_page_*.py`; here the server runs on SQLite.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from supervisor.extensions import db
from tests.browser.site import PHONE, Site, Visitor
from tests.conftest import on_sqlite

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder opens a browser, and says so where there is none."""
    missing = pytest.mark.skipif(chromium() is None, reason="Chromium is not installed")
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(missing)


def chromium() -> str | None:
    """The browser of this machine."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        yield opened
        opened.close()


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    yield from on_sqlite(request)


@pytest.fixture
def site(app: Flask, cast: SimpleNamespace) -> Iterator[Site]:
    """The hub with the small cast in it, served."""
    db.session.remove()
    with Site.served(app) as site:
        yield site


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    """Open windows; at the end none of their pages may have misbehaved."""
    visitors: list[Visitor] = []

    def opened(width: int = PHONE, **options: object) -> Visitor:
        visitors.append(Visitor.on(browser, site, width, **options))
        return visitors[-1]

    yield opened
    for visitor in visitors:
        visitor.context.close()
    assert [line for visitor in visitors for line in visitor.trouble] == []
