"""Helioviewer: SDO's images as JP2, asked for by time and source.

It answers with the nearest image that it has, however far that is: gaps of days are known (November and December 2016). So the time
of the answer is checked against the one that was asked for, and of what is too far there is no observation. The time in the image
itself is checked when it is read.
"""

import asyncio
import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.errors import SourceUnavailable
from models.sun.prepare import PREPROCESSING_VERSION
from tasks.archives.archive import Archive, Product
from tasks.archives.search import Findings, Found
from tasks.archives.transport import Transport, document
from tasks.readers.sun.jp2 import read_prepared_jp2
from tasks.readers.sun.name import parse_sun_name

# Its numbers of the sources (its documentation, appendix "Data sources"), by what its files are called.
SOURCES = {"AIA_AIA_171": 10, "AIA_AIA_193": 11, "AIA_AIA_211": 12, "AIA_AIA_304": 13, "HMI_HMI_magnetogram": 19}
HOURS = range(0, 24, 4)
# Own choice: it holds SDO's images by the minute or denser. Asked five minutes past the hour, what is near is of the same UTC day.
PAST = NEAR = timedelta(minutes=5)
MAX_ANSWER = 1 << 20


async def find_nearest(root: str, night: date, transport: Transport) -> Findings:
    """Ask for the nearest image of every source at every hour; leave out those that are too far."""
    moments = [datetime.combine(night, time(hour), UTC) + PAST for hour in HOURS]
    asked = [_nearest(root, name, moment, transport) for name in SOURCES for moment in moments]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    for error in (answer for answer in answers if isinstance(answer, BaseException)):
        if not isinstance(error, SourceUnavailable):
            raise error
    files = tuple(answer for answer in answers if isinstance(answer, Found))
    return Findings(files, tuple(dict.fromkeys(str(answer) for answer in answers if isinstance(answer, SourceUnavailable))))


async def _nearest(root: str, name: str, moment: datetime, transport: Transport) -> Found | None:
    source = f"sourceId={SOURCES[name]}"
    url = f"{root}v2/getClosestImage/?date={_stamp(moment)}&{source}"
    fetched = await transport.fetch(document(url), MAX_ANSWER)
    if fetched.outcome != "fetched":
        raise SourceUnavailable(f"{url}: {fetched.reason}")
    try:
        taken = datetime.fromisoformat(json.loads(fetched.body)["date"]).replace(tzinfo=UTC)
    except (ValueError, TypeError, KeyError) as error:
        raise SourceUnavailable(f"{url}: answered without the date of an image: {fetched.body[:120]!r}") from error
    if abs(taken - moment) > NEAR:
        return None
    # Called as its own files are, but for the fraction of the second, which the answer leaves out.
    return Found(f"{taken:%Y_%m_%d__%H_%M_%S}__SDO_{name}.jp2", f"{root}v2/getJP2Image/?date={_stamp(taken)}&{source}")


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


HELIOVIEWER = Archive(
    name="helioviewer",
    instrument="sun",
    root="https://api.helioviewer.org/",
    products=(
        Product(
            name="image",
            directory="",
            suffixes=(".jp2",),
            pattern=r"\d{4}_\d\d_\d\d__.+__SDO_(?:AIA|HMI)_.+",
            parse_name=parse_sun_name,
            read=read_prepared_jp2,
            preparation=PREPROCESSING_VERSION,
            search=find_nearest,
        ),
    ),
    timezone=ZoneInfo("UTC"),
    revisit=timedelta(days=7),
    max_bytes=32 << 20,  # 4096 x 4096 of 8 bits, compressed, has 1 to 3 MB
    simulated_path="helioviewer/",
)
