"""What the report of a night of the sky says: how much cloud, which hours were good, what was wrong with frames."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from db.nights import night_artifacts
from tasks.clouds_shown import clouds_shown
from tasks.markdown import cell
from tasks.render_sky import CLASS_COLOURS
from tasks.sky_shown import SkyShown, sky_shown

PICTURES = ("clouds", "keogram", "maps")


def sky_context(connection: Connection, common: Mapping[str, Any]) -> dict[str, Any]:
    """Gather what is shown of a night of the sky beyond what every night has."""
    shown = sky_shown(connection, common["archive"], common["night"])
    held = night_artifacts(connection, common["archive"], common["night"])
    pictures = {name: held.get(name, {}).get("key") for name in PICTURES}
    context: dict[str, Any] = {
        "sky": shown,
        "classes": list(CLASS_COLOURS),
        "clouds": clouds_shown(connection, common["archive"], common["night"]),
        "pictures": pictures,
        "picture_keys": [key for key in pictures.values() if key],
        "clear_run": _run(shown.clear) if shown else "",
    }
    return context | {"sentence": _sentence({**common, **context})}


def sky_summary(context: Mapping[str, Any]) -> list[str]:
    """Lines of the summary that stands in Prefect: what was found of injected clouds, the hours, the faults."""
    shown: SkyShown | None = context["sky"]
    lines = [cell(context["clouds"].sentence), ""] if context["clouds"] else []
    if shown is None:
        return lines
    head = "| hour (UTC) | frames | cloud | usable (min) | photometric (min) | unknown (min) |"
    lines += ["## Hours", "", head, "|---|---|---|---|---|---|"]
    lines += [
        f"| {hour.start:%H:%M} | {hour.frames} | {_share(hour.cloud_fraction)} | {60 * hour.usable_h:.0f} "
        f"| {60 * hour.hours.get('photometric', 0.0):.0f} | {60 * hour.hours['unknown']:.0f} |"
        for hour in shown.hours
    ]
    lines += ["", *(f"- {count} frames: {cell(fault)}" for fault, count in shown.faults), *([""] if shown.faults else [])]
    return lines


def _sentence(context: Mapping[str, Any]) -> str:
    """Say in one sentence how the night went."""
    shown: SkyShown | None = context["sky"]
    match context["outcome"]:
        case "empty":
            return "The camera wrote no frame in this night: nothing was observed, which does not mean that the sky was clear."
        case "failed":
            return "A step failed or an account does not balance: do not rely on the figures below until the night has run again."
    if shown is None or not shown.judged:
        return f"All {context['files']['listed']} files are accounted for; no frame was judged: nobody knows how the sky was."
    whole = shown.whole
    known = sum(whole.hours.values()) - whole.hours["unknown"]
    return (
        f"{_length(whole.usable_h)} of the {_length(known)} that frames tell of were usable, "
        f"{_length(whole.hours.get('photometric', 0.0))} photometric; on the mean {_share(whole.cloud_fraction)} of the field was"
        f" under cloud."
    )


def _run(clear: tuple[datetime, datetime] | None) -> str:
    if clear is None:
        return "none"
    return f"{_length((clear[1] - clear[0]) / timedelta(hours=1))}, {clear[0]:%H:%M} to {clear[1]:%H:%M}"


def _length(hours: float) -> str:
    return f"{60 * hours:.0f} min" if hours < 2 else f"{hours:.1f} h"


def _share(fraction: float | None) -> str:
    return "–" if fraction is None else f"{fraction:.0%}"
