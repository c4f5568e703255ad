"""HMI's magnetograms as FITS: records of 720 s at the JSOC, found and exported through its database (DRMS).

The near-real-time records of a night come within hours and are replaced by definitive ones some days later: a next version, which
supersedes them. The JSOC exports to registered e-mail addresses only: without one this archive is not observed.
"""

import asyncio
import re
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPException
from typing import Any
from zoneinfo import ZoneInfo

from db.settings import Settings, load_settings
from models.errors import ConfigurationError, SourceUnavailable
from models.sun.prepare import PREPROCESSING_VERSION
from tasks.archives.archive import Archive, Product
from tasks.archives.search import Findings, Found
from tasks.archives.transport import Transport
from tasks.readers.sun.keywords import Value, with_fragment, with_keywords
from tasks.readers.sun.name import parse_sun_name
from tasks.readers.sun.prepared import read_prepared_sun

JSOC = "http://jsoc.stanford.edu/"
REGISTER = "http://jsoc.stanford.edu/ajax/register_email.html"
NOBODY = "nobody"  # whom the simulated one serves
SERIES = ("hmi.M_720s", "hmi.M_720s_nrt")  # the definitive one first
# Every four hours, from 2 h on: records are dated in TAI, 37 s ahead of UTC, and the one of 0 h began on the day before.
RECORDS, OF_A_DAY = "[{night:%Y.%m.%d}_02:00:00_TAI/22h@4h]", 6
# What the reader needs of a record, and what tells where it comes from.
KEYWORDS = (
    "T_REC", "T_OBS", "DATE__OBS", "DATE", "TELESCOP", "INSTRUME", "WAVELNTH", "CONTENT", "BUNIT", "QUALITY", "CTYPE1", "CTYPE2",
    "CUNIT1", "CUNIT2", "CRPIX1", "CRPIX2", "CRVAL1", "CRVAL2", "CDELT1", "CDELT2", "CROTA2", "RSUN_OBS", "RSUN_REF", "DSUN_OBS",
    "CRLN_OBS", "CRLT_OBS", "CAR_ROT", "CADENCE", "CALVER64",
)  # fmt: skip
# Keywords of hexadecimal digits: drms would make them numbers, and of "0x00000200" none at all.
AS_TEXT = ["QUALITY", "CALVER64"]
STAGING_S = 120.0  # what lies on tape comes later than anybody waits; the next visit finds it
NOTHING = ("MISSING", "Invalid KeyLink", "nan")


async def find_magnetograms(root: str, night: date, _: Transport) -> Findings:
    """Ask the JSOC's database for a night's records, and to export those that it has."""
    # drms waits for its answers (60 s at most for each), so it does so in a thread.
    return await asyncio.to_thread(_exported, root, night, load_settings().jsoc_email or NOBODY)


def _exported(root: str, night: date, email: str) -> Findings:
    import drms
    from drms.config import ServerConfig

    places = {"cgi_jsoc_info": "jsoc_info", "cgi_jsoc_fetch": "jsoc_fetch", "cgi_check_address": "checkAddress.sh"}
    server = ServerConfig(name="jsoc", cgi_baseurl=f"{root}cgi-bin/ajax/", http_download_baseurl=root, **places)
    found: dict[str, Found] = {}
    try:
        client = drms.Client(server)
        if not client.check_email(email):
            trouble = "no address is registered" if email == NOBODY else f"{email} is not registered"
            raise ConfigurationError(f"NIGHTSHIFT_JSOC_EMAIL: {trouble} with the JSOC: {REGISTER}")
        for series in SERIES:
            if len(found) == OF_A_DAY:
                break
            for file in _records(client, series + RECORDS.format(night=night), email):
                found.setdefault(file.name, file)
    except (drms.DrmsError, HTTPException, OSError, ValueError, KeyError) as error:
        return Findings(tuple(found.values()), (f"{root}: {type(error).__name__}: {error}",))
    except SourceUnavailable as error:
        return Findings(tuple(found.values()), (str(error),))
    return Findings(tuple(found.values()))


def _records(client: Any, records: str, email: str) -> list[Found]:
    told = client.query(records, key=list(KEYWORDS), skip_conversion=AS_TEXT)
    if not len(told):
        return []
    request = client.export(f"{records}{{magnetogram}}", method="url_quick", protocol="as-is", email=email, filenamefmt=False)
    if not request.wait(timeout=STAGING_S, sleep=None):
        raise SourceUnavailable(f"{records}: the JSOC is still staging them (request {request.id})")
    cards = {str(row["T_REC"]): row for row in told.to_dict("records")}
    # A record is named "hmi.M_720s[2024.05.14_02:00:00_TAI][3]{magnetogram}".
    listed = [(re.search(r"\[([^\]]*)\]", record), url) for record, url in zip(request.urls.record, request.urls.url, strict=True)]
    return [_found(cards[place[1]], url) for place, url in listed if place and place[1] in cards]


def _found(row: dict[str, Any], url: str) -> Found:
    cards: dict[str, Value] = {key.replace("__", "-"): value for key, value in row.items() if _is_told(value)}
    stamp = re.sub(r"[.:]", "", str(row["T_REC"]))
    try:
        made = datetime.fromisoformat(str(cards.get("DATE", ""))).replace(tzinfo=UTC)
    except ValueError:
        made = None
    return Found(f"hmi.M_720s.{stamp}.magnetogram.fits", with_fragment(url, cards), made)


def _is_told(value: Any) -> bool:
    return value is not None and value == value and not str(value).startswith(NOTHING)


def declare(settings: Settings) -> Archive:
    """The JSOC's records; live where ``NIGHTSHIFT_JSOC_EMAIL`` names an address that it knows, else there is no such archive."""
    return Archive(
        name="hmi-magnetograms",
        instrument="sun",
        root=JSOC if settings.jsoc_email else "",
        products=(
            Product(
                name="magnetogram",
                directory="",
                suffixes=(".magnetogram.fits",),
                pattern=r"hmi\.M_720s\.\d{8}_\d{6}_TAI\..+",
                parse_name=parse_sun_name,
                read=read_prepared_sun,
                preparation=PREPROCESSING_VERSION,
                search=find_magnetograms,
                completed=with_keywords,
            ),
        ),
        timezone=ZoneInfo("UTC"),
        revisit=timedelta(days=14),
        max_bytes=128 << 20,  # 4096 x 4096, compressed by RICE, has some 15 MB
        simulated_path="jsoc/",
    )
