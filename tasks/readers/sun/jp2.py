"""A JP2 of Helioviewer, which may be another one than was asked for."""

from datetime import timedelta

from models.errors import CorruptInput
from models.sun.image import PreparedSun
from models.sun.prepare import prepare
from tasks.readers.sun.image import read_sun_image
from tasks.readers.sun.name import parse_sun_name
from tasks.readers.sun.picture import jp2_moment

# Names have whole seconds.
AGREES = timedelta(seconds=2)


def read_prepared_jp2(data: bytes, name: str) -> PreparedSun:
    """Read a JP2 and prepare it, as `read_prepared_sun` does, if it shows the moment that its name tells.

    Raises
    ------
    CorruptInput
        It shows another moment, or is no picture.
    """
    told, shown = parse_sun_name(name).start, jp2_moment(data)
    if told and shown and abs(shown - told) > AGREES:
        raise CorruptInput(f"{name}: shows the Sun of {shown:%Y-%m-%d %H:%M:%S}, another moment than the one asked for")
    return prepare(read_sun_image(data, name))
