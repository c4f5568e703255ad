"""The clear sky of one site and camera: fitted to its quiet frames, kept as JSON, and asked for any pointing and weather."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Self

import numpy as np

from models.errors import ConfigurationError
from models.sky.clear_sky import HALF_FIELD_DEG, Reference, in_frame_reference
from models.sky.envelope import LEAST_SIGMA_ADU
from models.sky.frame import PREPROCESSING_VERSION, CameraState, PreparedFrame, since_correction_s
from models.sky.rebin import SHAPE
from models.sky.surface_terms import UNKNOWN_CAMERA_SIGMA_ADU
from models.sky.thermal import adu_of, airmass, band_radiance, clear_emissivity, vapour_pressure_hpa

# What the level of a clear sky is made of. The first is the physics; the others correct it for this site and camera.
TERMS = ("physics_adu", "one", "airmass", "air_c", "vapour_hpa", "fpa_c", "settling")
QUANTILE = 0.25  # thin cloud over quiet frames adds: the lower quarter is clear sky
SETTLING_S = 30.0  # the level drifts after a correction, and is corrected again about every half minute (StarDICE)
LEAST_FRAMES = 30
QUIET_SUPPORT = 0.9
POINTS = (4, 5)  # of a frame, at which it is compared


@dataclass(frozen=True, slots=True)
class Conditions:
    """What mount and weather station tell of a frame.

    Attributes
    ----------
    zenith_deg, position_deg : where the middle of the field points: distance from the zenith; the angle of the frame, 0 where
        columns and 90 where rows lead away from the zenith
    air_c : degrees Celsius
    humidity : relative, 0 to 1
    """

    zenith_deg: float
    position_deg: float
    air_c: float
    humidity: float


@dataclass(frozen=True, slots=True, eq=False)
class SiteReference:
    """A fitted clear sky.

    Attributes
    ----------
    coefficients : of `TERMS`
    pattern : (128, 160) float32 ndarray, ADU, of the camera
    fitted_on : date of the fit
    frames : quiet frames that went into it
    residual_adu : robust spread of their levels about it
    preparation : of the frames
    """

    coefficients: tuple[float, ...]
    pattern: np.ndarray
    fitted_on: date
    frames: int
    residual_adu: float
    preparation: str = PREPROCESSING_VERSION

    def reference(self, frame: PreparedFrame, conditions: Conditions) -> Reference | None:
        """Clear sky for a frame, None where the camera does not tell the temperature of its shutter.

        Its uncertainty is the fit's: a veil that lies evenly over the field is seen, but only above it.
        """
        rows = _terms(frame, conditions, SHAPE)
        if rows is None:
            return None
        level = (rows @ np.array(self.coefficients)).reshape(SHAPE) + self.pattern
        sigma = float(np.hypot(self.residual_adu, LEAST_SIGMA_ADU))
        off = frame.adu - level
        support = float((np.abs(off[frame.good]) < 2 * sigma).mean())
        return Reference("site", level.astype(np.float32), sigma, support, float(np.median(off[frame.good])) / sigma, 1.0, 0.0)

    def to_json(self) -> str:
        """Return it as JSON, the pattern in tenths of an ADU; the same reference gives the same text."""
        held = asdict(self) | {"pattern": np.rint(self.pattern * 10).astype(int).tolist(), "fitted_on": self.fitted_on.isoformat()}
        return json.dumps({"terms": TERMS} | held)

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(self.to_json(), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises
        ------
        ConfigurationError
            It is no such file, or was fitted to frames that were prepared in another way.
        """
        try:
            return cls.from_json(path.read_text(encoding="utf-8"), str(path))
        except OSError as error:
            raise ConfigurationError(f"{path}: is no clear-sky reference ({error}); fit one to quiet frames") from error

    @classmethod
    def from_json(cls, text: str, path: str) -> Self:
        """Read what `to_json` gave; ``path`` is what it is called in an error.

        Raises
        ------
        ConfigurationError
            As `load`.
        """
        try:
            held = json.loads(text)
            if tuple(held.pop("terms")) != TERMS or held["preparation"] != PREPROCESSING_VERSION:
                raise ConfigurationError(
                    f"{path}: was fitted for {held['preparation']}, ours is {PREPROCESSING_VERSION}; fit it anew"
                )
            held["pattern"] = np.array(held["pattern"], dtype=np.float32).reshape(SHAPE) / 10
            held["fitted_on"] = date.fromisoformat(held["fitted_on"])
            held["coefficients"] = tuple(held["coefficients"])
            return cls(**held)
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(f"{path}: is no clear-sky reference ({error}); fit one to quiet frames") from error


def conditions_of(state: CameraState) -> Conditions | None:
    """What mount and weather station told of a frame; None where anything is missing."""
    if state.zenith_deg is None or state.ambient_c is None or state.humidity is None:
        return None
    return Conditions(state.zenith_deg, state.position_deg or 0.0, state.ambient_c, state.humidity)


