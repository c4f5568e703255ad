"""Pictures of a night: those that its instrument wants, drawn where they have changed."""

from db.bundle import BUNDLE
from db.ledger import record_artifacts
from db.nights import night_artifacts, write_artifacts
from db.objects import StoredObject
from db.session import transaction
from db.settings import load_settings
from db.verdicts import link_pictures
from tasks.batch import step_task
from tasks.cluster import on_cluster
from tasks.draw import draw
from tasks.instruments.instrument import instrument_of
from tasks.picture import LOOK
from tasks.region_summary import REGION_SUMMARY
from tasks.site_sky import SITE_SKY
from tasks.source import Source
from tasks.xray_curve import XRAY_CURVE

KEPT = ("report", SITE_SKY, XRAY_CURVE, REGION_SUMMARY, BUNDLE)  # artifacts of a night that are no pictures


@step_task
def draw_pictures(source: Source) -> int:
    """Draw what has changed since the night was last drawn; return how many pictures that were."""
    with transaction() as connection:
        wanted = {
            picture.name: picture for picture in instrument_of(source).pictures(connection, source, load_settings().quick_looks)
        }
        known = night_artifacts(connection, source.archive, source.night)
    prints = {name: picture.fingerprint for name, picture in wanted.items()}
    missing = [name for name in wanted if known.get(name, {}).get("fingerprint") != prints[name]]
    drawn: dict[str, StoredObject] = {}
    for number, stored in on_cluster(draw, [(wanted[name].draw, wanted[name].arguments) for name in missing]):
        drawn[missing[number]] = stored
    entries = {name: known[name] for name in wanted if name not in drawn}
    entries |= {name: {"key": stored.key, "fingerprint": prints[name]} for name, stored in drawn.items()}
    entries |= {name: known[name] for name in KEPT if name in known}
    with transaction() as connection:
        record_artifacts(connection, drawn.values())
        write_artifacts(connection, source.archive, source.night, entries)
        # Of this drawing alone: what an earlier visit found surest may no longer be among the surest.
        looks = {name.removeprefix(LOOK): entry["key"] for name, entry in entries.items() if name.startswith(LOOK)}
        link_pictures(connection, source.archive, source.night, looks)
    return len(drawn)
