"""How bright is white: one fixed stretch a channel, never taken from the image itself, so that brightness stays comparable."""

from dataclasses import dataclass

import numpy as np

from models.sun.image import Unit


@dataclass(frozen=True, slots=True)
class Stretch:
    """``low`` becomes 0 and ``high`` 1, by the logarithm or linearly; what lies beyond is clipped."""

    low: float
    high: float
    logarithmic: bool

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Stretch an array of the channel's unit to float32 between 0 and 1."""
        low, high, clipped = self.low, self.high, np.clip(values, self.low, self.high)
        if self.logarithmic:
            low, high, clipped = np.log10(low), np.log10(high), np.log10(clipped)
        return np.asarray((clipped - low) / (high - low), dtype=np.float32)

    def invert(self, stretched: np.ndarray) -> np.ndarray:
        """Return the values, in the channel's unit, that were stretched."""
        if self.logarithmic:
            return np.asarray(self.low * (self.high / self.low) ** stretched)
        return np.asarray(self.low + (self.high - self.low) * stretched)


DISPLAY = Stretch(0, 255, logarithmic=False)
# DN/s: the clips with which SDOBenchmark was released (i4Ds/SDOBenchmark), all logarithmic.
DN_PER_S = {
    "94": Stretch(0.1, 800, logarithmic=True),
    "131": Stretch(0.7, 1900, logarithmic=True),
    "171": Stretch(5, 3500, logarithmic=True),
    "193": Stretch(20, 5500, logarithmic=True),
    "211": Stretch(7, 3500, logarithmic=True),
    "304": Stretch(0.1, 3500, logarithmic=True),
    "335": Stretch(0.4, 1000, logarithmic=True),
    "1600": Stretch(10, 800, logarithmic=True),
    "1700": Stretch(220, 5000, logarithmic=True),
    "4500": Stretch(4000, 20000, logarithmic=True),
    "continuum": Stretch(0, 65535, logarithmic=False),
}
# SDOBenchmark's 250 G would clip every sunspot; sunpy draws synoptic magnetograms of HMI to 1500 G.
GAUSS = {"magnetogram": Stretch(-1500, 1500, logarithmic=False)}


def stretch_of(channel: str, unit: Unit) -> Stretch | None:
    """The stretch of a channel in a unit; None where none is fixed."""
    if unit == "display":
        return DISPLAY
    return {"DN/s": DN_PER_S, "G": GAUSS}.get(unit, {}).get(channel)
