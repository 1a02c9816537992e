"""High and low water."""

from tides.harmonics import height

STEP = 0.1  # hours


def extremes(station, start, end):
    """Yields `(hours, metres)` wherever the water turns between start and end."""
    before, here = height(station, start), height(station, start + STEP)
    for index in range(2, int((end - start) / STEP)):
        hours = start + index * STEP
        after = height(station, hours)
        if (here - before) * (after - here) < 0:
            yield hours - STEP, here
        before, here = here, after
