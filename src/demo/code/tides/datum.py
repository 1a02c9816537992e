"""From mean level to chart datum."""

DATUM = {"Porto da Barra": 2.00, "Lisbon": 2.08, "Avonmouth": 6.50, "Reykjavik": 2.18}

def above_datum(station, metres):
    """What a chart would say of this height."""
    return metres + DATUM[station.name]
