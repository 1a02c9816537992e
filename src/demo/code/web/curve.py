"""The tide of a day as a curve."""

from tides.harmonics import height


def curve(station, start, width=360, metre=20):
    """An SVG path of 24 hours, a quarter of an hour for each point."""
    points = (
        f"{quarter * width / 96:.1f},{-height(station, start + quarter / 4) * metre:.1f}"
        for quarter in range(97)
    )
    return f'<path d="M {" L ".join(points)}"/>'
