"""The night: every instrument, one after the other, and the sum of what they found."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from db.nights import NightRecord
from flows.parameters import ArchiveChoice, Force, Instrument, NightDate, Only, Visit
from flows.radio import radio_night
from flows.run_name import run_name

# An instrument is a flow; the sun and the sky come beside the radio.
INSTRUMENTS = {"radio": radio_night}

NO_CHOICE: list[Instrument] = []


@flow(name="nightly", flow_run_name=run_name)
def nightly(
    night: NightDate = "", archive: ArchiveChoice = "live", visit: Visit = 1, only: Only = NO_CHOICE, force: Force = False
) -> State[Any]:
    """Observe one night with every instrument.

    radio ─▶ (sun ─▶ sky)

    A night that is incomplete, or whose accounts do not balance, ends Failed after all else is done; so does one where the flow of
    an instrument failed.
    """
    records: list[NightRecord] = []
    broken: list[str] = []
    for name, instrument in INSTRUMENTS.items():
        if only and name not in only:
            continue
        state = instrument(night, archive, visit, force, return_state=True)
        if state.is_completed():
            records += state.result()
        else:
            broken.append(f"{name}: {state.message}")
    told = [
        f"{record.archive} {record.night}: {record.outcome}" + (f" ({record.reason})" if record.reason else "")
        for record in records
    ]
    message = "; ".join([*broken, *told])
    if broken or any(record.outcome in ("incomplete", "failed") for record in records):
        return Failed(message=message, data=(records, broken))
    return Completed(message=message, data=(records, broken))
