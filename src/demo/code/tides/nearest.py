"""The station nearest to a position."""

from math import cos, hypot, radians


def nearest(stations, latitude, longitude):
    """Good enough for a coast: the earth is flat within a day's walk."""

    def distance(station):
        east = (station.longitude - longitude) * cos(radians(latitude))
        return hypot(station.latitude - latitude, east)

    return min(stations, key=distance)
