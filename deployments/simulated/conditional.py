"""HTTP conditions and ranges (RFC 9110, sections 13 and 14) for a body held in memory."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send.

    Attributes
    ----------
    status : 200, 206, 304 or 416
    headers : of the answer
    body : bytes
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


def entity_tag(size: int, modified: datetime) -> str:
    """Apache's default tag: size and microseconds of the modification, in hexadecimal.

    Parameters
    ----------
    size : bytes
    modified : aware datetime

    Returns
    -------
    str, quoted
    """
    return f'"{size:x}-{int(modified.timestamp() * 1e6):x}"'


def _not_modified(request: Mapping[str, str], tag: str, modified: datetime) -> bool:
    if "if-none-match" in request:  # takes precedence over the date
        return any(item.strip().removeprefix("W/") in (tag, "*") for item in request["if-none-match"].split(","))
    since = request.get("if-modified-since")
    return since is not None and (when := _date(since)) is not None and modified.replace(microsecond=0) <= when


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None  # a date that cannot be read is ignored, as the RFC asks


def _span(request: Mapping[str, str], tag: str, modified: datetime, size: int) -> slice | str | None:
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", request.get("range", ""))
    if found is None or not any(found.groups()):
        return None
    if (
        (condition := request.get("if-range")) is not None
        and condition != tag
        and _date(condition) != modified.replace(microsecond=0)
    ):
        return None
    first, last = found.groups()
    begin = int(first) if first else max(size - int(last), 0)
    end = min(int(last) + 1, size) if first and last else size
    return slice(begin, end) if begin < end else "unsatisfiable"


def answer(request: Mapping[str, str], data: bytes, modified: datetime, media_type: str) -> Answer:
    """Answer a GET: whole, a part, or not at all.

    Parameters
    ----------
    request : headers, names in lower case
    data : whole body
    modified : aware UTC datetime
    media_type : of the body

    Returns
    -------
    Answer
    """
    tag = entity_tag(len(data), modified)
    headers = {
        "ETag": tag,
        "Last-Modified": format_datetime(modified.replace(microsecond=0), usegmt=True),
        "Accept-Ranges": "bytes",
    }
    if _not_modified(request, tag, modified):
        return Answer(304, headers, b"")
    span = _span(request, tag, modified, len(data))
    if isinstance(span, str):
        return Answer(416, {**headers, "Content-Range": f"bytes */{len(data)}"}, b"")
    headers["Content-Type"] = media_type
    if span is None:
        return Answer(200, headers, data)
    return Answer(206, {**headers, "Content-Range": f"bytes {span.start}-{span.stop - 1}/{len(data)}"}, data[span])
