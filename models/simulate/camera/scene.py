"""A sky of known clouds above a camera, moment by moment, with exact truth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.simulate.camera.clouds import KINDS, Cloud, draw_cloud
from models.simulate.camera.tau2 import FIELD_DEG, NATIVE_SHAPE, Tau2, axes, draw_camera
from models.sky.thermal import RADIANCE_PER_ADU, airmass, band_radiance, clear_emissivity, vapour_pressure_hpa


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedFrame:
    """One frame, and what is true of it.

    Attributes
    ----------
    adu : (H, W) int16 ndarray, ADU
    excess_adu : (H, W) float32 ndarray, what the clouds add, without noise
    clear_adu : (H, W) float32 ndarray, what the camera would read without them, without noise
    airmass : of the middle of the field
    """

    adu: np.ndarray
    excess_adu: np.ndarray
    clear_adu: np.ndarray
    airmass: float


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A camera, the air and the clouds above it.

    Attributes
    ----------
    camera : Tau2
    air_c, shutter_c : degrees Celsius, air at the ground and the camera's shutter
    humidity : relative, 0 to 1
    zenith_deg, position_deg : where the middle of the field points: distance from the zenith, and the frame's angle against it
    haze : factor of the clear sky's emissivity: of one site the air differs from day to day
    clouds : layers, the highest first
    """

    camera: Tau2
    air_c: float
    shutter_c: float
    humidity: float
    zenith_deg: float
    position_deg: float
    haze: float
    clouds: tuple[Cloud, ...]

    def frame(self, rng: np.random.Generator, seconds: float = 0.0, since_correction_s: float = 15.0) -> SimulatedFrame:
        """The frame at a moment.

        Parameters
        ----------
        rng : of the noise
        seconds : since the scene's beginning; the clouds have moved
        since_correction_s : seconds since the last flat-field correction
        """
        shape = (self.camera.lens.shape[0], self.camera.lens.shape[1])
        mass = airmass(self._zenith_deg(shape))
        emissivity = np.minimum(
            self.haze * clear_emissivity(self.air_c, vapour_pressure_hpa(self.air_c, self.humidity), mass), 0.99
        )
        ground = float(band_radiance(self.air_c))
        radiance = clear = emissivity * ground
        for cloud in self.clouds:
            opacity, cooler = cloud.at(shape, seconds)
            beneath = 1 - (1 - emissivity) ** cloud.air_beneath
            above = (radiance - beneath * ground) / (1 - beneath)
            base = np.maximum(band_radiance(self.air_c - cooler), above)
            radiance = beneath * ground + (1 - beneath) * ((1 - opacity) * above + opacity * base)
        shutter = float(band_radiance(self.shutter_c))
        clear_scene = ((clear - shutter) / RADIANCE_PER_ADU).astype(np.float32)
        excess = ((radiance - clear) / RADIANCE_PER_ADU).astype(np.float32) * self.camera.transmission
        counts = self.camera.expose(clear_scene + excess / self.camera.transmission, since_correction_s, rng)
        without = self.camera.shutter_adu + clear_scene * self.camera.transmission + self.camera.lens + self.camera.pattern
        return SimulatedFrame(counts, excess, without.astype(np.float32), float(airmass(self.zenith_deg)))

    def _zenith_deg(self, shape: tuple[int, int]) -> np.ndarray:
        y, x = axes(shape)
        angle = np.deg2rad(self.position_deg)
        away = y * FIELD_DEG[0] / 2 * np.sin(angle) + x * FIELD_DEG[1] / 2 * np.cos(angle)
        return np.asarray(np.abs(self.zenith_deg + away).clip(max=85))


def draw_scene(
    rng: np.random.Generator,
    kinds: Sequence[str] = KINDS,
    cover: float | None = None,
    shape: tuple[int, int] = NATIVE_SHAPE,
    camera: Tau2 | None = None,
) -> Scene:
    """Draw a sky.

    Air of -10 to 25 degrees, humidity of 20 to 95 %, pointings uniform over the sky down to 60 degrees from the zenith.

    Parameters
    ----------
    rng : generator
    kinds : of which one is drawn for the lowest layer; none for a clear sky
    cover : share of the field under it; None draws one, a third of them overcast
    shape : of the frames
    camera : by default one is drawn
    """
    air = rng.uniform(-10, 25)
    clouds = []
    if kinds:
        drawn = (1.0 if rng.random() < 1 / 3 else float(rng.uniform(0.02, 1.0))) if cover is None else cover
        if rng.random() < 0.2:
            clouds.append(draw_cloud(rng, "cirrus", float(rng.uniform(0.1, 1.0)), shape))
        clouds.append(draw_cloud(rng, str(rng.choice(list(kinds))), drawn, shape))
    return Scene(
        camera=draw_camera(rng, shape) if camera is None else camera,
        air_c=float(air),
        shutter_c=float(air + rng.normal(0, 2)),  # the two raw frames: 0.2 and 0.5 K below the air
        humidity=float(rng.uniform(0.2, 0.95)),
        zenith_deg=float(np.rad2deg(np.arccos(rng.uniform(0.5, 1.0)))),
        position_deg=float(rng.uniform(0, 360)),
        haze=float(rng.normal(1.0, 0.1)),
        clouds=tuple(clouds),
    )
