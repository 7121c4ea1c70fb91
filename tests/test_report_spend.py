"""What sessions cost: by who pays, in whole cents, and only what is delivered."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisor.models import Agreement, Confirmation, Entitlement, Organisation, Store
from supervisor.reports import price_lists
from supervisor.reports.report_asks import ALL, Ask
from supervisor.reports.report_spend import spend
from supervisor.reports.reports import REPORTS
from supervisor.rules.kinds import Answer, Kind, Outcome, Side
from supervisor.rules.prices import Gst, PriceSettings, Sum, price_list, share, taxed
from supervisor.settings import save
from tests.test_entitlements import at, session

LATE = at(4, 30, 12)
PRICES = PriceSettings(peer_supervision="60: 115.00, 90: 172.50")


def rows(store: Store, ask: Ask = ALL) -> list[dict[str, Any]]:
    table = spend(store, LATE, ask)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def held(cast: SimpleNamespace, month: int, day: int, *sides: Side, minutes: int = 60) -> Any:
    one = session(cast, month, day, outcome=Outcome.HELD)
    one.minutes = minutes
    one.confirmations = [
        Confirmation(side=side, answer=Answer.HELD, said_at=at(month, day, 13)) for side in sides
    ]
    return one


@pytest.fixture
def year(store: Store, cast: SimpleNamespace) -> SimpleNamespace:
    """Two delivered, one of 90 minutes; one held, one called off an hour before, one booked."""
    cast.owed = store.query(Entitlement).one()
    cast.owed.payer = "hub"
    cast.match.agreement = Agreement(
        worker_signed_at=at(1, 11), provider_signed_at=at(1, 12), cancellation_hours=24
    )
    cast.off = session(cast, 3, 5, outcome=Outcome.CANCELLED_BY_WORKER)
    cast.off.cancelled_at = cast.off.starts_at - timedelta(hours=1)
    store.add_all(
        [
            held(cast, 1, 15, *Side),
            held(cast, 2, 12, *Side, minutes=90),
            held(cast, 2, 26, Side.WORKER),
            cast.off,
            session(cast, 5, 14),
        ]
    )
    save(store, PRICES)
    store.commit()
    return cast


def test_only_what_is_delivered_costs_by_its_length(store: Store, year) -> None:
    hour, longer = rows(store)
    assert (hour["payer"], hour["organisation"]) == ("hub", "Southern Hub")
    assert (hour["minutes"], hour["sessions_delivered"], hour["held_not_counted"]) == (60, 1, 1)
    assert [hour[f"{of}_cents"] for of in ("price", "fees", "net", "gst", "total")] == [
        11500, 0, 10000, 1500, 11500,
    ]  # fmt: skip
    assert (longer["minutes"], longer["total_cents"]) == (90, 17250)


def test_a_length_without_a_price_is_in_no_amount(store: Store, year) -> None:
    save(store, PriceSettings(peer_supervision="90: 172.50"))
    hour, longer = rows(store)
    assert (hour["sessions_delivered"], hour["price_cents"], hour["total_cents"]) == (1, None, None)
    assert longer["total_cents"] == 17250


def test_what_is_called_off_late_costs_only_where_the_hub_says_so(store: Store, year) -> None:
    assert (rows(store)[0]["late_cancellations"], rows(store)[0]["fees_cents"]) == (1, 0)
    save(store, PriceSettings(peer_supervision="60: 115.00", late_percent=50))
    assert (rows(store)[0]["fees_cents"], rows(store)[0]["total_cents"]) == (5750, 17250)
    year.off.cancelled_at = year.off.starts_at - timedelta(hours=25)
    store.flush()
    assert rows(store)[0]["late_cancellations"] == 0, "in time, as was agreed"
    year.off.cancelled_at = at(1, 10)
    year.match.agreement.worker_signed_at = None
    store.flush()
    assert rows(store)[0]["late_cancellations"] == 0, "nobody had signed for it"


@pytest.mark.parametrize(
    ("payer", "said", "total"),
    [
        ("hub", ("hub", "Southern Hub"), 11500),
        ("employer", ("employer", "Lakes Peer Service"), 11500),
        ("harbour", ("employer", "Harbour House"), 11500),
        ("health", ("funder", "Health"), 11500),
        ("iwi", ("employer", "Te Kōhai"), 11500),
        ("nobody", ("nobody", ""), 0),
        (None, ("not_said", ""), 0),
    ],
)
def test_it_is_paid_by_whoever_pays(store: Store, year, payer, said, total) -> None:
    store.add(Organisation(ref="health", name="Health", kind="funder"))
    store.add(Organisation(ref="iwi", name="Te Kōhai", kind="iwi_provider"))
    year.owed.payer = payer
    store.flush()
    row = rows(store)[0]
    assert (row["payer"], row["organisation"]) == said
    assert row["total_cents"] == total


def test_it_is_narrowed_to_an_employer_that_pays_a_kind_and_days(store: Store, year) -> None:
    assert rows(store, Ask(employer=year.lakes)) == [], "the hub pays"
    year.owed.payer = "employer"
    store.flush()
    assert len(rows(store, Ask(employer=year.lakes))) == 2
    assert rows(store, Ask(kind=Kind.COACHING)) == []
    assert [
        r["minutes"] for r in rows(store, Ask(since=date(2027, 2, 1), until=date(2027, 2, 20)))
    ] == [90]


@pytest.mark.parametrize(
    ("gst", "words"),
    [
        (Gst.INCLUDED, "hold GST of 15%"),
        (Gst.ADDED, "is added to prices"),
        (Gst.NONE, "no GST on prices"),
    ],
)
def test_it_says_the_currency_and_the_tax(store: Store, year, gst: str, words: str) -> None:
    save(store, PriceSettings(peer_supervision="60: 115.00", gst=gst))
    notes = " ".join(map(str, REPORTS["spend"](store, LATE).notes))
    assert "New Zealand dollars, whole cents in files" in notes
    assert words in notes


def test_no_worker_supervisor_or_manager_reads_a_price(store: Store, year, sign_in) -> None:
    for person in (year.ben, year.ana, year.mere):
        one = sign_in(person)
        assert one.get("/reports/spend").status_code == 404
        assert one.get("/reports/spend.csv").status_code == 404
    page = sign_in(year.cleo).get("/reports/spend").text
    assert 'href="/settings/PriceSettings"' in page
    assert "115.00" in page
    assert "Total, in dollars" in page


def test_the_hub_types_its_prices_and_is_told_how(store: Store, year, sign_in) -> None:
    cleo = sign_in(year.cleo)
    fields = {
        "peer_supervision": "60: 120", "cultural_supervision": "", "mentoring": "", "coaching": "",
        "gst": "added", "gst_percent": "15", "late_percent": "0",
    }  # fmt: skip
    assert cleo.post("/settings/PriceSettings", data=fields).status_code == 303
    assert "120.00" in cleo.get("/reports/spend").text
    wrong = cleo.post("/settings/PriceSettings", data=fields | {"coaching": "cheap"})
    assert "Write it like this: 60: 120.00, 90: 165.00" in wrong.text


def test_what_was_before_new_prices_costs_what_was_agreed_then(store: Store, year) -> None:
    price_lists.change(store, PriceSettings(peer_supervision="60: 200.00"), date(2027, 2, 1))
    before, hour, longer = rows(store)
    assert (before["minutes"], before["prices_from"], before["total_cents"]) == (60, None, 11500)
    assert (hour["held_not_counted"], hour["prices_from"]) == (1, date(2027, 2, 1))
    assert (longer["minutes"], longer["prices_from"]) == (90, date(2027, 2, 1))
    assert longer["total_cents"] is None, "no price for 90 minutes any more"


def test_prices_can_be_put_right_and_those_to_come_can_be_given_up(store: Store, year) -> None:
    def of(day: date) -> str:
        return price_lists.lists(store).of(day)[1].peer_supervision

    for text, first in (("60: 130", date(2027, 7, 1)), ("60: 140", date(2028, 7, 1))):
        price_lists.change(store, PriceSettings(peer_supervision=text), first)
    assert of(date(2027, 6, 30)) == PRICES.peer_supervision
    assert [of(date(2027, 7, 1)), of(date(2028, 7, 1))] == ["60: 130", "60: 140"]
    price_lists.change(store, PriceSettings(peer_supervision="60: 135"), date(2028, 1, 1))
    assert [of(date(2027, 12, 31)), of(date(2029, 1, 1))] == ["60: 130", "60: 135"]
    price_lists.change(store, PriceSettings(peer_supervision="60: 136"), date(2028, 1, 1))
    price_lists.change(store, PriceSettings(peer_supervision="60: 137"), None)
    assert [of(date(2027, 12, 31)), of(date(2028, 1, 1))] == ["60: 130", "60: 137"]


def test_tax_that_changed_is_said_for_each(store: Store, year) -> None:
    price_lists.change(store, PriceSettings(gst_percent=10, late_percent=50), date(2027, 2, 1))
    notes = " ".join(map(str, REPORTS["spend"](store, LATE).notes))
    assert "GST of 15%" in notes
    assert "GST of 10%" in notes
    assert "Called off late" in notes


def test_the_hub_says_from_which_day_its_prices_hold(store: Store, year, sign_in) -> None:
    cleo = sign_in(year.cleo)
    page = cleo.get("/settings/PriceSettings").text
    assert 'name="from_on" type="date" value="2027-02-10"' in page
    fields = {
        "peer_supervision": "60: 120", "cultural_supervision": "", "mentoring": "", "coaching": "",
        "gst": "added", "gst_percent": "15", "late_percent": "0", "from_on": "2027-02-01",
    }  # fmt: skip
    assert cleo.post("/settings/PriceSettings", data=fields).status_code == 303
    assert "Prices before 1 February 2027" in cleo.get("/settings/PriceSettings").text
    assert "peer_supervision,60,,1,11500" in cleo.get("/reports/spend.csv").text
    page = cleo.post("/settings/PriceSettings", data=fields | {"from_on": "soon"}).location
    assert "Write a day" in cleo.get(page).text


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", {}),
        ("60: 120.00", {60: 12000}),
        ("60:120, 90 : 165.50", {60: 12000, 90: 16550}),
        ("60: 120.5", None),
        ("60: 1, 60: 2", None),
        ("0: 5", None),
        ("an hour: 5", None),
        ("60: -5", None),
    ],
)
def test_a_list_of_prices_is_read_as_it_is_typed(typed: str, read: Any) -> None:
    assert price_list(typed) == read


@given(st.integers(0, 10**9), st.integers(0, 100), st.sampled_from(list(Gst)))
def test_the_parts_of_an_amount_are_whole_cents_and_make_the_whole(cents, percent, gst) -> None:
    net, tax, total = taxed(cents, PriceSettings(gst=gst, gst_percent=percent))
    assert net + tax == total
    assert cents == (total if gst == Gst.INCLUDED else net)
    assert abs(net * (percent if gst != Gst.NONE else 0) - tax * 100) <= 50 + percent


def test_tax_is_rounded_to_the_nearest_cent() -> None:
    assert taxed(100, PriceSettings()) == Sum(87, 13, 100)
    assert share(333, 50) == 167
