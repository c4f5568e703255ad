"""PNG and JPEG quick-looks."""

import cv2
import numpy as np

from models.errors import CorruptInput
from models.radio.quick_look import QuickLook
from tasks.readers.callisto_name import parse_callisto_name

MAX_PIXELS = 50_000_000


def read_quick_look(data: bytes, name: str) -> QuickLook:
    """Decode a picture.

    Raises
    ------
    CorruptInput
        If ``data`` is no PNG or JPEG, or states an absurd size.
    """
    width, height = _stated_size(data)
    if not width or not height:
        raise CorruptInput(f"{name}: is no PNG or JPEG picture")
    if width * height > MAX_PIXELS:
        raise CorruptInput(f"{name}: states {width} x {height} pixels, more than the {MAX_PIXELS:,} allowed")
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    if pixels is None:
        raise CorruptInput(f"{name}: starts like a picture but cannot be decoded")
    parts = parse_callisto_name(name.rpartition("/")[2].removesuffix(".png").removesuffix(".jpg"))
    return QuickLook(pixels, parts.start, parts.station, parts.focus_code)


def _stated_size(data: bytes) -> tuple[int, int]:
    """Width and height that a PNG's first chunk or a JPEG's frame header states, (0, 0) where it is neither."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    place = 2
    while data[:2] == b"\xff\xd8" and place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # start of frame, but not tables or arithmetic conditioning
            return int.from_bytes(data[place + 7 : place + 9]), int.from_bytes(data[place + 5 : place + 7])
        place += 2 + int.from_bytes(data[place + 2 : place + 4])
    return 0, 0
