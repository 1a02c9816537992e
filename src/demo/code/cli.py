"""Prints the tides of a place: today's, or with --week seven days of them."""

import sys
from time import time

from tides.extremes import extremes
from tides.stations import read


def main(name, days=1):
    station = next(s for s in read() if s.name == name)
    start = time() / 3600
    for hours, metres in extremes(station, start, start + 24 * days):
        print(f"{hours - start:6.1f} h  {metres:+.2f} m")


if __name__ == "__main__":
    main(sys.argv[1], 7 if "--week" in sys.argv else 1)
