"""The catalogue, row by row: what raises an alert, who is told when, where its letters and its
button lead, and that it ends, with what was not yet sent taken back, once its cause is gone."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import clock, entitlements, letters, limits, workplace
from supervisor.alerts import alerts
from supervisor.alerts.alert_kinds import CATALOGUE
from supervisor.feeds import feeds
from supervisor.groups import groups, meetings
from supervisor.leave import Leave
from supervisor.limits import Limit
from supervisor.matches import agreements, match_endings
from supervisor.matches.agreements import Party
from supervisor.models import (
    Agreement,
    Alert,
    BusySource,
    BusySpan,
    Commitment,
    Group,
    Match,
    Meeting,
    Message,
    Seat,
    Store,
)
from supervisor.rules.kinds import Answer, GroupKind, Kind, MatchState, Mode, Side
from supervisor.sessions import delivery
from tests.test_alerts import FOUR, Walk, both_said, day
from tests.test_entitlements import at, session

HOUR = timedelta(hours=1)
Act = Callable[[SimpleNamespace], None]


class Year(Walk):
    """The same walk, which looks ahead too."""

    def tick(self) -> None:
        for kind, cause in alerts.ahead(self.store, self.now):
            alerts.raise_cause(self.store, kind, cause, self.now)
        super().tick()


@dataclass(frozen=True)
class Row:
    """One alert: the world before it, the night in which it is noticed, who is told until a day,
    where the hub's button leads, and what makes it end."""

    name: str
    starts: datetime
    cause: Act
    night: datetime
    told: list[tuple[date, str]]
    until: datetime
    remedy: str
    cure: Act


def held_on(*days: tuple[int, int], ahead: tuple[tuple[int, int], ...] = ()) -> Act:
    """Both have said that they met then; and what is booked."""

    def write(w: SimpleNamespace) -> None:
        w.store.add_all([both_said(w, *one) for one in days])
        w.store.add_all([session(w, *one) for one in ahead])

    return write


def booked(w: SimpleNamespace) -> None:
    """A time every fortnight from next week on."""
    first = w.walk.now.date().toordinal() + 7
    days = [date.fromordinal(first + 14 * n) for n in range(14)]
    w.store.add_all(
        [session(w, one.month, one.day, booked_at=w.walk.now) for one in days if one.year == 2027]
    )
    entitlements.reassess(w.store, w.entitlement, w.walk.now)


def fewer(w: SimpleNamespace) -> None:
    """A smaller number is agreed on."""
    w.entitlement.sessions = 1
    w.store.add(both_said(w, 1, 16))
    entitlements.reassess(w.store, w.entitlement, w.walk.now)


MONTHLY = tuple((month, 20) for month in range(1, 13))


def nobody(w: SimpleNamespace) -> None:
    held_on((1, 15), (2, 12))(w)
    w.match.ends_on = day(2, 28)


def somebody_again(w: SimpleNamespace) -> None:
    w.match.ends_on = None
    entitlements.reassess(w.store, w.entitlement, w.walk.now)


def away(w: SimpleNamespace) -> None:
    held_on(ahead=MONTHLY)(w)
    w.store.add(Leave(person_id=w.ana.id, starts_on=day(5, 3), ends_on=day(8, 2)))


def covered(w: SimpleNamespace) -> None:
    w.store.add(Match(entitlement=w.entitlement, provider=w.dan, cover=True,
                      state=MatchState.ACTIVE, starts_on=day(5, 3), ends_on=day(8, 1)))  # fmt: skip


def ends(last: date) -> Act:
    """Ben ends it; the hub reads so in a letter of its own."""

    def write(w: SimpleNamespace) -> None:
        held_on((1, 15), ahead=((2, 12), (3, 12)))(w)
        w.store.flush()
        match_endings.end(w.store, w.match, last, w.ben, w.walk.now)

    return write


def dan_follows(w: SimpleNamespace) -> None:
    w.store.add(Match(entitlement=w.entitlement, provider=w.dan, state=MatchState.ACTIVE,
                      starts_on=day(4, 1)))  # fmt: skip


def met_on_the_third(w: SimpleNamespace) -> None:
    w.met = session(w, 2, 3)
    w.store.add_all([w.met, session(w, 3, 3)])


