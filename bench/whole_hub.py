"""An import of 10,000 workers and a full match: the peak of memory of each process, and its time.

    python -m bench.whole_hub [--size national] [--seconds N]

The hub of `bench.hubs` is written as a folder of CSV sheets, brought into a new SQLite database
by `supervisor import`, and matched by `supervisor match`, all as from a shell.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from bench.hubs import ON, SIZES, hub
from supervisor.rules.fit_values import Need, Party, Provider

LIMIT = 2_048
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
PEOPLE = (
    "id", "name", "place", "latitude", "longitude", "clinical", "perspectives", "cultures",
    "languages", "needed_languages", "identity_consent_on", "focus", "gender", "preferred_gender",
    "youth_until", "rainbow", "practice_models", "modes", "travel_km", "years_experience", "free",
    "time_zone", "matters_most",
)  # fmt: skip
JOBS = ("id", "person", "organisation", "role", "sole_peer", "starts_on")
PROVIDERS = (
    "person", "kind", "capacity", "vetted_until", "regions", "hours_a_year", "cultures_offered",
)  # fmt: skip
ENTITLEMENTS = (
    "id", "person", "kind", "sessions", "minutes", "starts_on", "ends_on", "culture_wanted",
    "mandatory", "payer", "waiting_since",
)  # fmt: skip
Cells = Iterable[object]


def write(folder: Path, needs: list[Need], providers: list[Provider]) -> None:
    """The hub as sheets."""
    workers = {need.worker.id: need.worker for need in needs}
    parties = [one.party for one in providers] + list(workers.values())
    regions = sorted({str(one.region) for one in parties})
    employers = sorted({one for party in parties for one in party.organisations})
    refs = {one.id: one.ref for one in parties}
    _sheet(folder, "organisations", ("id", "name", "kind"),
           ((f"o{one}", f"Service {one}", "employer") for one in employers))  # fmt: skip
    _sheet(folder, "places", ("id", "name", "region", "land"),
           ((one, f"Region {one}", one, "South") for one in regions))  # fmt: skip
    _sheet(folder, "people", PEOPLE, map(_person, parties))
    _sheet(folder, "jobs", JOBS, map(_job, parties))
    offers = [(one, kind) for one in providers for kind in one.offers]
    _sheet(folder, "providers", PROVIDERS, (_offer(*one) for one in offers))
    _sheet(folder, "entitlements", ENTITLEMENTS, map(_need, needs))
    ranks = [
        (one.ref, refs[p], rank) for one in workers.values() for p, rank in one.choices.items()
    ]
    _sheet(folder, "choices", ("person", "provider", "rank"), ranks)


def _sheet(folder: Path, name: str, head: tuple[str, ...], rows: Iterable[Cells]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows([_text(cell) for cell in row] for row in rows)


def _text(cell: object) -> object:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, set | frozenset):
        return ";".join(sorted(map(str, cell)))
    return "" if cell is None else cell


def _person(one: Party) -> Cells:
    latitude, longitude = one.point or (None, None)
    free = ";".join(f"{DAYS[day]} {_hour(a)}-{_hour(b)}" for day, a, b in one.windows)
    consent = date(2026, 1, 1) if one.shares else None
    return (
        one.ref, f"Person {one.ref}", one.region, latitude, longitude, one.clinical,
        one.perspectives, one.cultures, one.languages, one.needed_languages, consent, one.focus,
        one.genders, one.preferred_genders, one.youth_until, one.rainbow, one.practice, one.modes,
        one.travel_km, one.years, free, one.zone, one.matters_most,
    )  # fmt: skip


def _hour(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _job(one: Party) -> Cells:
    [employer] = one.organisations
    role = "peer_support_worker"
    return f"j-{one.ref}", one.ref, f"o{employer}", role, one.sole_peer, one.began_on


def _offer(one: Provider, kind: str) -> Cells:
    offer, limit = one.offers[kind], one.minutes_a_year
    hours = None if limit is None else limit // 60
    return (
        one.party.ref, kind, offer.capacity, offer.vetted_until, offer.regions, hours,
        offer.cultures if kind == "cultural_supervision" else None,
    )  # fmt: skip


def _need(need: Need) -> Cells:
    sessions, since = need.effort // need.minutes, need.waiting_since
    return (
        need.ref, need.worker.ref, need.kind, sessions, need.minutes, date(2027, 1, 1),
        date(2027, 12, 31), need.culture_wanted, need.mandatory, "hub", since,
    )  # fmt: skip


def run(env: dict[str, str], *words: str) -> tuple[float, float, str]:
    """One command: its seconds of the processor, its peak of memory in MB, its last words."""
    asked = [sys.executable, "-m", "supervisor", *words]
    with tempfile.TemporaryFile("w+") as said:
        child = subprocess.Popen(asked, env=env, stdout=said, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(child.pid, 0)
        said.seek(0)
        lines = said.read().splitlines()
    if status:
        raise SystemExit("\n".join(lines[-20:]))
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, lines[-1] if lines else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="national", help=", ".join(SIZES))
    parser.add_argument("--seconds", default="60", help="how long the solver may look")
    given = parser.parse_args()
    needs, providers = hub(SIZES[given.size], seed=1)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "sheets"
        folder.mkdir()
        write(folder, needs, providers)
        env = os.environ | {
            "SUPERVISOR_DATABASE": f"sqlite:///{place}/hub.db",
            "SUPERVISOR_SECRET_KEY": "bench",
            "SUPERVISOR_NOW": f"{ON}T09:00:00+13:00",
        }
        out = str(Path(place) / "answer.csv")
        for words in (
            ("init",),
            ("import", str(folder), "--add-words"),
            ("match", "--seconds", given.seconds, "--out", out),
        ):
            seconds, megabytes, last = run(env, *words)
            used = f"{seconds:7.1f} s of the processor {megabytes:6.0f} MB, limit {LIMIT:,}"
            print(f"{words[0]:8}{used}   {last}", flush=True)


if __name__ == "__main__":
    main()
