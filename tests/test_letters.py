"""Every letter: it is whole in both languages, neutral, blames nobody, and has its remedy on it."""

import ast
import re
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from supervisor import clock, letters
from supervisor.alerts.alert_history import EVENTS, SENT
from supervisor.alerts.alert_kinds import CATALOGUE, KINDS
from supervisor.letter_samples import AGREED, NO_TIME, PACE, ROW, SAMPLES
from supervisor.letters import Letter
from supervisor.models import Message, Store
from supervisor.rules.kinds import Channel, Standing
from supervisor.settings import HubSettings, save
from supervisor.today import digests
from tests.mail_server import words

ROOT = Path(__file__).parent.parent
DOORS = ROOT / "supervisor" / "blueprints"
COMMANDS = ROOT / "supervisor" / "commands"
FILES = {path.stem for path in (ROOT / "templates" / "emails").glob("*.txt")}
NOTHING_TO_PRESS = {"address_changed", "match_closed", "match_ended", "talk_over"}
PRIVATE = re.compile(
    r"peer|cultur|mentor|coach|debrief|supervis|lived experience|mental|health|iwi|addiction",
    re.IGNORECASE,
)
BLAMING = re.compile(
    r"\b(clients?|cases?|compliance|performance|non-attendance|no-shows?|overdue|fail\w*|"
    r"miss(ed|ing)|fault|blame\w*|must|should|ought|obliged|required|invalid|sorry|wrong|mistakes?|"
    r"warnings?|neglect\w*|forg[oe]t\w*|ignor\w*|refus\w*|reject\w*|breach\w*|excuses?|too late|"
    r"lazy|only (had|have|held)|still (not|have not|has not)|not yet (done|answered|signed)|"
    r"(have|has|had) not (done|answered|said|signed|looked|booked|come|met|read)|"
    r"did not (answer|come|say|sign|turn up|show|reply))\b",
    re.IGNORECASE,
)
"""Read aloud once, and then held: none of these says what can be done, and each says whose doing
it was."""
ASKED = "those who have not said"
"""Whom the one who leads can ask, which is what can be done."""


@pytest.fixture
def read(app: Flask, store: Store, cast: SimpleNamespace):
    """A letter, and the mail that it makes, as one of the cast reads them."""

    def reading(template: str, facts: dict[str, Any], who: str = "ben", locale: str = "en"):
        person = getattr(cast, who)
        person.locale = locale
        message = Message(
            recipient=person, template=template, facts=facts, channel=Channel.EMAIL,
            message_id="<1@localhost>",
        )  # fmt: skip
        letter = letters.as_said(store, message, clock.now())
        assert letter
        return letter, letters.mail(store, [message], [letter], clock.now())

    with store.no_autoflush:
        yield reading


def said(letter: Letter) -> list[str]:
    """Everything but the links."""
    return [letter.subject, *(t for p in letter.paragraphs for t in (p.words, *p.things))]


def test_every_letter_has_a_sample_here() -> None:
    assert {name for name, _facts in SAMPLES} == FILES


TELLERS = {
    "_to_asked", "_to_worker", "_to_who_rang", "tell",
    "_of_one", "of_one", "_of_many", "_of_seat", "_tell", "_now", "to_hub",
}  # fmt: skip


def test_every_letter_that_is_told_is_there_and_no_other() -> None:
    told = {kind.letter(rung.who) for kind in CATALOGUE for rung in kind.ladder}
    doors = {*DOORS.rglob("*.py"), *COMMANDS.rglob("*.py")}
    for path in {*(ROOT / "supervisor").rglob("*.py")} - doors:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _name(node.func) in TELLERS:
                told |= {
                    given.value for given in node.args
                    if isinstance(given, ast.Constant) and isinstance(given.value, str)
                }  # fmt: skip
    assert told | {"address_changed", "new_address", "sign_in", *digests.LETTERS} == FILES


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def test_every_letter_is_whole_in_both_languages(read) -> None:
    for template, facts in SAMPLES:
        for locale in ("en", "mi"):
            letter, mail = read(template, facts, locale=locale)
            assert 0 < len(letter.subject) <= 60, template
            assert letter.paragraphs, template
            kinds = [part.get_content_type() for part in mail.iter_parts()]
            assert kinds == ["text/plain", "text/html"]
            for text in (*said(letter), words(mail), html(mail)):
                assert not re.search(r"None|[{}]|%\(|  \.", text), (template, text)