def both_say(w: SimpleNamespace) -> None:
    for side, who in ((Side.WORKER, w.ben), (Side.PROVIDER, w.ana)):
        delivery.confirm(w.store, w.met, side, Answer.HELD, who, w.walk.now)


def they_differ(w: SimpleNamespace) -> None:
    met_on_the_third(w)
    said = ((Side.WORKER, w.ben, Answer.HELD), (Side.PROVIDER, w.ana, Answer.WORKER_AWAY))
    for side, who, answer in said:
        delivery.confirm(w.store, w.met, side, answer, who, at(2, 3, 13))


def settled(w: SimpleNamespace) -> None:
    delivery.settle(w.store, w.met, held=True, by=w.cleo, now=w.walk.now)


def terms(**given: object) -> Act:
    def write(w: SimpleNamespace) -> None:
        held_on(ahead=MONTHLY)(w)
        w.match.agreement = Agreement(mode=Mode.VIDEO, cancellation_hours=24, **given)

    return write


def looked_at_again(w: SimpleNamespace) -> None:
    agreements.review(w.store, w.match, w.ben, w.walk.now)


def ben_signs(w: SimpleNamespace) -> None:
    agreements.sign(w.store, w.match, Party.WORKER, w.ben, w.walk.now)


def limited(people: int, until: date) -> Act:
    def write(w: SimpleNamespace) -> None:
        given = [Limit(Kind.PEER_SUPERVISION, people, until)]
        limits.change(w.store, w.ana, given, None, w.cleo, w.walk.now)

    return write


def offered(w: SimpleNamespace) -> None:
    w.entitlement.mandatory = False
    w.store.delete(w.match)
    w.offer = Match(ref="one", entitlement=w.entitlement, provider=w.ana,
                    state=MatchState.OFFERED, offered_at=at(1, 11))  # fmt: skip
    w.store.add(w.offer)


def lapsed(w: SimpleNamespace) -> None:
    w.offer.state = MatchState.LAPSED


def a_group(w: SimpleNamespace) -> None:
    circle = Group(
        ref="circle", name="Circle", kind=GroupKind.CO_REFLECTION, facilitator=w.ana,
        mode=Mode.VIDEO, minimum=2, maximum=3, seats=[Seat(person=w.ben), Seat(person=w.dan)],
    )  # fmt: skip
    w.store.add(circle)
    w.store.flush()
    first = datetime.fromisoformat("2027-02-17T13:00")
    groups.meet(w.store, circle, first, "Pacific/Auckland", 1, 60, first.date(), at(2, 1))
    (w.meeting,) = w.store.scalars(select(Meeting).where(Meeting.group_id == circle.id))


def enough_come(w: SimpleNamespace) -> None:
    for who in (w.ben, w.dan):
        meetings.answer(w.store, w.meeting, who, True, w.walk.now)


def a_1_to_1(month: int, number: int) -> Act:
    def write(w: SimpleNamespace) -> None:
        w.job = next(iter(w.ben.jobs))
        workplace.note_catch_up(w.store, w.job, day(month, number), w.ben, at(month, number, 17))

    return write


def a_calendar(w: SimpleNamespace) -> None:
    feeds.make_feed(w.store, w.ben, "iPhone", at(1, 4))
    (w.feed,) = feeds.live(w.store, w.ben)
    feeds.note_fetch(w.store, w.feed.id, "iOS/17", at(2, 8, 23))


def it_looks_again(w: SimpleNamespace) -> None:
    feeds.note_fetch(w.store, w.feed.id, "iOS/17", w.walk.now)


def a_calendar_we_read(w: SimpleNamespace) -> None:
    held_on(ahead=MONTHLY)(w)
    w.source = BusySource(
        person_id=w.ana.id, kind="feed", host="outlook.office.com", sealed=b"x", failures=9,
        trouble="gone", made_at=at(1, 4), read_at=at(2, 10, 23), next_at=at(12, 1),
    )  # fmt: skip
    w.store.add(w.source)


def it_is_read(w: SimpleNamespace) -> None:
    w.source.trouble, w.source.read_at = None, w.walk.now


