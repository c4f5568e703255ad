"""Weights that are not shipped: where they lie, and how they get there. Imports no Prefect."""

import logging
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock

from db.settings import load_settings
from models import registry
from models.radio.clip import MODEL

log = logging.getLogger(__name__)

# A download that failed is tried again by the next night, not by the next file.
TRIED_AGAIN_S = 3600.0
_failed: dict[str, float] = {}


def checkpoint_of(model: str) -> Path | None:
    """File with the weights of a model that are not shipped; None where there is none, or none is needed."""
    wanted = load_settings().clip_weights
    if not wanted or not registry.find(model).fetched:
        return None
    own = Path(wanted).expanduser()
    return own if own.is_file() else _held(wanted)


def fetch_checkpoints(models: Iterable[str]) -> dict[str, Path | None]:
    """Fetch what `NIGHTSHIFT_CLIP_WEIGHTS` names, once a machine, where one of ``models`` needs it.

    Returns
    -------
    dict
        File by model: None where it cannot be had, which the log says; without those models for which nothing was asked.
    """
    wanted = load_settings().clip_weights
    needing = [model for model in models if registry.find(model).fetched] if wanted else []
    if needing and checkpoint_of(needing[0]) is None:
        _fetch(wanted)
    return {model: checkpoint_of(model) for model in needing}


def _held(tag: str) -> Path | None:
    return next(iter(sorted(path for path in _folder().glob(f"{tag}.*") if path.suffix != ".lock")), None)


def _folder() -> Path:
    return load_settings().folder / "weights"


def _fetch(tag: str) -> None:
    import open_clip

    if time.monotonic() - _failed.get(tag, float("-inf")) < TRIED_AGAIN_S:
        return
    _folder().mkdir(parents=True, exist_ok=True)
    with FileLock(_folder() / f"{tag}.lock"):
        if _held(tag):
            return  # another process was quicker
        try:
            known = open_clip.get_pretrained_cfg(MODEL, tag)
            if not known:
                raise ValueError(f"open_clip knows no weights of that name, and there is no such file; it knows {_names()}")
            with TemporaryDirectory(dir=_folder()) as fresh:
                path = Path(open_clip.download_pretrained(known, cache_dir=fresh))
                whole = Path(fresh) / f"{tag}{path.suffix}"
                shutil.copyfile(path, whole)  # the hub's cache holds links
                whole.rename(_folder() / whole.name)
        except (OSError, RuntimeError, ValueError) as error:
            _failed[tag] = time.monotonic()
            log.warning("NIGHTSHIFT_CLIP_WEIGHTS: %s cannot be had: %s", tag, " ".join(str(error).split())[:300])


def _names() -> str:
    import open_clip

    return ", ".join(open_clip.list_pretrained_tags_by_model(MODEL))
