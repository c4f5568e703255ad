"""The bound of every download: all bytes over loopback, by a plain client."""

import asyncio
import time
from collections.abc import Sequence

import httpx

CONNECTIONS = 4  # as many as `Settings.connections_per_host` allows by default


def download(addresses: Sequence[str]) -> tuple[float, float]:
    """Get all addresses with four connections and throw the bytes away.

    Returns
    -------
    (wall, cpu), s, the processor time that of this process alone
    """
    wall, cpu = time.perf_counter(), time.process_time()
    asyncio.run(_download(addresses))
    return time.perf_counter() - wall, time.process_time() - cpu


async def _download(addresses: Sequence[str]) -> None:
    waiting = iter(addresses)
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=CONNECTIONS), timeout=60) as client:

        async def one_connection() -> None:
            for address in waiting:
                (await client.get(address)).raise_for_status()

        await asyncio.gather(*(one_connection() for _ in range(CONNECTIONS)))