def something_else(w: SimpleNamespace) -> None:
    """Ana has something on 26 February at ten that came into her calendar on the ninth."""
    a_calendar_we_read(w)
    it_is_read(w)
    w.met = session(w, 2, 26)
    w.store.add(w.met)
    w.store.flush()
    when = {"starts_at": w.met.starts_at, "ends_at": w.met.starts_at + HOUR}
    w.store.add_all(
        [Commitment(person_id=who.id, session_id=w.met.id, **when) for who in (w.ben, w.ana)]
    )
    when["ends_at"] += HOUR
    w.span = BusySpan(source_id=w.source.id, person_id=w.ana.id, sure=True,
                      seen_at=at(2, 9, 20), **when)  # fmt: skip
    w.store.add(w.span)


def it_is_over(w: SimpleNamespace) -> None:
    w.store.delete(w.span)


def on(*told: tuple[int, int, str]) -> list[tuple[date, str]]:
    return [(day(month, number), who) for month, number, who in told]


ROWS = [
    Row("not_matched", at(2, 27), nobody, at(3, 1, 1),
        on((3, 1, "Cleo"), (3, 23, "Mere")), at(3, 30), "/shortlist", somebody_again),
    Row("nothing_booked", at(4, 27), held_on(*FOUR), at(4, 28, 1),
        on((4, 28, "Ben"), (4, 28, "Ana"), (5, 5, "Cleo")), at(5, 6), "/times", booked),
    Row("slipping", at(3, 14, 0), held_on((1, 15)), at(3, 14, 1),
        on((3, 15, "Ben"), (3, 15, "Ana"), (3, 23, "Cleo")), at(3, 24), "/times", booked),
    Row("behind", at(4, 20, 0), held_on((1, 15)), at(4, 20, 1),
        on((4, 20, "Ben"), (4, 20, "Ana"), (4, 20, "Cleo"), (5, 11, "Mere")), at(5, 14),
        "/times", fewer),
    Row("cannot_be_met", at(10, 31, 0), held_on((1, 15)), at(10, 31, 1),
        on((11, 1, "Cleo"), (11, 8, "Mere")), at(11, 12), "cover=1", fewer),
    Row("forecast_short", at(5, 10), held_on((1, 20), (3, 17), ahead=((5, 19),)), at(5, 10, 10),
        [], at(5, 14), "/times", booked),
    Row("not_confirmed", at(2, 3), met_on_the_third, at(2, 4, 1),
        on((2, 4, "Ben"), (2, 4, "Ana"), (2, 5, "Ben"), (2, 5, "Ana")), at(2, 9),
        "/confirmation", both_say),
    Row("disputed", at(2, 3, 12), they_differ, at(2, 6, 1),
        on((2, 9, "Cleo")), at(2, 10), "/today#disputed", settled),
    Row("review_due", at(2, 6), terms(review_on=day(3, 10), agreed_on=day(1, 1)), at(2, 8, 1),
        on((2, 9, "Ben"), (2, 9, "Ana"), (3, 10, "Ben"), (3, 10, "Ana"), (3, 24, "Cleo")),
        at(3, 26), "/agreement", looked_at_again),
    Row("agreement_unsigned", at(1, 2), terms(provider_signed_at=at(1, 1)), at(1, 8, 1),
        on((1, 8, "Ben"), (1, 15, "Cleo")), at(1, 19), "/agreement", ben_signs),
    Row("offer_unanswered", at(1, 12), offered, at(1, 16, 12),
        on((1, 18, "Ben"), (1, 19, "Cleo")), at(1, 22), "/shortlist", lapsed),
    Row("provider_away", at(1, 6), away, at(1, 7, 1),
        on((1, 7, "Cleo")), at(1, 12), "cover=1", covered),
    Row("provider_left", at(2, 1), ends(day(3, 31)), at(2, 2, 1),
        [], at(3, 1), "/shortlist", dan_follows),
    Row("group_short", at(2, 12), a_group, at(2, 15, 1),
        on((2, 15, "Ana"), (2, 15, "Cleo")), at(2, 16, 12), "/groups/circle", enough_come),
    Row("catch_up_due", at(2, 1, 18), a_1_to_1(2, 1), at(3, 5, 1),
        on((3, 5, "Ben"), (3, 5, "Mere")), at(3, 9), "/jobs/", a_1_to_1(3, 4)),
    Row("vetting_ends", at(1, 30), limited(4, day(3, 3)), at(2, 1, 1),
        on((2, 1, "Ana"), (3, 3, "Ana"), (3, 17, "Cleo")), at(3, 19), "/limits",
        limited(4, day(12, 31))),
    Row("over_capacity", at(1, 6), limited(0, day(12, 31)), at(1, 7, 1),
        on((1, 7, "Cleo")), at(1, 12), "/limits", limited(1, day(12, 31))),
    Row("busy_unread", at(2, 9), a_calendar_we_read, at(2, 12, 1),
        on((2, 12, "Ana")), at(2, 16), "/people/ana", it_is_read),
    Row("busy_clash", at(2, 9), something_else, at(2, 10, 1),
        on((2, 10, "Ben"), (2, 10, "Ana")), at(2, 12), "/move", it_is_over),
    Row("calendar_unread", at(2, 9), a_calendar, at(2, 12, 1),
        on((2, 12, "Ben")), at(2, 14), "/people/ben", it_looks_again),
]  # fmt: skip


