"""ASCOM Alpaca over HTTP: two devices, the management API, and a page for people."""

import itertools
import uuid
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from deployments.api.device import BadRequest, Device, DeviceError
from deployments.api.observing_conditions import ObservingConditions
from deployments.api.safety_monitor import SafetyMonitor, safety_state
from tasks.live.now import SkyNow

MOST_ID = 2**32 - 1
SPELT = {name.lower(): name for name in ("ClientID", "ClientTransactionID", "SensorName")}


def application(sky: SkyNow, unique_id: uuid.UUID, location: str) -> FastAPI:
    """Return the application that answers for one camera.

    Parameters
    ----------
    sky : what is known
    unique_id : of this camera, for ever: clients know its devices by it again
    location : as the management API tells it
    """
    devices: tuple[Device, ...] = (ObservingConditions(sky), SafetyMonitor(sky))
    app = FastAPI(title="Nightshift", openapi_url=None)
    answers = Answers()

    @app.get("/management/apiversions")
    async def versions(request: Request) -> Response:
        return answers.of(_queried(request), lambda _: [1])

    @app.get("/management/v1/description")
    async def described(request: Request) -> Response:
        told = {"ServerName": "Nightshift", "Manufacturer": "Nightshift", "ManufacturerVersion": version("nightshift")}
        return answers.of(_queried(request), lambda _: told | {"Location": location})

    @app.get("/management/v1/configureddevices")
    async def configured(request: Request) -> Response:
        return answers.of(_queried(request), lambda _: [_configured(device, unique_id) for device in devices])

    @app.get("/api/safety")
    async def safety() -> dict[str, Any]:
        return safety_state(sky.answer())

    @app.get("/setup")
    @app.get("/setup/v1/{_type}/{_number}/setup")
    async def setup() -> HTMLResponse:
        return HTMLResponse(_page(sky, devices))

    @app.get("/api/v1/{kind}/{number}/{member}")
    async def get(kind: str, number: str, member: str, request: Request) -> Response:
        given = _queried(request)
        return answers.of(given, _member(devices, kind, number, member, "getters"))

    @app.put("/api/v1/{kind}/{number}/{member}")
    async def put(kind: str, number: str, member: str, request: Request) -> Response:
        given = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
        return answers.of(given, _member(devices, kind, number, member, "setters"))

    @app.exception_handler(404)
    @app.exception_handler(405)
    async def unknown(request: Request, _: Exception) -> Response:
        return PlainTextResponse(f"{request.method} {request.url.path}: no such address here", 400)

    @app.exception_handler(BadRequest)
    async def refused(_: Request, error: BadRequest) -> Response:
        return PlainTextResponse(str(error), 400)

    return app


class Answers:
    """Wraps values and errors as the standard wants them, and counts the answers."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def of(self, given: Mapping[str, str], member: Any) -> Response:
        """Return what a member says to a request."""
        body = {
            "ClientTransactionID": _identity(given, "ClientTransactionID"),
            "ServerTransactionID": next(self._numbers) & MOST_ID,
            "ErrorNumber": 0,
            "ErrorMessage": "",
        }
        _identity(given, "ClientID")
        try:
            value = member(given)
        except DeviceError as error:
            return JSONResponse(body | {"ErrorNumber": error.number, "ErrorMessage": str(error)})
        return JSONResponse(body if value is None else {"Value": value} | body)


def own_id(folder: Path) -> uuid.UUID:
    """Return the identity of the camera of a home folder; made once."""
    file = folder / "alpaca-id"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{uuid.uuid4()}\n")
    return uuid.UUID(file.read_text().strip())


def _member(devices: Sequence[Device], kind: str, number: str, member: str, table: str) -> Any:
    device = next((device for device in devices if device.type.lower() == kind), None)
    if device is None or number != "0":
        raise BadRequest(f"there is no device {kind} {number} here")
    found = getattr(device, table).get(member)
    if found is None:
        raise BadRequest(f"{device.type} has no member {member!r} to {'get' if table == 'getters' else 'put'}")
    return found


def _queried(request: Request) -> dict[str, str]:
    """Parameters of a query, which may have any casing, spelt as the standard spells them."""
    return {SPELT.get(key.lower(), key): value for key, value in request.query_params.items()}


def _identity(given: Mapping[str, str], parameter: str) -> int:
    """One of the client's numbers, 0 where it gives none."""
    text = given.get(parameter, "").strip() or "0"
    if not text.isascii() or not text.isdigit() or int(text) > MOST_ID:
        raise BadRequest(f"{parameter} is {given[parameter]!r}, no whole number between 0 and {MOST_ID}")
    return int(text)


def _configured(device: Device, unique_id: uuid.UUID) -> dict[str, Any]:
    identity = uuid.uuid5(unique_id, device.type)
    return {"DeviceName": device.name, "DeviceType": device.type, "DeviceNumber": 0, "UniqueID": str(identity)}


def _page(sky: SkyNow, devices: Sequence[Device]) -> str:
    answer = sky.answer()
    listed = "".join(f"<li>{device.type} 0: {device.name}. {device.description}.</li>" for device in devices)
    why = "".join(f"<li>{_escaped(reason)}</li>" for reason in answer.reasons)
    return (
        f"<!doctype html><title>Nightshift</title><h1>Nightshift {version('nightshift')}</h1><ul>{listed}</ul>"
        f"<p>At {answer.time:%Y-%m-%d %H:%M:%S} UTC it is {'safe' if answer.safe else 'unsafe'}.</p><ul>{why}</ul>"
        "<p>Settings are environment variables; NIGHTSHIFT_SKY_… are the limits of safety.</p>"
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
