"""The regions of New Zealand and Australia by their codes, in words."""

from supervisor.rules.words import N_, Words

REGIONS = {
    "NTL": N_("Northland"),
    "AUK": N_("Auckland"),
    "WKO": N_("Waikato"),
    "BOP": N_("Bay of Plenty"),
    "GIS": N_("Gisborne"),
    "HKB": N_("Hawke’s Bay"),
    "TKI": N_("Taranaki"),
    "MWT": N_("Manawatū–Whanganui"),
    "WGN": N_("Wellington"),
    "NSN": N_("Nelson"),
    "TAS": N_("Tasman"),
    "MBH": N_("Marlborough"),
    "WTC": N_("West Coast"),
    "CAN": N_("Canterbury"),
    "OTA": N_("Otago"),
    "STL": N_("Southland"),
    "CIT": N_("Chatham Islands"),
    "AU-ACT": N_("Australian Capital Territory"),
    "AU-NSW": N_("New South Wales"),
    "AU-NT": N_("Northern Territory"),
    "AU-QLD": N_("Queensland"),
    "AU-SA": N_("South Australia"),
    "AU-TAS": N_("Tasmania"),
    "AU-VIC": N_("Victoria"),
    "AU-WA": N_("Western Australia"),
}
"""Codes of ISO 3166-2, those of New Zealand without the country, as places bear them."""


def region_name(code: str) -> Words:
    """A region in words; one of the hub's own is its own word."""
    return Words(REGIONS[code]) if code in REGIONS else Words("%(code)s", {"code": code})
