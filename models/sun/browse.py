"""How SDO's browse pictures show the corona in 211 angstrom, and an image in DN/s shown in the same way.

They show the counts of the day, which no loss of sensitivity was taken off, from 7 to 1,500 DN/s by the logarithm: as
Helioviewer's settings state for its own pictures, "based on aia_fits2jpeg from 2011/01/03" (Helioviewer-Project/jp2gen,
hvs_version6_aia). Daily medians of the disk in DN/s, which M. Pauly measured on images of level 1.5 (github.com/mjpauly/aia),
bear it out: on 26 of our pictures of 2011 to 2014 the disk's median lies 0.005 below where this stretch puts it (3 % in
intensity), with a spread of 0.002 and none off by more than 0.011; a line through them covers 2.27 decades from black to white,
the stretch 2.33. The medians are of 24 to 81 DN/s: brighter places rest on the line. SolarSoft's aia_intscale, 30 to 13,000
counts in 5 s, misses by up to 0.027, the more the brighter the disk. Three pictures of 2010 are darker by 0.015.
"""

from dataclasses import replace

import numpy as np

from models.sun.image import PreparedSun
from models.sun.stretches import DN_PER_S, Stretch

CHANNEL = "211"
BROWSE = Stretch(7, 1500, logarithmic=True)
BROWSE_DECADES = float(np.log10(BROWSE.high / BROWSE.low))
# Share of the first sensitivity that was left on the last of the pictures that were learnt from, 2014-06. What came later is
# shown as if no more had been lost: darker disks were never learnt from.
LEAST_SENSITIVITY = 0.816


def as_browse(sun: PreparedSun) -> PreparedSun:
    """An image of 211 angstrom as SDO's browse pictures showed it while they were learnt from.

    A picture stays as it is until 2014-06; a later one is brightened by what the instrument has lost since, black stays black.

    Parameters
    ----------
    sun : PreparedSun, freed of the loss of sensitivity where it is in DN/s
    """
    left = sun.origin.degradation
    if sun.unit == "DN/s":
        shown = BROWSE.apply(DN_PER_S[CHANNEL].invert(sun.picture) * max(left, LEAST_SENSITIVITY))
        return replace(sun, picture=np.where(sun.present, shown, np.float32(0)), unit="display")
    if left >= LEAST_SENSITIVITY:
        return sun
    shown = BROWSE.apply(BROWSE.invert(sun.picture) * (LEAST_SENSITIVITY / left))
    return replace(sun, picture=np.where(sun.present & (sun.picture > 0), shown, np.float32(0)))
