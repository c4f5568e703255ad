"""A solar image read and prepared in one go."""

from models.sun.image import PreparedSun
from models.sun.prepare import prepare
from tasks.readers.sun.image import read_sun_image


def read_prepared_sun(data: bytes, name: str) -> PreparedSun:
    """Read an image of the Sun and prepare it for the solar classifiers."""
    return prepare(read_sun_image(data, name))
