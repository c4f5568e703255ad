"""Keywords that an archive tells beside a FITS file, written into its header.

The JSOC keeps pictures and keywords apart: a file given out as it is has a header that tells its layout and little more. What was
asked of the database travels in the fragment of the file's address, which no server sees and the ledger keeps.
"""

import io
import json
import warnings
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlsplit

Value = str | int | float


def with_fragment(url: str, cards: Mapping[str, Value]) -> str:
    """The address of a file with what is known of it."""
    return f"{url}#{quote(json.dumps(dict(cards), separators=(',', ':')))}"


def with_keywords(data: bytes, url: str) -> bytes:
    """A file with the keywords of its address in the header of its picture; what is no FITS file comes back as it is.

    Parameters
    ----------
    data : the file as fetched
    url : where from, as `with_fragment` made it
    """
    told = unquote(urlsplit(url).fragment)
    if not told or not data.startswith(b"SIMPLE  ="):
        return data
    from astropy.io import fits

    # astropy warns of cards it repairs and raises almost any exception on broken files, which are left to the reader.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            # Compressed pictures stay tables: not a byte of them is touched.
            with fits.open(io.BytesIO(data), memmap=False, disable_image_compression=True) as units:
                unit = next(unit for unit in units if unit.header.get("NAXIS"))
                unit.header.update(json.loads(told))
                stream = io.BytesIO()
                units.writeto(stream, output_verify="silentfix")
                return stream.getvalue()
        except Exception:
            return data
