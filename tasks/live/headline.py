"""Which model speaks for the sky as it is now: the one whose verdict is the night's."""

from models import registry
from models.errors import ConfigurationError


def headline() -> str:
    """Name of the model whose verdict is that of the sky.

    Raises
    ------
    ConfigurationError
        There is none.
    """
    model = registry.headline("sky")
    if model is None:
        raise ConfigurationError("no classifier of the sky is enabled")
    return model.name
