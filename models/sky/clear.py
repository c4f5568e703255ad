"""The headline of the sky: is there cloud in the field, and how much, by the excess over a clear sky."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from scipy.special import ndtr

from models.classifier import Classifier
from models.errors import Declined, ModelUnavailable
from models.sky.blobs import Blob
from models.sky.clear_sky import Reference, in_frame_reference
from models.sky.evidence import EVIDENCE, OF_CLOUD, evidence
from models.sky.frame import PREPROCESSING_VERSION, PreparedFrame
from models.sky.metrics import SkyMetrics, classify_sky, measure, okta
from models.sky.site_reference import camera_pattern_of, site_reference_of
from models.sky.thermal import USUAL_AIR_C
from models.verdict import Detection, Verdict
from models.weights_file import WEIGHTS, load_arrays

ARRAYS = ("pattern", "cloud", "layer", "threshold", "preprocessing")
# Where the surface may as well be sky as a layer of cloud, and nothing stands out from it, a frame alone says nothing.
UNDECIDED = (0.4, 0.6)
NOTHING_SEEN = 0.05
MOST_DETECTIONS = 20
LAYER_SIGMA = 3.0  # so far above the clear sky of the site a surface is as likely sky as a layer
NAME = "sky-clear"


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What `sky-clear` sees of one frame.

    Attributes
    ----------
    reference : the clear sky beneath it
    metrics, mask, blobs : of its excess over that, as `measure` gives them
    evidence : (11,) float64 ndarray in the order of `EVIDENCE`
    score : probability that there is cloud in the field
    layer : probability that the reference is itself a layer of cloud
    """

    reference: Reference
    metrics: SkyMetrics
    mask: np.ndarray
    blobs: Sequence[Blob]
    evidence: np.ndarray
    score: float
    layer: float


class SkyClear(Classifier):
    """Lower envelope of the frame, held against the physics of clear air; two logistics trained on a simulated camera."""

    name: ClassVar[str] = NAME
    version: ClassVar[str] = "6"
    instrument: ClassVar[str] = "sky"
    rank: ClassVar[int] = 1
    weights: ClassVar[str | None] = "sky-clear.safetensors"

    def __init__(self, device: str = "cpu", folder: Path = WEIGHTS) -> None:
        super().__init__(device)
        arrays = load_arrays("sky-clear.safetensors", ARRAYS, folder)
        made_for = arrays["preprocessing"].tobytes().decode()
        if made_for != PREPROCESSING_VERSION or (arrays["cloud"].size, arrays["layer"].size) != (OF_CLOUD + 1, len(EVIDENCE) + 1):
            raise ModelUnavailable(f"weights of sky-clear are for frames prepared as {made_for}, ours is {PREPROCESSING_VERSION}")
        self.pattern = arrays["pattern"]
        self.cloud, self.layer = arrays["cloud"], arrays["layer"]
        self.threshold = float(arrays["threshold"][0])

    def check(self, observation: object) -> None:
        """Decline what is no sound frame of the thermal camera in ADU."""
        check_frame(observation)

    def score(self, observations: Sequence[PreparedFrame]) -> list[Verdict]:
        """One verdict per frame."""
        return [self._verdict(frame) for frame in observations]

    def _verdict(self, frame: PreparedFrame) -> Verdict:
        return self.say(frame, self.see(frame))

    def see(self, frame: PreparedFrame) -> Sight | None:
        """What is seen of a frame that `check` has let pass; None where less than a tenth of it shows the sky."""
        reference = in_frame_reference(frame, camera_pattern_of(frame, self.pattern))
        if reference is None:
            return None
        metrics, mask, blobs = measure_above(reference, frame)
        values = evidence(reference, metrics, frame.state)
        return Sight(reference, metrics, mask, blobs, values, probability(self.cloud, values), probability(self.layer, values))

    def say(self, frame: PreparedFrame, sight: Sight | None) -> Verdict:
        """Verdict on a frame in which that was seen."""
        if sight is None:
            return self._unknown(frame, None, "no clear-sky reference: less than a tenth of the frame shows the sky")
        metrics, score, layer = sight.metrics, sight.score, sight.layer
        if site := site_reference_of(frame):
            return self._by_site(frame, sight.reference, site, score, metrics)
        if UNDECIDED[0] < layer < UNDECIDED[1] and metrics.cloud_fraction < NOTHING_SEEN:
            return self._unknown(
                frame, layer, f"no clear-sky reference: the frame is smooth, and a layer of cloud with {layer:.0%} probability"
            )
        if layer >= UNDECIDED[1] or (layer > 0.5 and metrics.cloud_fraction >= NOTHING_SEEN):
            metrics = under_layer(metrics)
        verdict = cloud_or_clear(self, score, _told(metrics, sight.reference, layer))
        shown = tuple(cloud_detection(blob, score, frame) for blob in sight.blobs[:MOST_DETECTIONS])
        return replace(verdict, scores={**verdict.scores, "layer": layer}, detections=shown)

    def _by_site(self, frame: PreparedFrame, found: Reference, site: Reference, score: float, metrics: SkyMetrics) -> Verdict:
        """Let the clear sky of the site decide whether the surface beneath the frame is sky, which no single frame can tell.

        Where it lies three standard deviations of the site's above that sky, the frame is under a layer, and is measured from
        there; else what the frame itself tells stands.
        """
        above = float(np.median((found.adu - site.adu)[frame.good])) / site.sigma_adu
        layer = float(ndtr(above - LAYER_SIGMA))
        if layer < 0.5:
            return cloud_or_clear(self, score, _told(metrics, replace(found, kind="site"), layer))
        metrics, _, _ = measure_above(site, frame)
        return cloud_or_clear(self, max(score, layer), _told(metrics, site, layer))

    def _unknown(self, frame: PreparedFrame, layer: float | None, reason: str) -> Verdict:
        metrics = {"cloud_fraction": None, "reference": None, "sky_class": "unknown", "layer_probability": layer}
        metrics["masked_fraction"] = round(1 - float(frame.good.mean()), 4)
        return replace(Verdict.declined(self.name, self.version, reason), metrics=metrics)


