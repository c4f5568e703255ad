"""Big Bear Solar Observatory: full disks in H-alpha of several observatories, and GONG's magnetograms; a folder a day.

Clouds and nights leave gaps: a day without a folder is a day without observation, not a fault.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from models.sun.prepare import PREPROCESSING_VERSION
from tasks.archives.archive import Archive, Product
from tasks.readers.sun.name import parse_sun_name
from tasks.readers.sun.prepared import read_prepared_sun

DIRECTORY = "pub/archive/{night:%Y/%m/%d}/"

BBSO = Archive(
    name="bbso",
    instrument="sun",
    root="http://www.bbso.njit.edu/",  # ftp://ftp.bbso.njit.edu/ holds the same tree
    products=(
        Product(
            name="magnetogram",
            directory=DIRECTORY,
            suffixes=(".jpg", ".fts", ".fts.gz"),
            pattern=r"gong_magxx_fd_\d{8}_\d{6}\..+",
            parse_name=parse_sun_name,
            read=read_prepared_sun,
            preparation=PREPROCESSING_VERSION,
        ),
        Product(
            name="halpha",
            directory=DIRECTORY,
            suffixes=(".jpg", ".fts", ".fts.gz"),
            pattern=r"[a-z]{4}_halph_f[ilr]_\d{8}_\d{6}\..+",  # f: full disk; raw, flat-fielded, limb darkening removed
            parse_name=parse_sun_name,
            read=read_prepared_sun,
            preparation=PREPROCESSING_VERSION,
        ),
    ),
    timezone=ZoneInfo("America/New_York"),  # of the server, in New Jersey
    revisit=timedelta(days=7),
    max_bytes=64 << 20,
    simulated_path="bbso/",
)
