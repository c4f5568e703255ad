"""What the Prefect server watches by itself, and whom it tells.

                                      ┌ not whole ─▶ "Night not complete" ─┐
06:00 nightly ─▶ 09:00 check-nights ──┤                                    ├─▶ the operator's notification block
                 14:00 for a site     └ (never ran) ─▶ "Nobody looked" ────┘
"""

import logging
from typing import Any

from deployments.stack.prefect_api import PrefectApi
from tasks.night_events import CHECKED, NOT_COMPLETE

log = logging.getLogger("nightshift.stack")

# A run whose process died says nothing more. Prefect sends a heartbeat every 180 s; three missed ones are death. The events
# are named one by one: `prefect.flow-run.*` would count any late event as a sign of life.
ZOMBIES = {
    "name": "Crash zombie flows",
    "description": "A flow run that has missed three heartbeats is marked as crashed.",
    "trigger": {
        "type": "event",
        "posture": "Proactive",
        "after": ["prefect.flow-run.heartbeat"],
        "expect": [f"prefect.flow-run.{event}" for event in ("heartbeat", "Completed", "Failed", "Cancelled", "Crashed")],
        "match": {"prefect.resource.id": "prefect.flow-run.*"},
        "for_each": ["prefect.resource.id"],
        "threshold": 1,
        "within": 540,
    },
    "actions": [{"type": "change-flow-run-state", "state": "CRASHED", "message": "No heartbeat for 9 minutes."}],
}
# A check is due every 24 h; two more hours leave room for a busy worker and the hour of daylight saving.
SILENCE_S = 26 * 3600.0


def ensure_automations(api: PrefectApi, notify_block: str | None, silence_s: float = SILENCE_S) -> list[str]:
    """Make the automations that are missing or differ from what they should be; return their names.

    Parameters
    ----------
    notify_block : "type/name" of a notification block of the server, as in its address in the UI; None tells nobody
    silence_s : seconds without a check of the nights after which that is told
    """
    block = _block_id(api, notify_block)
    made = []
    for wanted in (ZOMBIES, _not_complete(block), _nobody_looked(block, silence_s)):
        found = api.post("/automations/filter", {"automations": {"name": {"any_": [wanted["name"]]}}})
        if not found:
            api.post("/automations/", wanted)
        elif not _holds(found[0], wanted):
            api.put(f"/automations/{found[0]['id']}", wanted)
        else:
            continue
        made.append(str(wanted["name"]))
    return made


def _not_complete(block: str | None) -> dict[str, Any]:
    return {
        "name": "Night not complete",
        "description": "The check of the nights at 09:00 or 14:00 found one that is missing, incomplete, failed or short.",
        "trigger": {"type": "event", "posture": "Reactive", "expect": [NOT_COMPLETE], "threshold": 1, "within": 0},
        "actions": [_tell(block, "Nightshift: a night is not complete", "{{ event.payload.message }}")],
    }


def _nobody_looked(block: str | None, silence_s: float) -> dict[str, Any]:
    return {
        "name": "Nobody looked at the nights",
        "description": "The check of the nights itself did not run: the worker or its schedule is down.",
        "trigger": {"type": "event", "posture": "Proactive", "expect": [CHECKED], "threshold": 1, "within": silence_s},
        "actions": [
            _tell(
                block,
                "Nightshift: nobody looked at the nights",
                f"No check of the nights for {silence_s / 3600:.0f} hours: the Prefect worker or its schedule is down. Run "
                "`nightshift up`, then `nightshift query nights --state missing`.",
            )
        ],
    }


def _tell(block: str | None, subject: str, body: str) -> dict[str, Any]:
    if block is None:
        return {"type": "do-nothing"}  # it stands in the server's feed of events all the same
    return {"type": "send-notification", "block_document_id": block, "subject": subject, "body": body}


def _block_id(api: PrefectApi, name: str | None) -> str | None:
    if name is None:
        return None
    kind, _, document = name.partition("/")
    found = api.get(f"/block_types/slug/{kind}/block_documents/name/{document}")
    if found is None:
        log.warning(
            "NIGHTSHIFT_NOTIFY_BLOCK: the Prefect server has no block %s, so that nobody is told of missing nights; make it in the "
            "UI under Blocks and run `nightshift up` again",
            name,
        )
        return None
    return str(found["id"])


def _holds(found: Any, wanted: Any) -> bool:
    """Whether an answer of the server says all that ``wanted`` says, whatever it says besides; lists of names are sets to it."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(_holds(found.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list) and all(isinstance(item, str) for item in wanted):
        return isinstance(found, list) and sorted(found) == sorted(wanted)
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(_holds, found, wanted))
    return bool(found == wanted)