def test_a_list_stands_under_its_sentence_in_every_letter(read) -> None:
    parts = [
        (template, part.words)
        for template, facts in SAMPLES
        for part in read(template, facts)[0].paragraphs
    ]
    assert [part for part in parts if re.search(r"(^| )- ", part[1])] == []


def test_every_letter_has_one_thing_to_press(read) -> None:
    for template, facts in SAMPLES:
        letter, _mail = read(template, facts)
        pressed = [part for part in letter.paragraphs if part.link]
        assert bool(pressed) != (template in NOTHING_TO_PRESS), template
        ours = [part for part in pressed if "example.org" not in part.link]
        assert template == "match_agreed" or len(ours) < 2, template
        assert all(0 < len(part.words.split()) <= 18 for part in pressed), template


def test_every_letter_is_neutral_and_blames_nobody(read) -> None:
    for template, facts in SAMPLES:
        letter, mail = read(template, facts)
        for text in (*said(letter), mail["From"]):
            assert not PRIVATE.search(text), (template, text)
            assert not BLAMING.search(text.replace(ASKED, "")), (template, text)
        assert not re.search("Ben|Ana|Mere|Circle", letter.subject), template


def test_every_alert_blames_nobody_in_the_hubs_words_too() -> None:
    kinds = [words for kind in KINDS.values() for words in (kind.says, kind.title)]
    said = [*kinds, *EVENTS.values(), *SENT.values()]
    assert [words for words in said if BLAMING.search(words) or len(words.split()) > 18] == []


@pytest.mark.parametrize(
    "blaming",
    ["You missed your meeting.", "Ben has not answered.", "Your review is overdue.",
     "You must confirm it.", "You should have met.", "Ana failed to sign."],
)  # fmt: skip
def test_words_that_blame_are_known(blaming: str) -> None:
    assert BLAMING.search(blaming)


def test_what_is_pressed_says_one_thing(read) -> None:
    """Its sentence stands on the button: what comes before it is a paragraph of its own."""
    for template, facts in SAMPLES:
        pressed = [part.words for part in read(template, facts)[0].paragraphs if part.link]
        two = [words for words in pressed if words.count(". ") and not words.startswith("See who")]
        assert two == [], template


def test_who_has_been_at_school_for_seven_years_reads_every_letter(read) -> None:
    """The grade of Flesch and Kincaid, roughly counted, names and addresses left out."""
    for template, facts in SAMPLES:
        text = re.sub(r"Ben Harris|Ana Rewi|Mere Parata|Cleo Martin|http\S+", "Ben",
                      ". ".join(said(read(template, facts)[0])))  # fmt: skip
        assert grade(text) <= 7, (template, round(grade(text), 1))


def grade(text: str) -> float:
    sentences = [one for one in re.split(r"[.?!:]", text) if re.search(r"\w", one)]
    told = re.findall(r"[^\W\d_]+", text)
    beats = sum(max(1, len(re.findall("[aeiouy]+", _spoken(one)))) for one in told)
    return 0.39 * len(told) / len(sentences) + 11.8 * beats / len(told) - 15.59


def _spoken(word: str) -> str:
    """Without the e at the end, which is not heard."""
    return re.sub(r"(?:[^laeiouy]es|ed|[^laeiouy]e)$", "", word.lower())


def test_sentences_are_short(read) -> None:
    for template, facts in SAMPLES:
        letter, _mail = read(template, facts)
        for text in said(letter):
            for sentence in re.split(r"(?<=[.?!:])\s", text):
                assert len(sentence.split()) <= 24, (template, sentence)


def test_both_parts_of_every_letter_say_the_same_words_and_lead_to_the_same_pages(read) -> None:
    for template, facts in SAMPLES:
        for locale in ("en", "mi"):
            _letter, mail = read(template, facts, locale=locale)
            plain, rich = words(mail), source(mail)
            links = re.findall(r"^https?://\S+", plain, re.MULTILINE)
            without = re.sub(r"^https?://\S+", "", plain, flags=re.MULTILINE)
            assert re.findall(r"\w+", html(mail)) == re.findall(r"\w+", without), template
            assert [unescape(to) for to in re.findall(r'href="([^"]+)"', rich)] == links, template