def site_reference_of(frame: PreparedFrame) -> Reference | None:
    """The clear sky of a frame's site; None where none was fitted, or nobody tells where the frame points and how the air is."""
    conditions = conditions_of(frame.state)
    return frame.site_sky.reference(frame, conditions) if frame.site_sky and conditions else None


def camera_pattern_of(frame: PreparedFrame, published: np.ndarray) -> np.ndarray:
    """(128, 160) float32 ndarray, ADU: the pattern of the frame's camera, by its site's own clear frames where they were fitted.

    Parameters
    ----------
    frame : PreparedFrame
    published : (128, 160) float32 ndarray, ADU, what is known without a site
    """
    return frame.site_sky.pattern if frame.site_sky else published


def fit_site_reference(frames: Sequence[tuple[PreparedFrame, Conditions]], pattern: np.ndarray, fitted_on: date) -> SiteReference:
    """Fit a clear sky to a site's frames.

    Frames are quiet that a smooth surface describes. Linear quantile regression (Koenker and Bassett, Econometrica 46, 33, 1978) of
    their levels at 20 points each; the pattern is the median of what is left.

    Parameters
    ----------
    frames : of many nights, cloudy ones among them
    pattern : (128, 160) float32 ndarray, ADU, what is known of the camera's
    fitted_on : date of the fit

    Raises
    ------
    ConfigurationError
        Fewer than 30 frames are quiet and tell their temperatures.
    """
    from sklearn.linear_model import QuantileRegressor

    tables, levels, quiet = [], [], []
    for frame, conditions in frames:
        found = in_frame_reference(frame, pattern)
        rows = _terms(frame, conditions, POINTS)
        if found and rows is not None and found.support >= QUIET_SUPPORT and found.sigma_adu <= UNKNOWN_CAMERA_SIGMA_ADU:
            tables.append(rows)
            levels.append(_at_points(found.adu - pattern))
            quiet.append((frame, conditions))
    if len(quiet) < LEAST_FRAMES:
        raise ConfigurationError(
            f"{len(quiet)} of {len(frames)} frames are quiet and tell their shutter's temperature; {LEAST_FRAMES} are needed"
        )
    table, level = np.concatenate(tables), np.concatenate(levels)
    # Physics first: what it misses is regressed on the others, so that its own factor stays near 1.
    middle, spread = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-9)
    steady = spread <= 1e-9
    scaled = np.where(steady, 0.0, (table - middle) / spread)
    model = QuantileRegressor(quantile=QUANTILE, alpha=1e-4, solver="highs").fit(scaled, level)
    coefficients = np.where(steady, 0.0, model.coef_ / spread)
    coefficients[1] = model.intercept_ - coefficients @ middle
    off = level - table @ coefficients
    site = SiteReference(
        tuple(coefficients), pattern, fitted_on, len(quiet), 1.4826 * float(np.median(np.abs(off - np.median(off))))
    )
    left = []
    for frame, conditions in quiet:
        found = site.reference(frame, conditions)
        assert found is not None
        left.append(frame.adu - found.adu - np.median(frame.adu - found.adu))
    camera = pattern + np.median(left, axis=0).astype(np.float32)
    return SiteReference(site.coefficients, camera, fitted_on, site.frames, site.residual_adu)


def _terms(frame: PreparedFrame, conditions: Conditions, shape: tuple[int, int]) -> np.ndarray | None:
    """(N, 7) float64 ndarray of `TERMS` at points over the frame, None where the shutter's temperature is unknown."""
    state = frame.state
    if state.shutter_c is None:
        return None
    y, x = np.meshgrid(*((np.arange(size) + 0.5) / size * 2 - 1 for size in shape), indexing="ij")
    angle = np.deg2rad(conditions.position_deg)
    away = y * HALF_FIELD_DEG[0] * np.sin(angle) + x * HALF_FIELD_DEG[1] * np.cos(angle)
    mass = airmass(np.abs(conditions.zenith_deg + away).clip(max=85)).ravel()
    vapour = float(vapour_pressure_hpa(conditions.air_c, conditions.humidity))
    physics = adu_of(clear_emissivity(conditions.air_c, vapour, mass) * float(band_radiance(conditions.air_c)), state.shutter_c)
    since = since_correction_s(frame.t_start, state)
    settling = 1.0 if since is None else float(-np.expm1(-max(since, 0.0) / SETTLING_S))
    fpa = state.shutter_c if state.fpa_c is None else state.fpa_c
    same = np.ones(mass.size)
    return np.stack([physics, same, mass, same * conditions.air_c, same * vapour, same * fpa, same * settling], axis=1)


def _at_points(surface: np.ndarray) -> np.ndarray:
    """Means of `POINTS` blocks of a (128, 160) surface, in the order of `_terms`."""
    rows, columns = SHAPE[0] // POINTS[0], SHAPE[1] // POINTS[1]
    return np.asarray(surface.reshape(POINTS[0], rows, POINTS[1], columns).mean(axis=(1, 3), dtype=np.float64).ravel())
