from tides.extremes import extremes
from tides.stations import read


def test_the_water_turns_about_four_times_a_day():
    for station in read():
        assert len(list(extremes(station, 0, 25))) in (3, 4, 5)
