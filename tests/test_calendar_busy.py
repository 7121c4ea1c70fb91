"""When somebody is busy, read from calendars of foreign making: what is unsure is never free."""

from datetime import UTC, datetime, timedelta

import pytest

from calendars import apart
from calendars.busy import Doubt, Reading, Span, merged, read
from calendars.foreign import Unreadable
from tests.foreign import AUCKLAND, NINE, OWN_ZONE, SINCE, TEN, TUESDAY, UNTIL, calendar

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def of(*events: str, head: str = "", zone: str = AUCKLAND) -> Reading:
    return read(calendar(*events, head=head), SINCE, UNTIL, zone)


def spans(*events: str, head: str = "", zone: str = AUCKLAND) -> list[tuple[datetime, datetime]]:
    found = of(*events, head=head, zone=zone)
    assert found.doubts == []
    return [(one.starts, one.ends) for one in found.spans if one.sure]


def unsure(*events: str, head: str = "") -> tuple[list[Span], list[str]]:
    found = of(*events, head=head)
    assert not any(one.sure for one in found.spans)
    return found.spans, [one.why for one in found.doubts]


@pytest.mark.parametrize(
    "zone",
    [
        "Pacific/Auckland", "New Zealand Standard Time", '"New Zealand Standard Time"', "NZ",
        "/freeassociation.sourceforge.net/Pacific/Auckland", "pacific/auckland",
    ],
)  # fmt: skip
def test_a_zone_is_known_by_the_names_that_programs_give_it(zone):
    when = f"DTSTART;TZID={zone}:20270209T090000\nDTEND;TZID={zone}:20270209T100000"
    assert spans(f"UID:1\n{when}") == [(NINE, TEN)]


def test_a_zone_that_the_file_writes_itself_is_known():
    zoned = TUESDAY.replace("Pacific/Auckland", "Customized Time Zone")
    assert spans(f"UID:1\n{zoned}", head=OWN_ZONE) == [(NINE, TEN)]
    weekly = spans(f"UID:1\n{zoned}\nRRULE:FREQ=WEEKLY;COUNT=3", head=OWN_ZONE)
    assert weekly == [(NINE + n * WEEK, TEN + n * WEEK) for n in range(3)]


def test_two_files_may_mean_different_zones_by_one_name():
    zoned = TUESDAY.replace("Pacific/Auckland", "Customized Time Zone") + "\nRRULE:FREQ=WEEKLY"
    spans(f"UID:1\n{zoned}", head=OWN_ZONE)
    later = spans(f"UID:1\n{zoned}", head=OWN_ZONE.replace("+1300", "+0100"))
    assert later[0] == (NINE + 12 * timedelta(hours=1), TEN + 12 * timedelta(hours=1))


@pytest.mark.parametrize("zone", ["Nowhere/Known", "(UTC+12:00) Auckland, Wellington"])
@pytest.mark.parametrize("rule", ["", "\nRRULE:FREQ=WEEKLY;COUNT=1"])
def test_an_unknown_zone_takes_every_hour_that_it_could_mean(zone, rule):
    found, why = unsure(f"UID:1\n{TUESDAY.replace(AUCKLAND, zone)}{rule}")
    assert why == ["zone"]
    assert found[0].starts == datetime(2027, 2, 8, 19, tzinfo=UTC)
    assert found[0].ends == datetime(2027, 2, 9, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "broken", ["TZOFFSETTO:+1300", "BEGIN:STANDARD", "DTSTART:16010101T000000"]
)
def test_a_broken_zone_of_the_file_is_an_unknown_one(broken):
    zoned = TUESDAY.replace(AUCKLAND, "Customized Time Zone")
    found, why = unsure(f"UID:1\n{zoned}", head=OWN_ZONE.replace(f"{broken}\n", ""))
    assert why == ["zone"]
    assert found


def test_a_component_that_is_no_zone_is_none(monkeypatch):
    head = OWN_ZONE.replace("TZID:Customized Time Zone\n", "TZID:A\nEND:VTIMEZONE\n")
    assert unsure("UID:1\nDTSTART;TZID=A:20270209T090000", head=head)[1] == ["zone", "length"]


def test_a_time_without_a_zone_is_the_owners_or_the_files():
    floating = "UID:1\nDTSTART:20270209T090000\nDTEND:20270209T100000"
    assert spans(floating) == [(NINE, TEN)]
    head = "X-WR-TIMEZONE:Pacific/Auckland\n"
    assert spans(floating, head=head, zone="Europe/Berlin") == [(NINE, TEN)]