def test_the_html_fetches_nothing_runs_nothing_and_is_small(read) -> None:
    for template, facts in SAMPLES:
        rich = source(read(template, facts)[1])
        assert not re.search(r"<(img|link|script|style|iframe)|url\(|src=", rich), template
        assert len(rich) < 20_000, template


def test_a_letter_has_one_big_button_and_it_is_the_first_thing_to_press(read) -> None:
    _letter, mail = read("match_agreed", AGREED)
    first, *others = re.findall(r'<a href="[^"]+" style="([^"]+)"', source(mail))
    assert "background-color: #0f5163; color: #ffffff" in first
    assert not any("color:" in style for style in others)


def source(mail: EmailMessage) -> str:
    """The HTML as it is sent."""
    body = mail.get_body(("html",))
    assert body
    return str(body.get_content())


def html(mail: EmailMessage) -> str:
    """What a person sees of the HTML."""
    reader = Reader()
    reader.feed(source(mail))
    return " ".join(reader.seen)


class Reader(HTMLParser):
    """The text of a page, without its title."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.inside = tag

    def handle_data(self, data: str) -> None:
        if self.inside != "title":
            self.seen.append(data)

    def handle_endtag(self, _tag: str) -> None:
        self.inside = ""


def test_times_are_those_of_the_readers_place(read, cast) -> None:
    here, _mail = read("times", dict(SAMPLES[-1][1]))
    assert here.paragraphs[2].things[0] == "Tuesday 4 May, 10:00 am"
    cast.ben.time_zone = "Pacific/Chatham"
    there, _mail = read("times", dict(SAMPLES[-1][1]))
    assert there.paragraphs[2].things[0] == "Tuesday 4 May, 10:45 am"


def test_a_name_of_two_words_is_kept_whole(read, cast) -> None:
    cast.ben.name = "Te Ao Peneti"
    _letter, mail = read("times", dict(SAMPLES[-1][1]))
    assert words(mail).startswith("Hello Te Ao,\n")


def test_the_hub_signs_with_its_name_and_its_number(read, store, cast) -> None:
    save(store, HubSettings(name="Southern Hub", phone="03 555 0100", mail_name="Cleo at the hub"))
    _letter, mail = read("check_numbers", {"manager": "Mere Parata"}, "cleo")
    assert mail["From"] == "Cleo at the hub <hub@localhost>"
    text = words(mail)
    assert text.startswith("Hello Cleo,\n\n")
    assert text.rstrip().endswith(
        "Southern Hub\nStuck? Ring the hub on 03 555 0100. We can do it for you."
    )


@pytest.mark.parametrize("template", ["nothing_booked", "slipping"])
def test_no_subject_speaks_of_a_meeting_that_is_not_booked(read, template: str) -> None:
    """Read on a locked phone, "your next meeting" is a booking."""
    assert read(template, PACE)[0].subject == "Times to meet"
    assert read(template, PACE | NO_TIME)[0].subject == "About your meetings"


@pytest.mark.parametrize(
    ("standing", "about"),
    [
        (Standing.NOT_MATCHED, "There is nobody yet to hold them."),
        (Standing.CANNOT_BE_MET, "The days that are left are too few for all of them."),
    ],
)
def test_a_manager_reads_what_it_is_about_and_what_can_be_done(
    read, standing: Standing, about: str
) -> None:
    row = replace(ROW, standing=standing, ends_on=date(2027, 12, 31))
    letter, _mail = read("alert_manager", {"row": row, "on": date(2027, 4, 30)}, "mere")
    text = " ".join(said(letter))
    assert about in text
    assert "the hub" in text.lower()
    assert "make room for it" not in text
    assert not PRIVATE.search(text.replace("Where it stands", ""))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "1 minute"), (15, "15 minutes"), (120, "120 minutes"), (180, "3 hours"),
     (1440, "24 hours"), (2880, "2 days"), (10080, "7 days")],
)  # fmt: skip
def test_how_long_a_link_works_is_said_as_people_say_it(read, minutes: int, words: str) -> None:
    facts = {"url": "http://127.0.0.1:8000/sign-in/token", "minutes": minutes}
    assert f"for {words}." in " ".join(said(read("sign_in", facts)[0]))
