"""Every archive that is declared in this folder."""

import importlib
import pkgutil
from functools import cache

import tasks.archives
from db.settings import load_settings
from tasks.archives.archive import Archive, Product

# Data of a simulated archive live beside the observations under a name of their own and never mix with them.
SIMULATED = "-simulated"
ANY_FITS = (".fits", ".fits.gz")  # these say nothing of the instrument: the header does
PICTURES = (".png", ".jpg", ".jpeg")


@cache
def archives() -> dict[str, Archive]:
    """Return the declarations by name; each module of this folder may hold one, or make it of the settings (``declare``)."""
    modules = [importlib.import_module(f"tasks.archives.{module.name}") for module in pkgutil.iter_modules(tasks.archives.__path__)]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Archive)]
    found += [module.declare(load_settings()) for module in modules if hasattr(module, "declare")]
    return {archive.name: archive for archive in sorted(found, key=lambda archive: archive.name)}


def archive(name: str) -> Archive:
    """Return the declaration behind a name in the tables, simulated or not."""
    return archives()[name.removesuffix(SIMULATED)]


def archive_of(file_name: str) -> Archive | None:
    """Return the archive one of whose products has files that end like this one; None for endings that any FITS file may have."""
    if file_name.endswith(ANY_FITS):
        return None
    return next((item for item in archives().values() for product in item.products if product.holds(file_name)), None)


def product_of(file_name: str, instrument: str) -> Product:
    """Return the product of an instrument's archives whose files end like this one; of no such ending, what they hold in the main.

    A picture is tried as a picture.
    """
    held = [product for item in archives().values() if item.instrument == instrument for product in item.products]
    named = [product for product in held if product.holds(file_name)]
    drawn = [product for product in held if product.name == "quicklook" and file_name.lower().endswith(PICTURES)]
    return (named or drawn or held)[0]