def test_a_whole_day_is_a_day_where_its_owner_is():
    day = "UID:1\nDTSTART;VALUE=DATE:20270209"
    midnight = NINE - 9 * timedelta(hours=1)
    assert spans(day) == [(midnight, midnight + DAY)]
    assert spans(f"{day}\nDTEND;VALUE=DATE:20270211") == [(midnight, midnight + 2 * DAY)]
    weekly = spans(f"{day}\nDTEND;VALUE=DATE:20270210\nRRULE:FREQ=WEEKLY;COUNT=2")
    assert weekly == [(midnight + n * WEEK, midnight + n * WEEK + DAY) for n in (0, 1)]


@pytest.mark.parametrize(
    "line",
    [
        "STATUS:CANCELLED", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE\nTRANSP:OPAQUE",
    ],
)  # fmt: skip
def test_what_takes_no_time_is_free(line):
    assert spans(f"UID:1\n{TUESDAY}\n{line}") == []
    assert spans(f"UID:1\n{TUESDAY}\n{line}\nRRULE:FREQ=WEEKLY") == []


@pytest.mark.parametrize(
    "line",
    [
        "STATUS:TENTATIVE", "TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:OOF", "STATUS:GONE?",
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY\nTRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:?",
    ],
)  # fmt: skip
def test_anything_else_is_busy(line):
    assert spans(f"UID:1\n{TUESDAY}\n{line}") == [(NINE, TEN)]


def test_a_series_leaves_out_what_was_called_off_and_moves_what_was_moved():
    found = spans(
        f"UID:1\n{TUESDAY}\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=NZ:20270216T090000",
        "UID:1\nRECURRENCE-ID:20270222T200000Z\nDTSTART:20270224T010000Z\nDTEND:20270224T030000Z",
        "UID:1\nRECURRENCE-ID:20270301T200000Z\nDTSTART:20270301T200000Z\nSTATUS:CANCELLED\n"
        "DTEND:20270301T210000Z",
    )
    moved = datetime(2027, 2, 24, 1, tzinfo=UTC)
    assert found == [(NINE, TEN), (moved, moved + timedelta(hours=2))]


def test_a_move_of_all_that_come_after_moves_them():
    found = of(
        f"UID:1\n{TUESDAY}\nRRULE:FREQ=WEEKLY;COUNT=3",
        "UID:1\nRECURRENCE-ID;RANGE=THISANDFUTURE:20270215T200000Z\n"
        "DTSTART:20270215T220000Z\nDTEND:20270215T230000Z",
    )
    assert {NINE, NINE + WEEK + timedelta(hours=2), NINE + 2 * WEEK + timedelta(hours=2)} <= {
        one.starts for one in found.spans
    }


def test_an_occurrence_whose_series_is_missing_still_takes_its_time():
    assert spans(f"UID:1\nRECURRENCE-ID:20270209T200000Z\n{TUESDAY}") == [(NINE, TEN)]


def test_two_that_share_a_name_both_take_their_time():
    later = TUESDAY.replace("20270209", "20270210")
    assert spans(f"UID:1\n{TUESDAY}", f"UID:1\n{later}\nRRULE:FREQ=DAILY;COUNT=1") == [
        (NINE, TEN),
        (NINE + DAY, TEN + DAY),
    ]
    assert len(spans(TUESDAY, later)) == 2


def test_added_dates_count_and_cover_the_clock_change():
    monday = "DTSTART;TZID=NZ:20270322T090000\nDURATION:PT1H\nRDATE;TZID=NZ:20270323T090000"
    assert len(spans(f"UID:1\n{monday}")) == 2
    spring = "UID:1\nDTSTART;TZID=NZ:20270208T090000\nDURATION:P1DT1H"
    assert spans(spring) == [(NINE - DAY, TEN)]


def test_busy_periods_count_unless_they_say_free():
    periods = (
        "BEGIN:VFREEBUSY\nFREEBUSY:20270208T200000Z/PT1H\n"
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270209T200000Z/20270209T210000Z\n"
        "FREEBUSY;FBTYPE=FREE:20270210T200000Z/PT1H\nEND:VFREEBUSY\n"
    )
    assert spans(head=periods) == [(NINE, TEN), (NINE + DAY, TEN + DAY)]
    assert of(head=periods.replace("PT1H", "soon")).doubts[0].why == "broken"


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:FREQ=SECONDLY", "RRULE:FREQ=MINUTELY;COUNT=2", "RRULE:FREQ=HOURLY", "RRULE:WEEKLY",
        "RRULE:FREQ=WEEKLY;INTERVAL=0", "RRULE:FREQ=DAILY;BYMINUTE=" + "1,2,3,4,5," * 6 + "6",
        "RRULE:FREQ=WEEKLY\nRRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY;BYDAY=XX", "RDATE:soon",
        "RDATE;VALUE=PERIOD:20270209T200000Z/PT1H", "RRULE:FREQ=WEEKLY;UNTIL=never",
        "RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11",
    ],
)  # fmt: skip
def test_a_repetition_that_cannot_be_followed_takes_its_time_every_day(rule):
    found, why = unsure(f"UID:1\n{TUESDAY}\n{rule}")
    assert why == ["rule"]
    assert [one.starts for one in found[:2]] == [NINE, NINE + DAY]
    assert found[-1].ends > UNTIL - 2 * DAY


