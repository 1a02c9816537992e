"""A year of predictions, computed once."""

from functools import lru_cache

from tides.harmonics import height


@lru_cache
def year(station):
    return [height(station, quarter / 4) for quarter in range(4 * 24 * 365)]
