"""When one can walk to the pools."""

from tides.extremes import extremes

LIMIT = -0.8  # metres: the pools come out below this
TURN_BACK = 1.0  # hours


def walks(station, start, end, daylight):
    """Yields the hours of low water that fall into daylight."""
    for hours, metres in extremes(station, start, end):
        if metres < LIMIT and daylight(station, hours):
            yield hours
