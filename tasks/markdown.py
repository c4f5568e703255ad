"""Text and figures in tables of markdown."""

import re


def cell(text: object) -> str:
    """Text that stays text in a cell of a markdown table, whatever stands in a file's name."""
    plain = re.sub(r"\s+", " ", str(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|#!])", r"\\\1", plain)


def mhz(frequency: float) -> str:
    """Three figures are what a channel's width lets one say; never in powers of ten."""
    return f"{frequency:.0f}" if frequency >= 100 else f"{frequency:.1f}"
