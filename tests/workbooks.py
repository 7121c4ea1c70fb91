"""Small workbooks for the tests: sheets as text, written as a CSV folder or as .xlsx."""

import csv
from pathlib import Path

from openpyxl import Workbook

from supervisor.models import Store
from supervisor.workbook import Report, import_workbook

DISTRICT = Path(__file__).parent.parent / "supervisor" / "district"
SMALL = {
    "organisations": "id,name,kind\nlakes,Lakes Peer Service,employer\nhub,Southern Hub,hub",
    "rooms": (
        "id,place,name,seats,notes,in_use\n"
        "r1,Dunedin,Room 1,4,Step-free,yes\nr2,Dunedin,Old room,2,,no"
    ),
    "people": (
        "id,name,email,place,perspectives,cultures,languages,needed_languages,identity_consent_on,"
        "focus,gender,preferred_gender,youth_until,rainbow,practice_models,modes,travel_km,"
        "years_experience,free,time_zone,matters_most,hats\n"
        "ana,Ana Rewi,Ana@Example.org,Dunedin,consumer,Kāi Tahu,English;te reo Māori,,2026-11-02,"
        "mental_health,woman,,,no,,in_person;video,60,11.5,Mon 09:00-12:00;Wed 13:00-24:00,"
        "Pacific/Auckland,,\n"
        "ben,Ben Harris,ben@example.org,wanaka,consumer;carer,,,te reo Māori,,,,woman,,,,video,,,"
        "Mon 10:00-15:00,,culture;near,\n"
        "mere,Mere Parata,mere@example.org,Cromwell,,,,,,,,,,,,,,,,,,\n"
        "cleo,Cleo Martin,,,,,,,,,,,,,,,,,,,,coordinator;facilitator"
    ),
    "jobs": (
        "id,person,organisation,role,manager,fte,funded_service,sole_peer,starts_on\n"
        "ben-lakes,ben,lakes,peer_support_worker,mere,0.8,yes,no,2026-02-01\n"
        "mere-lakes,mere,lakes,manager,,1,,,"
    ),
    "providers": (
        "person,kind,capacity,vetted_until,regions,hours_a_year,cultures_offered\n"
        "ana,peer_supervision,4,2028-12-31,OTA;STL,60.5,\n"
        "ana,cultural_supervision,2,2028-12-31,,60.5,Kāi Tahu"
    ),
    "entitlements": (
        "id,person,kind,sessions,minutes,starts_on,ends_on,culture_wanted,mandatory,payer\n"
        "ben-peer,ben,peer_supervision,10,60,2027-01-01,2027-12-31,,yes,hub\n"
        "ben-cultural,ben,cultural_supervision,4,60,2027-01-01,2027-12-31,Kāi Tahu,,hub"
    ),
    "amendments": "entitlement,from_on,sessions\nben-cultural,2027-07-01,6",
    "matches": (
        "entitlement,provider,starts_on,ends_on,cover,agreed_on,review_on\n"
        "ben-peer,ana,2027-01-01,,,2027-01-11,2027-07-11\n"
        "ben-cultural,ana,,2027-01-31,,,"
    ),
    "choices": "person,provider,rank\nben,ana,1",
    "conflicts": "person,other\nana,mere\nben,hub",
    "leave": "person,starts_on,ends_on\nben,2027-03-01,2027-03-15",
    "visits": (
        "person,place,first_on,every_weeks,from,until,last_on\n"
        "ana,Cromwell,2027-02-18,2,10:00,15:00,"
    ),
    "sessions": (
        "id,entitlement,provider,starts_at,minutes,mode,outcome,worker_confirmed_at,"
        "provider_confirmed_at\n"
        "s1,ben-peer,ana,2027-01-15T09:00,60,video,held,2027-01-15T11:00,2027-01-16T08:30+13:00\n"
        "s2,ben-peer,ana,2027-02-05T09:00,60,video,cancelled_by_provider,,\n"
        "s3,ben-peer,ana,2027-03-19T09:00+13:00,60,video,,,"
    ),
    "groups": (
        "id,name,kind,facilitator,place,mode,minimum,maximum,open\n"
        "inland,Inland co-reflection,co_reflection,cleo,Cromwell,in_person,3,6,yes"
    ),
    "group_members": "group,person\ninland,ben",
    "series": (
        "group,first_start,time_zone,every_weeks,minutes,until\n"
        "inland,2027-02-18T13:30,Pacific/Auckland,2,90,2027-12-18"
    ),
}


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines()))


def folder(path: Path, sheets: dict[str, str], *, bom: bool = False) -> Path:
    path.mkdir(exist_ok=True)
    for name, text in sheets.items():
        encoding = "utf-8-sig" if bom else "utf-8"
        (path / f"{name}.csv").write_text(text + "\n", encoding=encoding)
    return path


def xlsx(path: Path, sheets: dict[str, str]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, text in sheets.items():
        page = book.create_sheet(name)
        for row in rows_of(text):
            page.append([cell or None for cell in row])
    book.save(path)
    return path


def bring_in(store: Store, path: Path, now, *, dry_run: bool = False) -> Report:
    """Import with new words accepted, and commit as a door would."""
    report = import_workbook(store, path, now, add_words=True, dry_run=dry_run)
    store.commit()
    return report
