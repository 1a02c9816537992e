"""Fetches a year of gauge readings, to hold our predictions against."""

import csv
from urllib.request import urlopen

SOURCE = "https://example.com/gauges/{name}/{year}.csv"


def readings(name, year):
    """Yields `(hours, metres)` as the gauge saw them."""
    with urlopen(SOURCE.format(name=name, year=year)) as answer:
        for row in csv.reader(answer.read().decode().splitlines()):
            yield float(row[0]), float(row[1])
