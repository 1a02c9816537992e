"""The time zone of each station."""

from zoneinfo import ZoneInfo

ZONES = {
    "Porto da Barra": "Europe/Lisbon",
    "Lisbon": "Europe/Madrid",
    "Avonmouth": "Europe/London",
    "Reykjavik": "Atlantic/Reykjavik",
}


def zone(station):
    return ZoneInfo(ZONES[station.name])