def cloud_or_clear(model: Classifier, score: float, metrics: Mapping[str, Any]) -> Verdict:
    """Verdict of any model of clouds.

    Parameters
    ----------
    model : whose verdict it is, with its threshold
    score : probability that there is cloud in the field
    metrics : measures of the frame
    """
    label = "cloud" if score >= model.threshold else "clear"
    scores = {"cloud": score, "clear": 1 - score}
    return Verdict(
        model.name, model.version, "judged", label=label, score=score, threshold=model.threshold, scores=scores, metrics=metrics
    )


def check_frame(observation: object) -> None:
    """Raise `Declined` unless ``observation`` is a sound frame of the thermal camera, in ADU; the reason names keyword or fault."""
    if not isinstance(observation, PreparedFrame):
        raise Declined("no frame of a sky camera")
    if observation.foreign:
        raise Declined(f"foreign: {observation.foreign}")
    if observation.unit != "ADU":
        raise Declined(f"in {observation.unit} (BUNIT, TLINEAR): the camera's linear counts (ADU) are judged")
    if observation.quality.state != "ok":
        raise Declined(f"{observation.quality.state}: {observation.quality.reason}")


def measure_above(reference: Reference, frame: PreparedFrame) -> tuple[SkyMetrics, np.ndarray, Sequence[Blob]]:
    """Measures of what exceeds a clear sky, mask and regions, as `measure` gives them."""
    excess = frame.adu - reference.adu
    return measure(excess, frame.good, reference.sigma_adu, air_temperature(frame), reference.marks)


def air_temperature(frame: PreparedFrame) -> float:
    """Temperature of the air, degrees Celsius, by its own sensor, else the shutter's, else the usual one."""
    told = (frame.state.ambient_c, frame.state.shutter_c)
    return next((value for value in told if value is not None), USUAL_AIR_C)


def probability(weights: np.ndarray, values: np.ndarray) -> float:
    """Logistic of the weighted evidence, of which the first are taken as there are weights; the last weight stands alone."""
    return float(1 / (1 + np.exp(-np.clip(weights[:-1] @ values[: weights.size - 1] + weights[-1], -30, 30))))


def under_layer(metrics: SkyMetrics) -> SkyMetrics:
    """Measures of a frame whose smooth surface is itself cloud: all of the field is covered.

    How much more radiant than clear sky that layer is, nobody knows; what stands out of it is told as before.
    """
    thick = 1.0
    return replace(
        metrics, cloud_fraction=1.0, cloud_fraction_thick=thick, okta=okta(1.0), blobs=1, largest_blob_fraction=1.0,
        edge_density=0.0, sky_quality=0.0, sky_class=classify_sky(1.0, thick),
    )  # fmt: skip


def _told(metrics: SkyMetrics, reference: Reference, layer: float) -> dict[str, Any]:
    values = ((field.name, getattr(metrics, field.name)) for field in fields(metrics))
    told = {name: round(value, 4) if isinstance(value, float) else value for name, value in values}
    # Covered or not: the variance of that alternative is part of the fraction's uncertainty.
    spread = np.hypot(metrics.cloud_fraction_sigma, (1 - metrics.cloud_fraction) * np.sqrt(layer * (1 - layer)))
    return told | {
        "cloud_fraction_sigma": round(float(spread), 4),
        "reference": reference.kind,
        "reference_sigma_adu": round(reference.sigma_adu, 2),
        "reference_support": round(reference.support, 4),
        "reference_level_adu": round(float(reference.adu.mean()), 1),
        "layer_probability": round(layer, 4),
    }


def cloud_detection(blob: Blob, score: float, frame: PreparedFrame) -> Detection:
    """One region of cloud, with its share of the field."""
    x0, y0, x1, y1 = blob.box
    share = round(blob.pixels / frame.adu.size, 4)
    box = (float(x0), float(y0), float(x1), float(y1))
    return Detection("cloud", score, frame.t_start, None, frame.t_end, box=box, attributes={"field_fraction": share})
