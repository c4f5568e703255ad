"""What `radio-clip-nightshift` learns from: simulated pictures with their facts, kept on disk, and variants of real files."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from models.networks.clip_pair import tokens_of
from models.radio.burst_learning.scenes import draw_scene
from models.radio.burst_learning.sets import VARIANTS, Progress, draw_variants
from models.radio.burst_learning.weak_truth import draw_variant
from models.radio.clip_learning.captions import draw_caption, truth_table
from models.radio.clip_learning.facts import BurstFacts, PictureFacts
from models.radio.clip_planes import CLIP_COLUMNS, CLIP_PLANES, CLIP_ROWS, UNKNOWN_FREQUENCY, clip_planes
from models.radio.labelled import LabelledSpectrogram
from models.radio.prepare import PREPROCESSING_VERSION
from models.training import Batch

SEED = 21
BATCH, REAL = 64, 32  # pictures, and how many of them are variants of real files, once there are any
GAIN_SPREAD, FREQUENCY_SPREAD = 0.2, 0.04
# A quick-look has no axis: this share of the pictures is shown without it.
WITHOUT_AXIS = 0.15
FREQUENCY = CLIP_PLANES.index("frequency")


@dataclass(frozen=True, slots=True, eq=False)
class PictureSet:
    """Pictures (N, 3, CLIP_ROWS, CLIP_COLUMNS) float16, maybe on disk, and what is known of each."""

    pictures: np.ndarray
    facts: Sequence[PictureFacts]


def scene_picture(seed: int, number: int, *, unseen: bool = False) -> tuple[np.ndarray, PictureFacts]:
    """One simulated picture, and its facts; as `draw_scene`."""
    scene = draw_scene(seed, number, unseen=unseen)
    doubtful = not scene.bursts and bool(scene.truth.any())
    return clip_planes(scene.prepared), PictureFacts.of_simulated(scene.bursts, doubtful)


def simulated_pictures(folder: Path, files: int, progress: Progress) -> PictureSet:
    """The simulated set of that size; drawn once (0.1 s a file) and kept in ``folder``."""
    stem = f"clip-{SEED}-{files}-{PREPROCESSING_VERSION}"
    pictures_path, facts_path = folder / f"{stem}.npy", folder / f"{stem}.json"
    if not facts_path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        pictures = np.lib.format.open_memmap(pictures_path, "w+", np.float16, (files, len(CLIP_PLANES), CLIP_ROWS, CLIP_COLUMNS))
        facts = []
        for number in range(files):
            pictures[number], known = scene_picture(SEED, number)
            facts.append(known)
            progress("simulating", number + 1, files)
        pictures.flush()
        # Last: without it the set does not exist.
        facts_path.write_text(json.dumps([asdict(known) for known in facts]), encoding="utf-8")
    held = json.loads(facts_path.read_text(encoding="utf-8"))
    return PictureSet(np.load(pictures_path, mmap_mode="r"), [PictureFacts.of_dict(known) for known in held])


def real_pictures(examples: Sequence[LabelledSpectrogram], progress: Progress) -> PictureSet:
    """All variants of real files, one file after the other."""
    pictures = np.zeros((len(examples) * VARIANTS, len(CLIP_PLANES), CLIP_ROWS, CLIP_COLUMNS), dtype=np.float16)
    facts = []
    for place, example in enumerate(examples):
        for number in range(VARIANTS):
            drawn = draw_variant(example, number)
            pictures[place * VARIANTS + number] = clip_planes(drawn.prepared)
            real = PictureFacts.of_labelled(drawn.example)
            facts.append(replace(real, bursts=real.bursts + tuple(map(BurstFacts.of_simulated, drawn.bursts))))
        progress("variants", place + 1, len(examples))
    return PictureSet(pictures, facts)


def draw_simulated(simulated: PictureSet, rng: np.random.Generator) -> Batch:
    """A batch of the simulated set."""
    chosen = np.sort(rng.choice(len(simulated.facts), BATCH))
    return pairs_of(simulated.pictures[chosen], [simulated.facts[index] for index in chosen], rng)


def draw_mixed(real: PictureSet, days: Sequence[str], kept: np.ndarray, simulated: PictureSet, rng: np.random.Generator) -> Batch:
    """A batch of variants of the real files ``kept`` (indices), drawn as for `radio-burst`, and of simulated ones."""
    first, others = draw_variants(days, kept, REAL, rng, VARIANTS, VARIANTS), rng.integers(0, len(simulated.facts), BATCH - REAL)
    pictures = np.concatenate([real.pictures[first], simulated.pictures[others]])
    facts = [real.facts[index] for index in first] + [simulated.facts[index] for index in others]
    return pairs_of(pictures, facts, rng)


def pairs_of(pictures: np.ndarray, facts: Sequence[PictureFacts], rng: np.random.Generator) -> Batch:
    """Pictures (varied), the tokens of a caption of each, and which captions are true of which pictures.

    Parameters
    ----------
    pictures : (N, 3, CLIP_ROWS, CLIP_COLUMNS) ndarray
    facts : of each; a picture of which no caption is surely true brings none
    rng : generator
    """
    captions = [draw_caption(known, rng) for known in facts if known.bursts or known.sure]
    truth = truth_table(facts, captions)
    planes = pictures.astype(np.float32)
    planes[:, :FREQUENCY] *= np.exp(rng.normal(0, GAIN_SPREAD, (len(planes), 1, 1, 1))).astype(np.float32)
    planes[:, FREQUENCY] += rng.normal(0, FREQUENCY_SPREAD, (len(planes), 1, 1)).astype(np.float32)
    without = rng.random(len(planes)) < WITHOUT_AXIS
    planes[without, FREQUENCY] = UNKNOWN_FREQUENCY
    # Without an axis nobody can tell where 100 MHz are; that there is no such burst at all stays false.
    at_some_mhz = np.array([any(claim.at_mhz is not None for claim in caption.claims) for caption in captions])
    truth[(truth == 1) & np.outer(without, at_some_mhz)] = -1
    return planes, tokens_of([caption.text for caption in captions]), truth