def test_every_alert_of_the_catalogue_is_a_row_here() -> None:
    assert {row.name for row in ROWS} == {kind.name for kind in CATALOGUE}


@pytest.fixture(params=ROWS, ids=[row.name for row in ROWS])
def world(request: pytest.FixtureRequest, store: Store, cast: SimpleNamespace) -> SimpleNamespace:
    """The cast and their year, as the row begins."""
    row = request.param
    made = SimpleNamespace(**vars(cast), store=store, row=row, walk=Year(store, row.starts))
    row.cause(made)
    store.flush()
    entitlements.reassess(store, cast.entitlement, row.starts)
    return made


def the_alert(w: SimpleNamespace) -> Alert:
    return w.store.scalars(select(Alert).where(Alert.name == w.row.name)).one()


def sent(w: SimpleNamespace) -> list[tuple[datetime, str, Message]]:
    return [one for one in w.walk.sent if one[2].alert and one[2].alert.name == w.row.name]


def test_who_is_told_and_when_and_each_letter_leads_to_a_page_of_theirs(
    world: SimpleNamespace, sign_in
) -> None:
    world.walk.to(world.row.until)
    assert [(when.date(), who) for when, who, _message in sent(world)] == world.row.told
    assert not the_alert(world).ended_at
    clock.set_to(world.walk.now)
    world.store.commit()
    for _when, _who, message in sent(world):
        letter = letters.as_said(world.store, message, world.walk.now)
        (link,) = (part.link for part in letter.paragraphs if part.link) if letter else ("/",)
        path = re.sub(r"^https?://[^/]+", "", link)
        assert sign_in(message.recipient).get(path, follow_redirects=True).status_code == 200


def test_its_page_has_one_button_that_leads_to_the_remedy(world: SimpleNamespace, sign_in) -> None:
    world.walk.to(world.row.night)
    clock.set_to(world.walk.now)
    world.store.commit()
    browser = sign_in(world.cleo)
    page = browser.get(f"/alerts/{the_alert(world).ref}").text
    (remedy,) = re.findall(r'<a class="btn main" href="([^"]+)"', page)
    assert world.row.remedy in remedy.replace("&amp;", "&")
    assert browser.get(remedy).status_code == 200


def test_it_ends_by_itself_and_what_was_not_yet_sent_is_taken_back(
    world: SimpleNamespace,
) -> None:
    """Noticed at night, put right before anybody's hour has come."""
    world.walk.to(world.row.night)
    alert = the_alert(world)
    assert sent(world) == []
    world.row.cure(world)
    world.store.flush()
    world.walk.tick()
    assert alert.ended_at == world.walk.now
    assert [event.what for event in alert.events][-1] == "ended"
    world.walk.to(world.row.until)
    assert sent(world) == []
    told = world.store.scalars(select(Message).where(Message.alert_id == alert.id)).all()
    assert all(message.dropped_at for message in told)
