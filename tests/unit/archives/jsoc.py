"""A JSOC of one's own: its database's answers in JSON, and files as they are kept there, with headers that tell nothing."""

import io
import json
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from astropy.io import fits
from remote import Reply, Request

from models.sun.prepare import RADIUS, SIZE

TYPES = {"QUALITY": "int", "WAVELNTH": "float", "CROTA2": "double", "CRPIX1": "double", "CRPIX2": "double"}
NUMBERS = ("CRVAL", "CDELT", "RSUN", "DSUN", "CRLN", "CRLT", "CADENCE")


@dataclass
class Jsoc:
    """Answers as `jsoc_info`, `jsoc_fetch` and `checkAddress.sh` do.

    ``records`` has for each series the keywords of its records by T_REC; ``files`` has the bytes by T_REC.
    """

    registered: str = "night@example.org"
    records: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    staged: bool = True
    asked: list[dict[str, str]] = field(default_factory=list)

    async def __call__(self, request: Request) -> Reply:
        name, query = request.path.rpartition("/")[2], request.query
        self.asked.append({"cgi": name, **query})
        if name == "checkAddress.sh":
            return told({"status": 2 if query["address"].replace("%40", "@") == self.registered else 4, "msg": ""})
        if name == "jsoc_info" and query["op"] == "series_struct":
            return told(self._structure())
        if name == "jsoc_info":
            return told(self._list(query))
        if name == "jsoc_fetch":
            return told(self._export(query))
        found = re.fullmatch(r"/SUM1/D(\d+)/S00000/magnetogram\.fits", request.path)
        return Reply(body=list(self.files.values())[int(found[1])]) if found else Reply(404)

    def _structure(self) -> dict[str, Any]:
        names = sorted({key for series in self.records.values() for cards in series.values() for key in cards})
        types = {key: TYPES.get(key, "double" if key.startswith(NUMBERS) else "string") for key in names}
        keywords = [{"name": key, "type": kind, "recscope": "variable", "defval": "", "units": ""} for key, kind in types.items()]
        return {"note": "", "primekeys": ["T_REC", "CAMERA"], "keywords": keywords, "links": [], "segments": [], "status": 0}

    def _chosen(self, record_set: str) -> tuple[str, dict[str, dict[str, Any]]]:
        series = record_set.partition("[")[0]
        return series, self.records.get(series, {})

    def _list(self, query: dict[str, str]) -> dict[str, Any]:
        _, records = self._chosen(query["ds"])
        if not records:
            return {"count": 0, "runtime": 0.1, "status": 0}
        columns = [
            {"name": key, "values": [str(cards.get(key, "Invalid KeyLink")) for cards in records.values()]}
            for key in query["key"].split(",")
        ]
        return {"keywords": columns, "segments": [], "links": [], "count": len(records), "runtime": 0.1, "status": 0}

    def _export(self, query: dict[str, str]) -> dict[str, Any]:
        if query["op"] == "exp_status" or not self.staged:
            return {"status": 1, "requestid": "JSOC_20240514_007", "wait": 0}
        series, records = self._chosen(query["ds"])
        places = {moment: f"/SUM1/D{number}/S00000/magnetogram.fits" for number, moment in enumerate(self.files)}
        data = [
            {"record": f"{series}[{moment}][3]{{magnetogram}}", "filename": places.get(moment, "NoDataFile")} for moment in records
        ]
        return {
            "status": 0,
            "requestid": "",
            "method": "url_quick",
            "protocol": "as-is",
            "dir": "",
            "count": len(data),
            "data": data,
        }


def told(answer: dict[str, Any]) -> Reply:
    return Reply(body=json.dumps(answer).encode(), headers={"Content-Type": "application/json"})


def stub(picture: np.ndarray) -> bytes:
    """A picture as the JSOC keeps it: an empty primary unit, then RICE, and no word of what it shows."""
    header = fits.Header([("BLANK", -2147483648), ("BZERO", 0.0), ("BSCALE", 0.1)])
    stream = io.BytesIO()
    unit = fits.CompImageHDU(picture.astype(np.int32), header, compression_type="RICE_1", tile_shape=(1, picture.shape[1]))
    fits.HDUList([fits.PrimaryHDU(), unit]).writeto(stream)
    return stream.getvalue()


def magnetogram(side: int = 2 * SIZE) -> np.ndarray:
    """A field of 20 G in the first quarter of the disk as HMI holds it: turned by 180 degrees, nothing beyond the limb."""
    rows, columns = np.indices((side, side)) - (side - 1) / 2
    inside = np.hypot(rows, columns) <= RADIUS * side / SIZE
    return np.where(inside, np.where((rows > 0) & (columns > 0), 200, 5), -2147483648)


def cards(moment: str, made: str, side: int = 2 * SIZE) -> dict[str, Any]:
    """Keywords of a record as the database has them."""
    middle = (side + 1) / 2
    return {
        "T_REC": moment, "T_OBS": moment, "DATE__OBS": "2024-05-14T01:53:23.10Z", "DATE": made, "TELESCOP": "SDO/HMI",
        "INSTRUME": "HMI_SIDE1", "WAVELNTH": 6173.0, "CONTENT": "MAGNETOGRAM", "BUNIT": "Gauss", "QUALITY": "0x00000400",
        "CTYPE1": "HPLN-TAN", "CTYPE2": "HPLT-TAN", "CUNIT1": "arcsec", "CUNIT2": "arcsec", "CRPIX1": middle, "CRPIX2": middle,
        "CRVAL1": 0.0, "CRVAL2": 0.0, "CDELT1": 950.0 / (RADIUS * side / SIZE), "CDELT2": 950.0 / (RADIUS * side / SIZE),
        "CROTA2": 179.93, "RSUN_OBS": 950.0, "RSUN_REF": 696000000.0, "DSUN_OBS": 1.51e11, "CRLN_OBS": 330.7, "CRLT_OBS": -3.3,
        "CADENCE": 720.0,
    }  # fmt: skip
