"""A FITS file of the sky camera, ready to be judged: read, examined, rebinned."""

from models.sky.frame import PreparedFrame, prepare
from tasks.readers.sky_frame import read_sky_frame


def read_prepared_frame(data: bytes, name: str) -> PreparedFrame:
    """Read a frame and prepare it for the classifiers of the sky.

    Raises
    ------
    CorruptInput
        It cannot be read as a picture.
    """
    return prepare(read_sky_frame(data, name))
