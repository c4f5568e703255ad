"""AIA's synoptic images at the JSOC: 1024 x 1024, level 1.5, in counts of the exposure; a folder an hour.

The near-real-time images come within minutes, have gaps, and are replaced by definitive ones of the same name eight days later:
a next version, which supersedes them. Of one image in two minutes the full even hours are taken.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from models.sun.prepare import PREPROCESSING_VERSION
from tasks.archives.archive import Archive, Product
from tasks.readers.sun.name import parse_sun_name
from tasks.readers.sun.prepared import read_prepared_sun

HOURS = "{night:%Y/%m/%d}/H{hour:02d}00/"

AIA_SYNOPTIC = Archive(
    name="aia-synoptic",
    instrument="sun",
    root="http://jsoc1.stanford.edu/data/aia/synoptic/",
    products=(
        Product(
            name="image",
            directory=HOURS,
            before="nrt/" + HOURS,
            hours=tuple(range(0, 24, 2)),
            suffixes=(".fits",),
            pattern=r"AIA\d{8}_\d\d00_(?:0094|0131|0171|0193|0211|0304|0335|1600)\.fits",
            parse_name=parse_sun_name,
            read=read_prepared_sun,
            preparation=PREPROCESSING_VERSION,
        ),
    ),
    timezone=ZoneInfo("America/Los_Angeles"),  # of the server, at Stanford
    revisit=timedelta(days=14),
    max_bytes=32 << 20,
    simulated_path="aia/",
)
