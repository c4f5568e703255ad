"""ASCOM SafetyMonitor: whether the observatory may be open."""

import json
from typing import Any, get_args

from deployments.api.device import INVALID_VALUE, Device, DeviceError, stamp
from models.sky.safety import Override
from tasks.live.now import Answer, SkyNow


class SafetyMonitor(Device):
    """`IsSafe` as the state machine says; nobody connected, a stale frame or no database is never safe."""

    type = "SafetyMonitor"
    name = "Nightshift sky safety"
    description = "Safe to open, by the clouds that a thermal camera sees"
    interface = 3

    def __init__(self, sky: SkyNow) -> None:
        super().__init__()
        self._sky = sky
        self.actions = {"GetSafetyState": self._safety_state, "SetOverride": self._override}
        # It answers unsafe, and no error, while it is not connected (ISafetyMonitorV3).
        self.getters["issafe"] = lambda _: self.connected and self._sky.answer().safe

    def state(self) -> list[dict[str, Any]]:
        """Whether it is safe."""
        answer = self._sky.answer()
        return stamp({"IsSafe": self.connected and answer.safe}, answer.time.isoformat())

    def _safety_state(self, _: str) -> str:
        return json.dumps(safety_state(self._sky.answer()))

    def _override(self, choice: str) -> str:
        known: dict[str, Override] = {name: name for name in get_args(Override)}
        if choice.lower() not in known:
            raise DeviceError(INVALID_VALUE, f"SetOverride takes {', '.join(known)}, not {choice!r}")
        self._sky.by_hand(known[choice.lower()])
        return self._safety_state("")


def safety_state(answer: Answer) -> dict[str, Any]:
    """Everything that is known of safety, for programs and people."""
    state, newest = answer.state, answer.newest
    return {
        "safe": answer.safe,
        "reasons": list(answer.reasons),
        "time": answer.time.isoformat(),
        "since": state.since.isoformat() if state.since else None,
        "override": state.override,
        "newest_frame": state.newest.time.isoformat() if state.newest else None,
        "cloud_fraction": newest.cloud_fraction if newest and not state.stale else None,
        "frames": answer.frames,
        "latency_s": dict(zip(("median", "p95"), answer.latency_s, strict=True)) if answer.latency_s else None,
    }
