"""SDO's browse pictures: JPGs in AIA's colours with a printed stamp, not photometric; a folder a day."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from models.sun.prepare import PREPROCESSING_VERSION
from tasks.archives.archive import Archive, Product
from tasks.readers.sun.name import parse_sun_name
from tasks.readers.sun.prepared import read_prepared_sun

SDO_BROWSE = Archive(
    name="sdo-browse",
    instrument="sun",
    root="https://sdo.gsfc.nasa.gov/",
    products=(
        Product(
            name="picture",
            directory="assets/img/browse/{night:%Y/%m/%d}/",
            suffixes=(".jpg",),
            # The seconds vary, so that the folder must be listed; the first picture of an hour may be any in its first 15 minutes.
            pattern=r"\d{8}_\d\d(?:0\d|1[0-4])\d\d_512_(?:0171|0193|0211|0304|HMIB)\.jpg",
            parse_name=parse_sun_name,
            read=read_prepared_sun,
            preparation=PREPROCESSING_VERSION,
        ),
    ),
    timezone=ZoneInfo("America/New_York"),  # of the server, at Goddard
    revisit=timedelta(days=7),
    max_bytes=8 << 20,
    simulated_path="sdo/",
)
