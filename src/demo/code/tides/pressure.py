"""The weight of the air on the water."""

STANDARD = 1013.25  # hectopascal


def lift(hectopascal):
    """Metres by which the water stands higher: one centimetre for each hectopascal that is missing."""
    return (STANDARD - hectopascal) / 100
