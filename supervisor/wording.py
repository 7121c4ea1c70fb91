"""How things are said on a page: days, times, kinds and states in the reader's language."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.messages.pofile import read_po
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from supervisor import clock
from supervisor.models import Confirmation, Person, Session
from supervisor.rules import regions
from supervisor.rules.kinds import Answer, GroupKind, Kind, Mode, Outcome, Side
from supervisor.rules.pace import Position
from supervisor.rules.words import N_, Words
from supervisor.sessions import delivery
from supervisor.today import behind

TWO_HOURS, TWO_DAYS = 120, 2 * 24 * 60
KINDS = {
    Kind.PEER_SUPERVISION: N_("External peer supervision"),
    Kind.CULTURAL_SUPERVISION: N_("Cultural supervision"),
    Kind.MENTORING: N_("Mentoring (tuakana–teina)"),
    Kind.COACHING: N_("Coaching"),
    Kind.DEBRIEF: N_("Debrief"),
    Kind.LINE_CATCH_UP: N_("1:1 with manager"),
    Kind.BUDDY: N_("Workplace buddy"),
}
GROUP_KINDS = {
    GroupKind.CO_REFLECTION: N_("Co-reflection"),
    GroupKind.COMMUNITY_OF_PRACTICE: N_("Community of practice"),
    GroupKind.LEARNING_SET: N_("Learning set"),
    GroupKind.NETWORK: N_("Network of consumer advisors"),
    GroupKind.LEARNING_COLLABORATIVE: N_("Learning collaborative"),
}
MODES = {
    Mode.IN_PERSON: N_("In person"),
    Mode.VIDEO: N_("Video"),
    Mode.PHONE: N_("Phone"),
}
OUTCOMES = {
    Outcome.HELD: N_("Done"),
    Outcome.CANCELLED_BY_WORKER: N_("Called off by the worker. Still owed"),
    Outcome.CANCELLED_BY_PROVIDER: N_("Called off by the supervisor. Still owed"),
    Outcome.DID_NOT_HAPPEN: N_("Did not happen. Still owed"),
}
ANSWERS = {
    Answer.HELD: N_("%(name)s said yes."),
    Answer.WORKER_AWAY: N_("%(name)s said that the worker could not come."),
    Answer.PROVIDER_AWAY: N_("%(name)s said that the supervisor could not come."),
    Answer.ANOTHER_DAY: N_("%(name)s said that they met another day."),
}
MY_ANSWERS = {
    Answer.HELD: N_("You said yes."),
    Answer.WORKER_AWAY: N_("You said that %(other)s could not come."),
    Answer.PROVIDER_AWAY: N_("You said that %(other)s could not come."),
    Answer.ANOTHER_DAY: N_("You said that you met another day."),
}
MYSELF_AWAY = N_("You said that you could not come.")
READER_AWAY = N_("%(name)s said that you could not come.")


def language() -> str:
    """Day and month names; English ones in New Zealand's order."""
    return "mi" if str(get_locale()) == "mi" else "en_NZ"


def day(when: date | datetime) -> str:
    """Tuesday 8 December, with its year where that is not this one."""
    pattern = "EEEE d MMMM" if when.year == clock.now().year else "EEEE d MMMM y"
    return format_date(when, pattern, locale=language())


def short_day(when: date | datetime) -> str:
    """8 December 2026."""
    return format_date(when, "d MMMM y", locale=language())


def clock_time(when: datetime | time) -> str:
    """10:00 am."""
    return format_time(when, "h:mm a", locale="en").replace("AM", "am").replace("PM", "pm")


def minute_clock(minute: int) -> str:
    """Minutes after midnight as a time of day."""
    hour, rest = divmod(minute, 60)
    return str(_("midnight")) if hour == 24 else clock_time(time(hour, rest))


