"""The thermal sky camera of the site: FITS frames that stay where its software wrote them, one folder a night."""

from datetime import timedelta

from db.settings import Settings
from models.sky.frame import PREPROCESSING_VERSION
from tasks.archives.archive import Archive, Product
from tasks.readers.frame_name import parse_frame_name
from tasks.readers.prepared_frame import read_prepared_frame


def declare(settings: Settings) -> Archive:
    """The camera as the settings describe it; live it is where ``NIGHTSHIFT_ARCHIVE_ROOTS`` names its root, else there is none."""
    return Archive(
        name=settings.camera_name,
        instrument="sky",
        root="",
        products=(
            Product(
                name="frame",
                directory=settings.camera_directory,
                suffixes=(".fits", ".fits.gz"),
                parse_name=parse_frame_name,
                read=read_prepared_frame,
                preparation=PREPROCESSING_VERSION,
                # At 9 Hz, the camera's fastest, 2,700 frames of 41 kB; one worker reads them in some seconds.
                part_minutes=5,
            ),
        ),
        timezone=settings.site_timezone,
        revisit=timedelta(days=1),  # a camera on the site sends nothing late
        max_bytes=8 << 20,  # a frame has 659,520 bytes
        simulated_path="camera/",
        site=settings.site_timezone,
        in_place=True,
        alone=True,
    )
