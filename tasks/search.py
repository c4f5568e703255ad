"""Find files by words, or by likeness to a file. Imports no Prefect."""

from pathlib import Path
from typing import Any, cast

import numpy as np

from db.embeddings import nearest
from db.filters import Filters
from db.session import transaction
from models import registry
from models.errors import ConfigurationError, Declined
from models.radio.clip_classifier import ClipClassifier
from models.radio.quick_look import QuickLook
from models.radio.spectrogram import PreparedSpectrogram
from tasks.checkpoints import checkpoint_of
from tasks.classify import read_file

MODEL = "radio-clip-nightshift"


def search(words: str, like: Path | None, model: str, filters: Filters) -> list[dict[str, Any]]:
    """Rows of the stored files nearest to words or to a file, the most alike first; as `nearest`.

    Parameters
    ----------
    words : what is sought; empty where ``like`` is given
    like : file on this machine
    model : whose features are compared
    filters : Filters

    Raises
    ------
    ConfigurationError
        Neither or both are given, the file is no observation, or the model has no features.
    """
    if bool(words.strip()) == (like is not None):
        raise ConfigurationError('search: give words, such as "type II burst with band splitting", or --like FILE')
    kind = registry.find(model)
    if kind.embedding_size is None:
        raise ConfigurationError(f"model: {model} keeps no features; those that do: {', '.join(_models())}")
    classifier = cast(ClipClassifier, registry.load(kind, checkpoint=checkpoint_of(model)))
    with transaction() as connection:
        return nearest(connection, model, _features(classifier, words, like), filters)


def _features(classifier: ClipClassifier, words: str, like: Path | None) -> np.ndarray:
    if like is None:
        return np.asarray(classifier.text_features([words])[0])
    if not like.is_file():
        raise ConfigurationError(f"like: {like} is no file")
    instrument, observation = read_file(like)
    if not isinstance(observation, PreparedSpectrogram | QuickLook):
        raise ConfigurationError(f"like: {like.name} is of the instrument {instrument!r}; what radio files show is compared")
    try:
        classifier.check(observation)
    except Declined as reason:
        raise ConfigurationError(f"like: {like.name}: {reason}") from reason
    return np.asarray(classifier.picture_features([observation])[0])


def _models() -> list[str]:
    return [kind.name for kind in registry.classifiers("radio") if kind.embedding_size]
