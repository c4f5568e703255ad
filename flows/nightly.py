"""The night: every instrument, one after the other, and the sum of what they found."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.observe import ended_together
from flows.parameters import ArchiveChoice, Force, Instrument, NightDate, Only, Visit
from flows.radio import radio_night
from flows.run_name import run_name
from flows.sky import sky_night
from flows.sun import sun_night
from tasks.source import parse_night

# An instrument is a flow.
INSTRUMENTS = {"radio": radio_night, "sun": sun_night, "sky": sky_night}

NO_CHOICE: list[Instrument] = []


@flow(name="nightly", flow_run_name=run_name)
def nightly(
    night: NightDate = "", archive: ArchiveChoice = "live", visit: Visit = 1, only: Only = NO_CHOICE, force: Force = False
) -> State[Any]:
    """Observe one night with every instrument.

    radio ─▶ sun ─▶ sky

    It ends Failed where one of them does, after all else is done.
    """
    wanted = {name: instrument for name, instrument in INSTRUMENTS.items() if not only or name in only}
    day = parse_night(night)
    return ended_together(
        (f"{name} {day}", observed(night, archive, visit, force, return_state=True)) for name, observed in wanted.items()
    )
