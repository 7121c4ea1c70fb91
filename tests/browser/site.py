"""A live server on a port of its own, and browsers that complain when a page misbehaves."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from supervisor import clock, sign_ins
from supervisor.extensions import db
from supervisor.models import Person, Store
from supervisor.models.engine import writing

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PHONE, DESK = 360, 1280


class Quiet(WSGIRequestHandler):
    """Requests need no line in the log."""

    def log_request(self, *_args: Any, **_kwargs: Any) -> None:
        pass


def _read_whole(app: "WSGIApplication") -> "WSGIApplication":
    """Close each answer at once: the development server leaves the file of a static answer open
    when the browser hangs up on it, and somebody else's test would be blamed for that."""

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> list[bytes]:
        with closing(ClosingIterator(app(environ, start))) as parts:
            return [b"".join(parts)]

    return answer


@dataclass(frozen=True)
class Site:
    """The hub as it is served. Tests write through `store()` alone: a handle that is held open
    keeps SQLite's write lock, and the server would wait for it."""

    app: Flask
    url: str

    @classmethod
    @contextmanager
    def served(cls, app: Flask) -> Iterator["Site"]:
        """Serve in a thread, with the check of forms that a real hub has."""
        answers = _read_whole(app.wsgi_app)
        server = make_server("127.0.0.1", 0, answers, threaded=True, request_handler=Quiet)
        site = cls(app, f"http://127.0.0.1:{server.server_port}")
        app.config["WTF_CSRF_ENABLED"] = True
        site.configure(base_url=site.url)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def configure(self, **changes: Any) -> None:
        """Change what the environment would say, such as the mail server."""
        self.app.config["HUB"] = replace(self.app.config["HUB"], **changes)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """A handle that writes, committed and let go at the end."""
        with self.app.app_context(), writing():
            yield db.session()
            db.session.commit()

    def link(self, ref: str) -> str:
        """A link that signs this person in, as it would come by mail."""
        with self.store() as store:
            person = store.scalars(select(Person).where(Person.ref == ref)).one()
            token = sign_ins.link_for(store, person, clock.now())
        return f"{self.url}/sign-in/{token}"


@dataclass
class Visitor:
    """One person's browser. `trouble` gathers what no page may do: break the content policy,
    throw, fetch from elsewhere, or answer with an error of the server."""

    site: Site
    context: BrowserContext
    page: Page
    trouble: list[str] = field(default_factory=list)
    taps: int = 0

    @classmethod
    def on(cls, browser: Browser, site: Site, width: int, **options: Any) -> "Visitor":
        """Open a window of this width; without scripts unless they are asked for."""
        facts = {"java_script_enabled": False, "locale": "en-NZ"} | options
        context = browser.new_context(viewport={"width": width, "height": 760}, **facts)
        visitor = cls(site, context, context.new_page())
        visitor.page.on("console", visitor._heard)
        visitor.page.on("pageerror", lambda error: visitor.trouble.append(f"script: {error}"))
        visitor.page.on("response", visitor._answered)
        return visitor

    def _heard(self, message: ConsoleMessage) -> None:
        """Chromium says here what the content policy refused, scripts or none."""
        if "Content Security Policy" in message.text:
            self.trouble.append(message.text)

    def _answered(self, response: Response) -> None:
        if response.status >= 500 or not response.url.startswith(self.site.url):
            self.trouble.append(f"{response.status} {response.url}")

    def signed_in(self, ref: str) -> "Visitor":
        """Come in by a link and its button, as everybody does."""
        self.page.goto(self.site.link(ref))
        self.tap("Sign me in")
        return self

    def goto(self, path: str) -> Page:
        """Open a page of the site."""
        self.page.goto(self.site.url + path)
        return self.page

    def tap(self, name: str) -> Page:
        """Press the one button or link whose name begins so, and wait for what it brings."""
        page = self.page
        self.taps += 1
        button = page.get_by_role("button", name=name)
        (button if button.count() else page.get_by_role("link", name=name)).first.click()
        page.wait_for_load_state()
        return page

    def pick(self, words: str) -> None:
        """Tap the first thing that says so, such as a time in a list."""
        self.taps += 1
        self.page.get_by_text(words).first.click()

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return self.page.inner_text("body")