def minute_field(minute: int) -> str:
    """The same as a form takes it: 09:00."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def weekday_name(when: date) -> str:
    """Tuesday."""
    return format_date(when, "EEEE", locale=language())


def weekdays() -> list[str]:
    """Their names from Monday on; the calendar of the language knows them without a catalogue."""
    return [weekday_name(date(2024, 1, 1 + n)) for n in range(7)]


def became_one(first: date, back: date, kept: tuple[date, date]) -> list[str]:
    """Where days away were joined to others: the days that are kept, as one sentence."""
    if kept == (first, back):
        return []
    facts = {"first": day(kept[0]), "back": day(kept[1])}
    said = _("It is one with days that were there already: away from %(first)s, back on %(back)s.")
    return [said % facts]


def day_and_time(when: datetime) -> str:
    """Tuesday 8 December, 10:00 am: wall time as it is given."""
    return f"{day(when)}, {clock_time(when)}"


def short_time(when: datetime) -> str:
    """Tue 8 Dec 10:00 am."""
    return f"{format_date(when, 'EEE d MMM', locale=language())} {clock_time(when)}"


def month_name(when: date) -> str:
    """December."""
    return format_date(when, "MMM", locale=language())


def how_long(minutes: int) -> str:
    """So many minutes as they are said: in minutes up to two hours, in hours up to two days."""
    if minutes <= TWO_HOURS:
        return str(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    if minutes < TWO_DAYS:
        return str(ngettext("%(num)d hour", "%(num)d hours", round(minutes / 60)))
    return str(ngettext("%(num)d day", "%(num)d days", round(minutes / 60 / 24)))


def kind_name(kind: str) -> str:
    """A kind of support as it is called on screen."""
    return str(_(KINDS[Kind(kind)])) if kind in KINDS else kind


def group_kind(kind: str) -> str:
    """A kind of group as it is called on screen."""
    return str(_(GROUP_KINDS[GroupKind(kind)])) if kind in GROUP_KINDS else kind


def any_kind(kind: str) -> str:
    """A kind of support or of group."""
    return kind_name(kind) if kind in KINDS else group_kind(kind)


def region_name(code: str) -> str:
    """A region in words."""
    return say(regions.region_name(code))


def mode_name(mode: str) -> str:
    """In person, video or phone."""
    return str(_(MODES[Mode(mode)]))


@cache
def in_te_reo() -> bool:
    """Whether most sentences are in te reo Māori. Until then a page in that language says that it
    is English, so that a screen reader reads it as what it is."""
    with (Path(__file__).parent / "translations/mi/LC_MESSAGES/messages.po").open("rb") as words:
        sentences = [one for one in read_po(words) if one.id]
    said = [one for one in sentences if one.string and not one.fuzzy]
    return len(said) * 2 > len(sentences)


def say(words: Words | str) -> str:
    """A rule's words in the reader's language."""
    if isinstance(words, Words):
        return str(_(words.text, **{name: _fact(name, x) for name, x in words.facts.items()}))
    return str(_(words)) if words else ""


def sentence(parts: Iterable[Words]) -> str:
    """Parts of a sentence, one after the other."""
    return " ".join(say(part) for part in parts)


def _fact(name: str, value: Any) -> Any:
    """A day as 8 December, one that stands for its month as December, each with its year where
    that is not this one; one that stands for its weekday as Tuesday; a kind as it is called;
    several things as a list; anything else as it is."""
    if isinstance(value, Words | Kind | GroupKind):
        return say(value) if isinstance(value, Words) else any_kind(value)
    if isinstance(value, tuple):
        return format_list([_fact(name, one) for one in value], locale=language())
    if isinstance(value, time):
        return clock_time(value)
    if not isinstance(value, date):
        return value
    if name == "weekday":
        return format_date(value, "EEEE", locale=language())
    this_year = "MMMM" if name == "month" else "d MMMM"
    pattern = this_year if value.year == clock.now().year else f"{this_year} y"
    return format_date(value, pattern, locale=language())


def works_at(person: Person) -> str:
    """Where they work and live, in one line."""
    names = dict.fromkeys(job.organisation.name for job in person.jobs)
    return ", ".join([*names, *([person.place.name] if person.place else [])])


def happened(session: Session, reader: Person | None = None) -> str:
    """What became of a session, with "you" for whoever called it off. One that did not happen
    because of leave, or of the end of a match, was called off on nobody's account."""
    if delivery.withdrawn(session):
        return str(_("Called off. Still owed"))
    if reader is not None and session.cancelled_by_id == reader.id and _of_two(session, reader):
        return str(_("You called it off. Still owed"))
    return str(_(OUTCOMES[Outcome(session.outcome)])) if session.outcome else str(_("Booked"))


def _of_two(session: Session, reader: Person) -> bool:
    return reader.id in {session.entitlement.person_id, session.provider_id}


def said(confirmation: Confirmation, reader: Person | None = None) -> str:
    """What one side answered; to the two who met it says "you"."""
    session, answer = confirmation.session, Answer(confirmation.answer)
    both = session.entitlement.person, session.provider
    worker = confirmation.side == Side.WORKER
    side, other = both if worker else both[::-1]
    away = {Answer.WORKER_AWAY: both[0], Answer.PROVIDER_AWAY: both[1]}.get(answer)
    reader_away = reader is not None and away is not None and away.id == reader.id
    if reader is None or reader.id != side.id:
        return str(_(READER_AWAY if reader_away else ANSWERS[answer], name=side.name))
    if reader_away:
        return str(_(MYSELF_AWAY))
    return str(_(MY_ANSWERS[answer], other=other.name))


def confirmed_by(session: Session) -> str:
    """Who has said that it happened."""
    if session.outcome not in {Outcome.HELD, None}:
        return str(_("not needed"))
    sides = {c.side for c in session.confirmations if c.answer == Answer.HELD}
    words = {2: N_("both"), 1: N_("one side"), 0: N_("not yet")}
    return str(_(words[len(sides)]))


def done_of(position: Position) -> str:
    """How many of those contracted are done; what comes on top is said apart."""
    held, all_ = position.held, position.contracted
    if held > all_:
        more = {"held": all_, "all": all_, "more": held - all_}
        return str(_("%(held)d of %(all)d done, %(more)d more", **more))
    return str(_("%(held)d of %(all)d done", held=held, all=all_))


def setting_name(name: str) -> str:
    """A setting's or a column's name as words."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in name)
    return str(_(words.replace("_", " ").strip().capitalize()))


FILTERS: dict[str, Callable[..., Any]] = {
    "clock": clock_time,
    "confirmed_by": confirmed_by,
    "day": day,
    "day_and_time": day_and_time,
    "done_of": done_of,
    "for_hub": behind.for_hub,
    "group_kind": group_kind,
    "happened": happened,
    "how_long": how_long,
    "kind_name": kind_name,
    "minute_clock": minute_clock,
    "minute_field": minute_field,
    "mode_name": mode_name,
    "month_name": month_name,
    "region_name": region_name,
    "said": said,
    "say": say,
    "sentence": sentence,
    "setting_name": setting_name,
    "short_day": short_day,
    "short_time": short_time,
    "weekday_name": weekday_name,
    "works_at": works_at,
}
