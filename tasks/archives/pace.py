"""What an answer must keep up with: one that only drips would hold a night, and no limit for silence ends it."""

import time
from collections.abc import AsyncIterable, AsyncIterator

SLOWEST_BYTES_PER_S = 1000.0  # of the whole answer


class TooSlow(TimeoutError):
    """An answer comes, but not within any useful time."""


async def paced(body: AsyncIterable[bytes], patience_s: float) -> AsyncIterator[bytes]:
    """The bytes of an answer as they come, as long as they keep up with the slowest pace after the first moments.

    Parameters
    ----------
    body : as it comes
    patience_s : seconds that it has besides

    Raises
    ------
    TooSlow
    """
    began, received = time.monotonic(), 0
    async for chunk in body:
        received += len(chunk)
        waited = time.monotonic() - began
        if waited > patience_s + received / SLOWEST_BYTES_PER_S:
            raise TooSlow(f"{received:,} bytes in {waited:.0f} s")
        yield chunk
