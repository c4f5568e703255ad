"""Catalogue events that hypothesis draws."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from models.catalogue import MARKS, CatalogueEvent, Sighting

DAY = datetime(2023, 3, 7, tzinfo=UTC)
NAMES = st.text("ABCzyx019-_", min_size=1, max_size=12).map(lambda rest: f"S{rest}")
SIGHTINGS = st.builds(Sighting, NAMES, st.sampled_from(MARKS))
TYPES = st.sampled_from(["III", "II", "VI", "CTM/CAU", "III/R", "V?", "???", "---", "IIIG/2"])
NOTES = st.fixed_dictionaries(
    {},
    optional={
        "open_end": st.just(True),
        "stations_untold": st.sampled_from(["*", "e-Callisto"]),
        "note": st.text("abc ,.", max_size=12).map(lambda rest: f"x{rest}x"),
    },
)


@st.composite
def listed_events(draw: st.DrawFn) -> CatalogueEvent:
    """An event as a burst list can hold it."""
    start = DAY + timedelta(minutes=draw(st.integers(0, 24 * 60 - 1)))
    end = start + timedelta(minutes=draw(st.integers(0, 180)))
    seen = tuple(draw(st.lists(SIGHTINGS, max_size=5)))
    return CatalogueEvent("e-callisto", "radio", draw(TYPES), start, end, sightings=seen, attributes=draw(NOTES))


def in_order(events: list[CatalogueEvent]) -> list[CatalogueEvent]:
    """Events as a list has them."""
    return sorted(events, key=lambda event: (event.t_start, event.t_end))


MARCH = date(2023, 3, 1)
