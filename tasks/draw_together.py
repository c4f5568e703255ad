"""What a worker does for the picture of all instruments: fetch the flux, draw, store the PNG. Imports no Prefect."""

from db import objects
from db.objects import StoredObject
from tasks.render_together import Together, draw_together
from tasks.xray_curve import kept_curve


def picture_of_together(shown: Together, curve_key: str, title: str) -> StoredObject:
    """Draw a day on one axis; without a curve flares stand as bars."""
    curve = kept_curve(curve_key) if curve_key else None
    return objects.put("picture", draw_together(shown, curve, title), ".png", "image/png")
