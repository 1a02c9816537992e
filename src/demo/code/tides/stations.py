"""The harbours we know."""

import csv
from collections import namedtuple

Station = namedtuple("Station", "name latitude longitude constituents")

def read(path="data/stations.csv"):
    """All stations of the list, in its order."""
    with open(path, newline="") as file:
        return [parse(row) for row in csv.DictReader(file)]


def parse(row):
    """One row: amplitude and lag stand together, as in `1.04@76`."""
    tide = {name: tuple(map(float, row[name].split("@"))) for name in ("M2", "S2", "K1", "O1")}
    return Station(row["name"], float(row["latitude"]), float(row["longitude"]), tide)
