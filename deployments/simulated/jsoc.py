"""The JSOC's database as its programs answer: `jsoc_info`, `jsoc_fetch`, `checkAddress.sh`; files and keywords are kept apart."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Types of the keywords that are no strings.
OF_DOUBLES = (
    "CRPIX1", "CRPIX2", "CRVAL1", "CRVAL2", "CDELT1", "CDELT2", "CROTA2", "RSUN_OBS", "RSUN_REF", "DSUN_OBS",
    "CRLN_OBS", "CRLT_OBS", "CADENCE",
)  # fmt: skip
TYPES = {"QUALITY": "int", "WAVELNTH": "float", **dict.fromkeys(OF_DOUBLES, "double")}
REGISTERED, UNKNOWN = 2, 4  # what it says of an address
DATE = re.compile(r"\[(\d{4})\.(\d\d)\.(\d\d)_")  # of the first record of a set

Records = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Jsoc:
    """What it holds.

    Attributes
    ----------
    records : keywords of each record, by series and T_REC
    places : path of each file below the root of downloads, by T_REC
    registered : the one e-mail address that it exports to, "" for any
    staged : whether files lie on disk; from tape they come later
    """

    records: Mapping[str, Records]
    places: Mapping[str, str]
    registered: str = ""
    staged: bool = True

    def answer(self, program: str, asked: Mapping[str, str]) -> dict[str, Any]:
        """What one of its programs answers to a query."""
        if program == "checkAddress.sh":
            known = self.registered in ("", asked["address"].replace("%40", "@"))
            return {"status": REGISTERED if known else UNKNOWN, "msg": ""}
        if program == "jsoc_fetch":
            return self._export(asked)
        return self._structure() if asked["op"] == "series_struct" else self._listed(asked)

    def _structure(self) -> dict[str, Any]:
        """Of a series, which has no day: keywords that are strings are known only where records are."""
        told = {key: "string" for series in self.records.values() for cards in series.values() for key in cards}
        types = sorted((told | TYPES).items())
        keywords = [{"name": key, "type": kind, "recscope": "variable", "defval": "", "units": ""} for key, kind in types]
        return {"note": "", "primekeys": ["T_REC", "CAMERA"], "keywords": keywords, "links": [], "segments": [], "status": 0}

    def _chosen(self, record_set: str) -> tuple[str, Records]:
        series = record_set.partition("[")[0]
        return series, self.records.get(series, {})

    def _listed(self, asked: Mapping[str, str]) -> dict[str, Any]:
        _, records = self._chosen(asked["ds"])
        if not records:
            return {"count": 0, "runtime": 0.1, "status": 0}
        columns = [
            {"name": key, "values": [str(cards.get(key, "Invalid KeyLink")) for cards in records.values()]}
            for key in asked["key"].split(",")
        ]
        return {"keywords": columns, "segments": [], "links": [], "count": len(records), "runtime": 0.1, "status": 0}

    def _export(self, asked: Mapping[str, str]) -> dict[str, Any]:
        if asked["op"] == "exp_status" or not self.staged:
            return {"status": 1, "requestid": "JSOC_20240514_007", "wait": 0}
        series, records = self._chosen(asked["ds"])
        data = [
            {"record": f"{series}[{moment}][3]{{magnetogram}}", "filename": self.places.get(moment, "NoDataFile")}
            for moment in records
        ]
        head = {"status": 0, "requestid": "", "method": "url_quick", "protocol": "as-is", "dir": ""}
        return head | {"count": len(data), "data": data}
