"""Every archive that is declared in this folder."""

import importlib
import pkgutil
from functools import cache

import tasks.archives
from tasks.archives.archive import Archive

# Data of a simulated archive live beside the observations under a name of their own and never mix with them.
SIMULATED = "-simulated"


@cache
def archives() -> dict[str, Archive]:
    """Return the declarations by name; each module of this folder may hold one."""
    modules = [importlib.import_module(f"tasks.archives.{module.name}") for module in pkgutil.iter_modules(tasks.archives.__path__)]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Archive)]
    return {archive.name: archive for archive in sorted(found, key=lambda archive: archive.name)}


def archive(name: str) -> Archive:
    """Return the declaration behind a name in the tables, simulated or not."""
    return archives()[name.removesuffix(SIMULATED)]


def archive_of(file_name: str) -> Archive | None:
    """Return the archive one of whose products has files that end like this one."""
    return next((item for item in archives().values() for product in item.products if file_name.endswith(product.suffixes)), None)
