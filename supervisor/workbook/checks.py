"""What one row can be wrong in by itself: order, pairs, somebody with themselves."""

from collections.abc import Iterator

from supervisor.rules.words import N_, Words
from supervisor.workbook.rows import Check, Found, Look, Row

PAYERS = ("hub", "employer", "nobody")


def in_order(first: str, last: str) -> Check:
    """Days of which both are inside: the last is not before the first."""

    def check(row: Row, _look: Look) -> Found:
        if row.good(first, last) and row.value(last) < row.value(first):
            yield last, Words(N_("a day not before %(day)s"), {"day": row.value(first)})

    return check


def back_later(first: str, last: str) -> Check:
    """Leave: its last cell is the first day back, so it is later."""

    def check(row: Row, _look: Look) -> Found:
        if row.good(first, last) and row.value(last) <= row.value(first):
            yield last, Words(N_("the first day back, after %(day)s"), {"day": row.value(first)})

    return check


def ends_later(first: str, last: str) -> Check:
    """Hours of one day: they end after they begin."""

    def check(row: Row, _look: Look) -> Found:
        if row.good(first, last) and row.value(last) <= row.value(first):
            yield last, Words(N_("a later time of the same day"))

    return check


def at_most(less: str, more: str) -> Check:
    """The first number is not above the second."""

    def check(row: Row, _look: Look) -> Found:
        if row.good(less, more) and row.value(less) > row.value(more):
            yield less, Words(N_("at most %(most)d"), {"most": row.value(more)})

    return check


def together(one: str, other: str) -> Check:
    """Both are filled or neither."""

    def check(row: Row, _look: Look) -> Found:
        for here, there in ((one, other), (other, one)):
            if row.good(there) and here not in row.bad and row.value(here) is None:
                yield here, Words(N_("a value, as %(other)s has one"), {"other": there})

    return check


def apart(one: str, other: str) -> Check:
    """Two different people."""

    def check(row: Row, _look: Look) -> Found:
        if row.good(one, other) and row.value(one) == row.value(other):
            yield other, Words(N_("somebody else"))

    return check


def paid_by_somebody(row: Row, look: Look) -> Found:
    """Who pays is one of three words, or an organisation: anybody else could never sign."""
    payer = row.values.get("payer")
    if payer and payer not in PAYERS and look("organisations", payer, "id") is None:
        yield "payer", Words(N_("hub, employer, nobody, or the id of a row in organisations"))


def not_the_worker(row: Row, look: Look) -> Found:
    """Nobody supervises themselves."""
    if row.good("entitlement", "provider"):
        worker = look("entitlements", row.value("entitlement"), "person")
        if worker == row.value("provider"):
            yield "provider", Words(N_("somebody else"))


def in_period(row: Row, look: Look) -> Found:
    """An amendment begins inside its entitlement."""
    if not row.good("entitlement", "from_on"):
        return
    ends = look("entitlements", row.value("entitlement"), "ends_on")
    if ends is not None and row.value("from_on") > ends:
        yield "from_on", Words(N_("a day not after %(day)s"), {"day": ends})


def an_outcome_to_confirm(row: Row, _look: Look) -> Iterator[tuple[str, Words]]:
    """What was confirmed had an outcome, or each side's own answer is given."""
    for side in ("worker", "provider"):
        known = row.value("outcome") or row.value(f"{side}_answer") or "outcome" in row.bad
        if row.values.get(f"{side}_confirmed_at") and not known:
            yield f"{side}_confirmed_at", Words(N_("empty, while there is no outcome"))
