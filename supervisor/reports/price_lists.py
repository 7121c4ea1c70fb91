"""Prices and the days from which they hold: what a past period cost stays as it was agreed."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import delete, select

from supervisor.models import PriceRule, Store
from supervisor.rules.days import DAY
from supervisor.rules.prices import PriceSettings
from supervisor.settings import read, save


@dataclass(frozen=True)
class PriceLists:
    """The list that holds now or will next, and those before it with the day on which each ended,
    the earliest first."""

    before: list[tuple[date, PriceSettings]]
    now: PriceSettings

    def of(self, day: date) -> tuple[date | None, PriceSettings]:
        """The list of a day, and the day from which it holds; None for the first of all."""
        since = None
        for until, prices in self.before:
            if day < until:
                return since, prices
            since = until
        return since, self.now


def lists(store: Store) -> PriceLists:
    """As the hub has them."""
    rows = store.scalars(select(PriceRule).order_by(PriceRule.until_on))
    before = [(row.until_on, PriceSettings(**row.rule)) for row in rows]
    return PriceLists(before, read(store, PriceSettings))


def change(store: Store, prices: PriceSettings, from_on: date | None) -> None:
    """These prices hold from a day on; what was to hold later is given up. Without a day the
    list that is there is put right, from its own first day on."""
    if from_on is not None:
        _since, held = lists(store).of(from_on - DAY)
        store.execute(delete(PriceRule).where(PriceRule.until_on >= from_on))
        store.add(PriceRule(until_on=from_on, rule=asdict(held)))
    save(store, prices)
    store.flush()
