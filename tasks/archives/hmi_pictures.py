"""HMI's magnetograms as JPG at the JSOC, one in 15 minutes; a folder a day."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from models.sun.prepare import PREPROCESSING_VERSION
from tasks.archives.archive import Archive, Product
from tasks.readers.sun.name import parse_sun_name
from tasks.readers.sun.prepared import read_prepared_sun

HMI_PICTURES = Archive(
    name="hmi-pictures",
    instrument="sun",
    root="http://jsoc.stanford.edu/",
    products=(
        Product(
            name="magnetogram",
            directory="data/hmi/images/{night:%Y/%m/%d}/",
            suffixes=("_M_1k.jpg",),
            pattern=r"\d{8}_\d\d0000_M_1k\.jpg",
            parse_name=parse_sun_name,
            read=read_prepared_sun,
            preparation=PREPROCESSING_VERSION,
        ),
    ),
    timezone=ZoneInfo("America/Los_Angeles"),  # of the server, at Stanford
    revisit=timedelta(days=7),
    max_bytes=8 << 20,
)