def test_a_repetition_that_began_long_ago_takes_its_time_from_the_first_day_of_the_window():
    found, _why = unsure(f"UID:1\n{TUESDAY.replace('2027', '1999')}\nRRULE:FREQ=HOURLY")
    assert found[0].starts < SINCE + DAY


def test_a_date_left_out_that_cannot_be_read_leaves_nothing_out():
    assert len(spans(f"UID:1\n{TUESDAY}\nRRULE:FREQ=WEEKLY;COUNT=2\nEXDATE:soon")) == 2


@pytest.mark.parametrize(
    "end", ["", "DTEND:20270101T000000Z", "DTEND:soon", "DURATION:long", "DURATION:-PT1H"]
)
def test_a_time_without_a_sensible_end_takes_an_hour(end):
    found, why = unsure(f"UID:1\n{TUESDAY.partition(chr(10))[0]}\n{end}")
    assert (why, found) == (["length"], [Span(NINE, TEN, sure=False)])


def test_what_takes_no_time_at_all_is_free():
    assert spans("UID:1\nDTSTART:20270208T200000Z\nDTEND:20270208T200000Z") == []


@pytest.mark.parametrize("start", ["20270209T250000", "20270209T9am", "2027-02-09 nine"])
def test_a_start_whose_hour_cannot_be_read_takes_the_day(start):
    found, why = unsure(f"UID:1\nDTSTART:{start}\nDTEND:20270209T100000")
    assert why == ["start"]
    assert found[0].starts <= NINE < TEN <= found[0].ends


@pytest.mark.parametrize("rule", ["", "\nRRULE:FREQ=DAILY"])
def test_without_a_start_the_hour_before_the_end_is_taken(rule):
    found, why = unsure(f"UID:1\nDTSTART:soon\nDTEND;TZID=NZ:20270209T100000{rule}")
    assert why[0] == "start"
    assert found[0] == Span(NINE, TEN, sure=False)


@pytest.mark.parametrize(
    "lines", ["", "DTSTART:soon", "DTEND:soon", "DTSTART:20270230", "DTSTART:"]
)
def test_an_entry_that_says_no_time_is_skipped_alone_and_named(lines):
    found = of(f"UID:0\n{lines}", f"UID:1\n{TUESDAY}")
    assert [one.starts for one in found.spans] == [NINE]
    assert [(one.number, one.why) for one in found.doubts] == [(1, "start")]


def test_a_doubt_names_the_day_and_never_what_it_is_about():
    found = of("UID:1\nSUMMARY:Secret\nDTSTART;TZID=Mars/Base:20270209T090000\nDURATION:PT1H")
    assert found.doubts == [Doubt(1, "zone", "2027-02-09")]
    assert "Secret" not in repr(found)


@pytest.mark.parametrize(
    "start", ["2027-02-09T09:00:00", "20270209 090000", "20270209T0900", "20270208T200000+0000"]
)
def test_dates_are_read_as_programs_write_them(start):
    assert spans(f"UID:1\nDTSTART:{start}\nDURATION:PT1H") == [(NINE, TEN)]


def test_a_date_at_the_end_of_the_world_is_named():
    assert of("UID:1\nDTSTART:99991231T235900\nDURATION:P9999D").doubts
    assert of(f"UID:1\n{TUESDAY}\nRECURRENCE-ID:soon", f"UID:1\n{TUESDAY}\nRRULE:FREQ=DAILY").doubts


def test_an_entry_that_is_not_ended_is_ended_by_the_next():
    broken = calendar(f"UID:1\n{TUESDAY}", f"UID:2\n{TUESDAY}").replace(b"END:VEVENT\r\n", b"", 1)
    found = read(broken, SINCE, UNTIL, AUCKLAND)
    assert [one.why for one in found.doubts] == ["broken"]
    assert Span(NINE, TEN) in found.spans


def test_an_alarm_within_is_no_part_of_it():
    alarm = (
        "END:VALARM\nBEGIN:VALARM\nDTSTART:20990101\nTRANSP:TRANSPARENT\nEND:VALARM\n"
        "END:NOTHING\n: no name"
    )
    assert spans(f"UID:1\n{TUESDAY}\n{alarm}") == [(NINE, TEN)]


