"""What the Sun does in the files from which `radio-burst` learns."""

from datetime import UTC, datetime, timedelta

import numpy as np

from models.simulate.bursts import BurstType, SolarBurst, draw_burst

START = datetime(2024, 5, 14, 12, tzinfo=UTC)
SECONDS = 900
# Share of files by what the Sun does, and how long before its end a burst may have begun, s.
QUIET_SHARE = 0.3
KINDS: dict[BurstType, tuple[float, float]] = {
    "III": (0.34, 20), "IIIg": (0.18, 100), "II": (0.22, 300), "IV": (0.10, 700), "I": (0.12, 900), "V": (0.04, 60),
}  # fmt: skip
STORM_S = 1800.0


def draw_sun(rng: np.random.Generator) -> list[SolarBurst]:
    """Nothing, or one to three things of the types in `KINDS`; a large group may be a flare with all that follows."""
    if rng.random() < QUIET_SHARE:
        return []
    names: list[BurstType] = list(KINDS)
    share = [KINDS[name][0] for name in names]
    bursts = []
    for index in rng.choice(len(names), rng.choice([1, 2, 3], p=[0.55, 0.3, 0.15]), p=share):
        kind = names[int(index)]
        onset = float(rng.uniform(-KINDS[kind][1], SECONDS - 20))
        if kind == "I":
            onset = float(rng.uniform(-STORM_S, 0)) if rng.random() < 0.7 else float(rng.uniform(0, SECONDS - 120))
        moment = START + timedelta(seconds=onset)
        bursts.append(draw_burst(rng, kind, moment, duration_s=STORM_S, waning=True))
        if kind == "IIIg" and rng.random() < 0.35:
            bursts.append(draw_burst(rng, "V", moment + timedelta(seconds=float(rng.uniform(20, 60)))))
        if kind == "IIIg" and rng.random() < 0.25:
            bursts.append(draw_burst(rng, "II", moment + timedelta(seconds=float(rng.uniform(100, 260)))))
            bursts.append(draw_burst(rng, "IV", moment + timedelta(seconds=float(rng.uniform(150, 400)))))
    return bursts


def draw_crowd(rng: np.random.Generator) -> list[SolarBurst]:
    """Something that lasts, IV or V or a storm of type I, or a storm and IV, and one to three bursts of types II and III in it."""
    lasting: BurstType = ("IV", "V", "I")[int(rng.choice(3, p=[0.5, 0.25, 0.25]))]
    onset = float(rng.uniform(-STORM_S, 0) if lasting == "I" else rng.uniform(-200, SECONDS - 200))
    bursts = [draw_burst(rng, lasting, START + timedelta(seconds=onset), duration_s=STORM_S, waning=True)]
    if lasting == "IV" and rng.random() < 0.3:
        begin = START + timedelta(seconds=float(rng.uniform(-STORM_S, 0)))
        bursts.append(draw_burst(rng, "I", begin, duration_s=STORM_S, waning=True))
    for _ in range(int(rng.integers(1, 4))):
        kind: BurstType = "III" if lasting == "V" else ("II", "III", "IIIg")[int(rng.choice(3, p=[0.5, 0.2, 0.3]))]
        first, last = {"IV": (-100, 400), "V": (-20, 40), "I": (0, 1500)}[lasting]
        moment = min(onset + float(rng.uniform(first, last)), SECONDS - 30.0)
        bursts.append(draw_burst(rng, kind, START + timedelta(seconds=moment)))
    return bursts
