"""The height of the water as a sum of cosines."""

from math import cos, radians

# Speed in degrees an hour: the moon twice a day, the sun twice a day, and both once.
SPEED = {"M2": 28.984104, "S2": 30.0, "K1": 15.041069, "O1": 13.943036}


def phase(name, hours):
    """Where a constituent stands after so many hours, in radians."""
    return radians(SPEED[name] * hours)


def height(station, hours):
    """Metres above mean level at a station, so many hours after the epoch."""
    return sum(
        amplitude * cos(phase(name, hours) - radians(lag))
        for name, (amplitude, lag) in station.constituents.items()
    )
