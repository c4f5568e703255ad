"""Index pages as Apache writes them: the table of 2.4, as the real archive shows it, and the older ``<pre>`` list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import quote
from zoneinfo import ZoneInfo

# The archive stands in Windisch, and its pages show local time without saying so.
SWISS = ZoneInfo("Europe/Zurich")
# Older pages cut names to this width and end them with "..>".
NAME_WIDTH = 23
HEAD = (
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<html>\n<head>\n    <title>Index of {0}</title>\n</head>\n<body>\n'
    "    <h1>Index of {0}</h1>\n"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an index page.

    Attributes
    ----------
    name : of the file, or of the folder ending in "/"
    modified : aware UTC datetime
    size : bytes, None for folders
    """

    name: str
    modified: datetime
    size: int | None


def rounded_size(size: int) -> str:
    """Size as Apache shows it: 931, 8.2K, 186K, 1.3M.

    Parameters
    ----------
    size : bytes

    Returns
    -------
    str
    """
    if size < 1024:
        return str(size)
    number = float(size)
    for unit in "KMGT":
        number /= 1024
        if number < 9.95:
            return f"{number:.1f}{unit}"
        if number < 1023.5:
            return f"{number:.0f}{unit}"
    return f"{number:.0f}P"


def ordered(entries: Sequence[Entry], query: str) -> list[Entry]:
    """Sort as the links in the head of the page ask: ``C=N|M|S|D`` and ``O=A|D``, folders first.

    Parameters
    ----------
    entries : of one folder
    query : of the URL

    Returns
    -------
    list of Entry
    """
    wanted = dict(part.split("=", 1) for part in query.replace("&", ";").split(";") if "=" in part)
    keys = {"M": lambda e: (e.modified, e.name), "S": lambda e: (e.size or 0, e.name)}
    listed = sorted(entries, key=keys.get(wanted.get("C", "N"), lambda e: e.name), reverse=wanted.get("O") == "D")
    return sorted(listed, key=lambda e: e.size is not None)


def _icon(entry: Entry) -> tuple[str, str]:
    if entry.size is None:
        return "/icons/folder.gif", "[DIR]"
    if entry.name.endswith(".png"):
        return "/icons/image2.gif", "[IMG]"
    return "/icons/compressed.gif", "[   ]"


def _row(icon: str, alt: str, link: str, text: str, modified: str, size: str) -> str:
    middle = f'            <td align="right">{modified}  </td>\n' if modified else "            <td>&nbsp;</td>\n"
    return (
        f'        <tr>\n            <td valign="top">\n                <img src="{icon}" alt="{alt}">\n            </td>\n'
        f'            <td>\n                <a href="{link}">{escape(text)}</a>\n            </td>\n{middle}'
        f'            <td align="right">{size}</td>\n            <td>&nbsp;</td>\n        </tr>\n'
    )


def table_page(path: str, parent: str, entries: Sequence[Entry], server: str) -> str:
    """Page with a table, as Apache 2.4 writes it.

    Parameters
    ----------
    path : of the folder, as shown in the title, without "/" at its end
    parent : address of the folder above
    entries : in the order to show
    server : line at the foot

    Returns
    -------
    str, HTML
    """
    heads = (("N;O=D", "Name"), ("M;O=A", "Last modified"), ("S;O=A", "Size"), ("D;O=A", "Description"))
    columns = "".join(
        f'            <th>\n                <a href="?C={key}">{text}</a>\n            </th>\n' for key, text in heads
    )
    rule = '        <tr>\n            <th colspan="5">\n                <hr>\n            </th>\n        </tr>\n'
    rows = [_row("/icons/back.gif", "[PARENTDIR]", parent, "Parent Directory", "", "  - ")]
    for entry in entries:
        modified = entry.modified.astimezone(SWISS).strftime("%Y-%m-%d %H:%M")
        size = "  - " if entry.size is None else rounded_size(entry.size).rjust(3)
        rows.append(_row(*_icon(entry), quote(entry.name), entry.name, modified, size))
    corner = '            <th valign="top">\n                <img src="/icons/blank.gif" alt="[ICO]">\n            </th>\n'
    head = f"{HEAD.format(escape(path))}    <table>\n        <tr>\n{corner}{columns}        </tr>\n"
    foot = f"    </table>\n    <address>{escape(server)}</address>\n</body>\n</html>\n"
    return f"{head}{rule}{''.join(rows)}{rule}{foot}"


def pre_page(path: str, parent: str, entries: Sequence[Entry], server: str) -> str:
    """Page with preformatted text, as older Apaches write it: names cut to 23 characters, months as words.

    Parameters
    ----------
    path, parent, entries, server : as in `table_page`

    Returns
    -------
    str, HTML
    """
    head = (
        '<img src="/icons/blank.gif" alt="Icon "> <a href="?C=N;O=D">Name</a>                    '
        '<a href="?C=M;O=A">Last modified</a>      <a href="?C=S;O=A">Size</a>  <a href="?C=D;O=A">Description</a><hr>'
    )
    lines = [f'<img src="/icons/back.gif" alt="[DIR]"> <a href="{parent}">Parent Directory</a>                             -   ']
    for entry in entries:
        icon, alt = _icon(entry)
        text = entry.name if len(entry.name) <= NAME_WIDTH else entry.name[: NAME_WIDTH - 3] + "..>"
        modified = entry.modified.astimezone(SWISS).strftime("%d-%b-%Y %H:%M")
        size = "-" if entry.size is None else rounded_size(entry.size)
        padding = " " * (NAME_WIDTH - len(text))
        lines.append(
            f'<img src="{icon}" alt="{alt}"> <a href="{quote(entry.name)}">{escape(text)}</a>{padding} {modified} {size:>4}  '
        )
    body = "\n".join(lines)
    return f"{HEAD.format(escape(path))}<pre>{head}{body}\n<hr></pre>\n<address>{escape(server)}</address>\n</body></html>\n"
