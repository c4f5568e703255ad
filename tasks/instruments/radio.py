"""Radio: bursts, as events over files and stations; injected bursts; catalogues of others."""

from tasks.correlate import make_events
from tasks.injections import inject_bursts
from tasks.instruments.instrument import Instrument
from tasks.pictures_radio import wanted_pictures
from tasks.report_radio import radio_context, radio_summary
from tasks.verify import verify_bursts

INSTRUMENT = Instrument(
    correlate=make_events,
    inject=inject_bursts,
    verify=verify_bursts,
    pictures=wanted_pictures,
    context=radio_context,
    summary=radio_summary,
    template="report_radio.html.j2",
)
