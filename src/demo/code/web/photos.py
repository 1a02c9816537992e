"""A photo of the pools for each walk."""

from pathlib import Path


def photo(station, folder=Path("web/photos")):
    """The station's own photo, or the limpet that stands in for all of them."""
    own = folder / f"{station.name.lower().replace(' ', '-')}.jpg"
    return own if own.exists() else folder / "limpet.jpg"
