"""Guards for the whole house: doors, templates, commits, jobs."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

ROOT = Path(__file__).parent.parent
OPEN_TO_ALL = {"static", "auth.sign_in", "auth.ask", "auth.show_link", "auth.use_link",
               "auth.language", "contact.show_email", "contact.use_email",
               "feeds.fetch", "feeds.holidays", "texts.take",
               "calendar_answers.show_link", "calendar_answers.use_link"}  # fmt: skip
DOORS = {
    "door.py",
    "passing.py",
    "form_groups.py",
    "looking.py",
    "schedule.py",
    "post.py",
    "ticks.py",
}


def filled(rule) -> str:
    """The rule with something in its blanks that is of their kind."""
    return re.sub(r"<(int.*:)?\w+>", lambda blank: "1" if blank[1] else "x", rule.rule)


def test_every_page_sends_a_stranger_to_sign_in(app: Flask, client: FlaskClient) -> None:
    open_pages = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_TO_ALL:
            continue
        for method in rule.methods & {"GET", "POST"}:
            answer = client.open(filled(rule), method=method)
            where = answer.headers.get("Location", "")
            if not (answer.status_code in {302, 303} and "/sign-in" in where):
                open_pages.append((rule.endpoint, method, answer.status_code))
    assert open_pages == []


def test_every_template_compiles(app: Flask) -> None:
    """Kept from the cache of compiled ones: letters are compiled with other blanks."""
    templates = app.jinja_env.overlay(bytecode_cache=None)
    names = templates.list_templates(extensions=["html", "txt"])
    assert names
    for name in names:
        templates.get_template(name)


@pytest.mark.parametrize(
    "pattern",
    [r"\sstyle=", r"<script(?![^>]*\ssrc=)", r"\son[a-z]+=", r"\|\s*safe\b", r"javascript:"],
    ids=["style", "inline script", "handler", "unescaped", "javascript link"],
)
def test_no_template_breaks_the_content_policy(pattern: str) -> None:
    pages = [p for p in (ROOT / "templates").rglob("*.html") if "emails" not in p.parts]
    assert pages
    assert [str(p) for p in pages if re.search(pattern, p.read_text())] == []


def test_only_doors_commit() -> None:
    behind = [
        p
        for p in (ROOT / "supervisor").rglob("*.py")
        if p.name not in DOORS and not {"blueprints", "commands", "migrations"} & set(p.parts)
    ]
    assert [p.name for p in behind if ".commit()" in p.read_text()] == []


def test_a_door_that_keeps_nothing_only_reads_from_then_on() -> None:
    """`door.keep_nothing` lets go of the lock as well; only what is written anew takes it again."""
    anew = re.compile(
        r"rollback\(\)\n +(with writing\(\)|write_from_now\(on=True\)|sooner\.gone\()"
    )
    doors = list((ROOT / "supervisor" / "blueprints").glob("*.py"))
    taken_back = {p.name: p.read_text() for p in doors if ".rollback()" in p.read_text()}
    assert taken_back
    assert [n for n, s in taken_back.items() if s.count(".rollback()") > len(anew.findall(s))] == []


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    files = [
        p
        for folder in ("supervisor", "calendars")
        for p in (ROOT / folder).rglob("*.py")
        if "migrations" not in p.parts
    ]
    assert [(p.name, n) for p in files if (n := len(p.read_text().splitlines())) > 300] == []


def test_every_job_of_the_worker_process_has_a_test() -> None:
    from supervisor import schedule

    tests = "\n".join(p.read_text() for p in (ROOT / "tests").glob("test_*.py"))
    assert [job.name for job in schedule.JOBS if job.name not in tests] == []


def test_every_answer_carries_the_headers_that_keep_it_private(client: FlaskClient) -> None:
    headers = client.get("/sign-in").headers
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_a_question_stands_inside_its_card_and_not_on_its_border() -> None:
    """Browsers draw a legend over the border of its fieldset: the card goes around both."""
    bordered = re.compile(r'<fieldset[^>]*class="[^"]*\b(card|notice|frame|panel)\b')
    found = [p.name for p in (ROOT / "templates").rglob("*.html") if bordered.search(p.read_text())]
    assert found == []


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"])
def test_each_file_that_a_page_about_the_house_names_is_there(page: str) -> None:
    named = re.findall(r"`(\w[\w./]*(?:/|\.(?:py|txt|md)))`", (ROOT / page).read_text())
    assert named
    assert [name for name in named if not there(name)] == []


def test_each_act_and_rule_in_the_table_of_rooms_is_there() -> None:
    table = (ROOT / "ARCHITECTURE.md").read_text().split("## Rooms of several files")[1]
    rows = [line.split("|", 2)[2] for line in table.splitlines() if line.startswith("| ")]
    named = re.findall(r"`(\w[\w/]*)(\*?)`", "".join(rows))
    assert named
    assert [name for name, more in named if not there(f"{name}*.py" if more else name)] == []


def there(name: str) -> bool:
    """Whether that is a file or folder of ours, or how the path of one ends."""
    ends = (name.strip("/"), f"{name}.py")
    folders = [ROOT / one for one in ("supervisor", "calendars", "templates", "tests")]
    near = any((ROOT / end).exists() for end in ends)
    return near or any(any(folder.rglob(end)) for folder in folders for end in ends)
