from tides.stations import read
from tides.zones import zone


def test_lisbon_keeps_its_own_time():
    lisbon = next(s for s in read() if s.name == "Lisbon")
    assert zone(lisbon).key == "Europe/Lisbon"
