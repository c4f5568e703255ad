"""HMI's magnetograms as FITS where no address is registered with the JSOC: found by sunpy in the Virtual Solar Observatory (VSO).

sunpy's client of the VSO, one of those behind Fido, searches; the shared fetcher downloads what it names.
"""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from db.settings import Settings
from models.sun.prepare import PREPROCESSING_VERSION
from tasks.archives.archive import Archive, Product
from tasks.archives.search import Findings, Found
from tasks.archives.transport import Transport
from tasks.readers.sun.name import parse_sun_name
from tasks.readers.sun.prepared import read_prepared_sun

VSO = "http://docs.virtualsolar.org/"
WSDL, PORT = "WSDL/VSOi_rpc_literal.wsdl", "nsoVSOi"
CADENCE_H, OF_A_DAY = 4, 6
ANSWERED_S = 60.0  # a day of one instrument takes the VSO some seconds


async def find_magnetograms(root: str, night: date, _: Transport) -> Findings:
    """Ask the VSO for a night's magnetograms, one every four hours, and where each can be fetched."""
    # zeep waits for its answers, so it does so in a thread.
    return await asyncio.to_thread(_found, root, night)


def _found(root: str, night: date) -> Findings:
    import zeep
    from astropy import units
    from sunpy.net import attrs
    from sunpy.net.vso.vso import build_client

    wanted = (
        attrs.Time(f"{night} 00:00:00", f"{night} 23:59:59"),
        attrs.Instrument("HMI"),
        attrs.Physobs("LOS_magnetic_field"),
        attrs.Sample(CADENCE_H * units.hour),
    )
    files: list[Found] = []
    try:
        # The real one has mirrors, of which sunpy takes the first that answers.
        place = {} if root == VSO else {"url": root + WSDL, "port_name": PORT}
        transport = zeep.Transport(timeout=ANSWERED_S, operation_timeout=ANSWERED_S)  # type: ignore[no-untyped-call]
        client = _client(build_client(**place, transport=transport))
        table = client.search(*wanted)
        if table.errors:
            raise table.errors[0]
        if not len(table):
            return Findings(())
        troubles = client.fetch(table[:OF_A_DAY], downloader=files.append, wait=False).errors
    except Exception as error:
        # SOAP, its XML and sockets fail each in their own way.
        return Findings((), (f"{root}: the VSO: {type(error).__name__}: {str(error)[:200]}",))
    return Findings(tuple(files), tuple(f"{root}: the VSO: {trouble.exception!r:.200}" for trouble in troubles))


def _client(api: Any) -> Any:
    """sunpy's client, which hands on the address of each file instead of downloading it."""
    from sunpy.net.vso import VSOClient

    class Lister(VSOClient):  # type: ignore[misc]
        def download(self, _: str, url: str, downloader: Callable[[Found], None], *args: Any, **__: Any) -> None:
            downloader(Found(_name(args[-1]), url))

    return Lister(api=api)


def _name(record: Any) -> str:
    """The VSO's addresses are questions to programs, without a name."""
    return f"hmi.M_45s.{record['Start Time'].to_datetime():%Y%m%d_%H%M%S}.magnetogram.fits"


def declare(settings: Settings) -> Archive:
    """The VSO's records of HMI; live where no address is registered with the JSOC, whose records are means of a longer time."""
    return Archive(
        name="vso-magnetograms",
        instrument="sun",
        root="" if settings.jsoc_email else VSO,
        products=(
            Product(
                name="magnetogram",
                directory="",
                suffixes=(".magnetogram.fits",),
                pattern=r"hmi\.M_45s\.\d{8}_\d{6}\..+",
                parse_name=parse_sun_name,
                read=read_prepared_sun,
                preparation=PREPROCESSING_VERSION,
                search=find_magnetograms,
            ),
        ),
        timezone=ZoneInfo("UTC"),
        revisit=timedelta(days=14),
        max_bytes=128 << 20,  # 4096 x 4096, compressed by RICE, has some 15 MB
    )
