"""Picture and axes of an e-CALLISTO FITS file."""

from tasks.readers.fits_astropy import read_astropy
from tasks.readers.fits_direct import read_direct
from tasks.readers.fits_layout import check_layout
from tasks.readers.planes import Planes


def read_planes(raw: bytes, name: str) -> Planes:
    """Read inflated FITS bytes, directly where their layout is the common one, else through astropy.

    Raises
    ------
    CorruptInput
        The headers promise what the file does not hold, the axes' table is missing, or astropy cannot read it.
    """
    units = check_layout(raw, name)
    return read_direct(raw, units) or read_astropy(raw, len(units), name)
