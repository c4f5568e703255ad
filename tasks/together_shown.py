"""What all instruments saw of a day of the Sun, as one picture shows it. Imports no Prefect."""

from datetime import timedelta

from sqlalchemy import Connection

from db.filters import Filters
from db.nights import night_artifacts
from db.queries import ask
from tasks.archives.catalogue import SIMULATED, archive
from tasks.draw_together import picture_of_together
from tasks.flare_events import flares_of
from tasks.forecasts import forecasts
from tasks.picture import Picture
from tasks.render_together import Together
from tasks.source import Source
from tasks.xray_curve import XRAY_CURVE

TOGETHER = "together"  # among a night's pictures
DAY = timedelta(days=1)


def together(connection: Connection, source: Source) -> Picture:
    """The picture of a night; of the other instruments what the database has now. Real and simulated data never mix."""
    start, end = archive(source.archive).bounds(source.night)
    simulated = source.archive.endswith(SIMULATED)
    # A camera's night begins the day before.
    near = Filters(since=source.night - DAY, until=source.night, headline=True, time_from=start, time_to=end)
    flares = flares_of(connection, source.night - DAY, source.night + DAY, simulated=simulated)
    bursts = [row for row in ask(connection, "events", near) if row["archive"].endswith(SIMULATED) is simulated]
    frames = [
        row
        for row in ask(connection, "sky", near)
        if row["archive"].endswith(SIMULATED) is simulated and row["start_time"] and row["cloud_fraction"] is not None
    ]
    said = forecasts(connection, Filters(night=source.night, archive=source.archive))
    shown = Together(
        bounds=(start, end),
        flares=tuple(
            (flare.t_start, flare.t_end, flare.peak.operational, flare.peak.goes_class)
            for flare in flares
            if flare.t_end >= start and flare.t_start < end
        ),
        bursts=tuple((row["t_start"], row["t_end"], row["label"]) for row in bursts),
        clouds=tuple((row["start_time"], row["cloud_fraction"]) for row in frames if start <= row["start_time"] < end),
        forecasts=tuple((row["start_time"], row["probability"]) for row in said),
        threshold=said[0]["threshold"] if said else None,
    )
    kept = night_artifacts(connection, source.archive, source.night).get(XRAY_CURVE, {}).get("key", "")
    return Picture(TOGETHER, picture_of_together, (shown, kept, f"{source.archive}   {source.night}"))
