"""The browser tests can fail: what no page may do is noticed."""

from collections.abc import Callable

from playwright.sync_api import Browser, Route

from tests.browser.site import PHONE, Site, Visitor


def test_a_page_that_breaks_the_content_policy_is_noticed(browser: Browser, site: Site) -> None:
    def broken(route: Route) -> None:
        page = "<!doctype html><title>x</title><p style='color:red'>x</p>"
        policy = {"Content-Security-Policy": "style-src 'self'", "Content-Type": "text/html"}
        route.fulfill(body=page, headers=policy)

    for scripts in (False, True):
        visitor = Visitor.on(browser, site, PHONE, java_script_enabled=scripts)
        visitor.page.route("**/broken", broken)
        visitor.goto("/broken")
        visitor.context.close()
        assert any("Content Security Policy" in line for line in visitor.trouble)


def test_an_error_of_the_server_is_noticed(browser: Browser, site: Site) -> None:
    visitor = Visitor.on(browser, site, PHONE)
    visitor.page.route("**/broken", lambda route: route.fulfill(status=500, body="x"))
    visitor.goto("/broken")
    visitor.context.close()
    assert f"500 {site.url}/broken" in visitor.trouble


def test_signing_in_takes_a_link_and_a_button(visit: Callable[..., Visitor]) -> None:
    ben = visit().signed_in("ben")
    assert ben.page.url.endswith("/support")
    assert "Ben" in ben.text
