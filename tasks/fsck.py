"""Look after tables and bucket: what is lost, what is left over, and how what is left over goes. Imports no Prefect."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from db import objects
from db.fsck import Trouble, bundle_keys, check_nights, check_objects, forget
from db.session import transaction
from models.errors import Inconsistent
from tasks.rebuild import Manifest, lacking, read_bundles


def look() -> list[Trouble]:
    """Compare tables and bucket, count every night once more, and see that no night is in the bucket alone."""
    with transaction() as connection:
        listed = objects.listing()
        bundled = [key for manifest in bundle_keys(connection) for key in _tables(manifest)]
        troubles = check_nights(connection) + check_objects(connection, listed, bundled, datetime.now(UTC))
    bundles = read_bundles()
    damaged = [Trouble("changed", key, line) for key, line in bundles.damaged]
    return [*damaged, *(_lost(item) for item in lacking(bundles.latest)), *troubles]


def sweep(troubles: Sequence[Trouble], before: datetime) -> int:
    """Delete what is left over and was last written before a moment; return how many objects that were. Rows go before objects.

    Raises
    ------
    Inconsistent
        If a night is lost to the tables: to them, all that it could be rebuilt from is left over.
    """
    lost = [item.where for item in troubles if item.kind == "lost"]
    if lost:
        nights = lost[0] + (f" and {len(lost) - 1} more" if len(lost) > 1 else "")
        raise Inconsistent(f"{nights}: in the bucket alone; run `nightshift rebuild` before anything is swept")
    written = {item.key: item.modified for item in objects.listing()}
    old = [item for item in troubles if not item.is_damage and item.where in written and written[item.where] < before]
    with transaction() as connection:
        forget(connection, [item.where for item in old if item.kind == "unused"])
    objects.delete([item.where for item in old])
    return len(old)


def _lost(bundle: Manifest) -> Trouble:
    return Trouble("lost", f"{bundle.archive} {bundle.night}", "has a bundle in the bucket and no row; run `nightshift rebuild`")


def _tables(manifest: str) -> list[str]:
    """Keys of a bundle's tables; none where the manifest is gone or damaged, which is told of it as an object."""
    try:
        return list(json.loads(objects.get(manifest))["tables"].values())
    except (Inconsistent, ValueError, KeyError):
        return []