@pytest.mark.parametrize(
    "recode",
    [
        lambda b: b.replace(b"\r\n", b"\n"),
        lambda b: b.replace(b"\r\n", b"\r"),
        lambda b: b"\xef\xbb\xbf" + b,
        lambda b: b.decode().encode("utf-16"),
        lambda b: b.replace(b"UID:1", b"UID:1\r\nSUMMARY:\xe9"),
        lambda b: (
            b.replace(b"DTSTART", b"DTST\r\n ART").lower().replace(b"pacific/a", b"Pacific/A")
        ),
        lambda b: b + b"\r\n" + b.replace(b"20270209", b"20280209"),
    ],
)
def test_octets_are_read_however_they_are_written(recode):
    found = read(recode(calendar(f"UID:1\n{TUESDAY}")), SINCE, UNTIL, AUCKLAND)
    assert (found.spans, found.doubts) == ([Span(NINE, TEN)], [])


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (b"", "no_calendar"),
        (b"<html>Please sign in</html>", "no_calendar"),
        (b"x" * 1_000_001, "too_big"),
        (calendar(*["UID:1"] * 2_001), "too_many"),
        (calendar(TUESDAY)[:-5], "cut_short"),
    ],
)
def test_what_is_no_whole_calendar_is_refused(octets, why):
    with pytest.raises(Unreadable) as refused:
        read(octets, SINCE, UNTIL, AUCKLAND)
    assert refused.value.why == why


def test_spans_that_overlap_are_one_and_what_is_sure_stays_apart():
    hour = timedelta(hours=1)
    some = [Span(NINE + hour / 2, TEN + hour), Span(NINE, TEN), Span(NINE, TEN, sure=False)]
    assert merged(some) == [Span(NINE, TEN, sure=False), Span(NINE, TEN + hour)]


def test_a_process_of_its_own_reads_the_same():
    octets = calendar(f"UID:1\n{TUESDAY}", f"UID:2\n{TUESDAY}\nRRULE:FREQ=HOURLY")
    assert apart.read_apart(octets, SINCE, UNTIL, AUCKLAND) == read(octets, SINCE, UNTIL, AUCKLAND)
    with pytest.raises(Unreadable, match="no_calendar"):
        apart.read_apart(b"", SINCE, UNTIL, AUCKLAND)


def test_a_repetition_without_end_is_broken_off_and_the_others_are_read():
    never = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    found = apart.read_apart(
        calendar(f"UID:1\n{TUESDAY}\n{never}", f"UID:2\n{TUESDAY}"), SINCE, UNTIL, AUCKLAND
    )
    assert [one.why for one in found.doubts] == ["rule"]
    assert Span(NINE, TEN) in found.spans


def test_a_calendar_that_takes_too_long_is_given_up(monkeypatch):
    never = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    octets = calendar(*[f"UID:{n}\n{TUESDAY}\n{never}" for n in range(40)])
    with pytest.raises(Unreadable, match="too_long"):
        apart.read_apart(octets, SINCE, UNTIL, AUCKLAND)


def test_an_alarm_that_is_not_ended_ends_with_its_entry():
    assert spans(f"UID:1\n{TUESDAY}\nBEGIN:VALARM") == [(NINE, TEN)]


def test_what_the_asker_put_there_is_left_out():
    octets = calendar(f"UID:ours\n{TUESDAY}", f"UID:theirs\n{TUESDAY.replace('0209', '0210')}")
    given = (octets, SINCE, UNTIL, AUCKLAND, frozenset(["ours"]))
    assert apart.read_apart(*given) == read(*given)
    (found,) = read(*given).spans
    assert found.starts == NINE + DAY


def _for_ever():
    while True:
        pass


def test_what_is_followed_for_too_long_is_broken_off_here_too():
    with pytest.raises(apart.TooLong), apart.patience(0.001):
        _for_ever()


def test_the_words_of_the_process_are_those_of_a_reading(monkeypatch):
    class Given:
        class buffer:  # noqa: N801
            read = staticmethod(lambda: b'["two"]\n' + calendar(f"UID:1\n{TUESDAY}"))

    monkeypatch.setattr(apart, "_limit", lambda: None)
    monkeypatch.setattr("sys.stdin", Given)
    window = str(SINCE.timestamp()), str(UNTIL.timestamp())
    assert '"doubts": []' in apart.main("busy", *window, AUCKLAND)
    Given.buffer.read = staticmethod(lambda: b"[]\n")
    assert apart.main("busy", *window, AUCKLAND) == '"no_calendar"'
