"""The Alpaca devices answer as the standard says, and never say safe where nobody knows."""

import json
import socket
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from httpx import Client

from db.remote_file import RemoteFile
from deployments.api.alpaca import application, own_id
from deployments.api.discovery import Discovery
from deployments.api.server import Server
from models.sky.frame import CameraState, PreparedFrame
from models.sky.quality import Quality
from models.sky.safety import Limits
from models.verdict import Verdict
from tasks.live.now import Judged, SkyNow

START = datetime(2024, 5, 14, 22, tzinfo=UTC)
LIMITS = Limits(latch_s=60)
ID = uuid.UUID(int=1)


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sky(clock: Clock) -> SkyNow:
    return SkyNow(LIMITS, clock)


@pytest.fixture
def client(sky: SkyNow) -> Iterator[Client]:
    with TestClient(application(sky, ID, "UTC")) as opened:
        yield opened


def take(sky: SkyNow, clock: Clock, fraction: float | None, count: int = 1, shutter_c: float | None = 4.0) -> None:
    """Frames every ten seconds, judged half a second after they were there."""
    for _ in range(count):
        clock.now += timedelta(seconds=10)
        file = RemoteFile("f.fits", "file:///f.fits", "frame", "", "", clock.now, "", None)
        state = CameraState("FLIR TAU2", shutter_c=shutter_c, ambient_c=None if shutter_c is None else 5.5, housing_c=8.0)
        frame = PreparedFrame(
            np.full((8, 10), 617.0, np.float32), np.ones((8, 10), bool), Quality("ok", ""), clock.now, "ADU", "", state
        )
        if fraction is None:
            verdict = Verdict.declined("sky-clear", "1", "shutter: flat")
        else:
            verdict = Verdict(
                "sky-clear", "1", "judged", label="cloud", score=0.9, threshold=0.5, metrics={"cloud_fraction": fraction}
            )
        sky.take(Judged(file, clock.now, clock.now + timedelta(seconds=0.5), frame, verdict))


def get(client: Client, path: str, **query: Any) -> dict[str, Any]:
    reply = client.get(f"/api/v1/{path}", params=query)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"].startswith("application/json")
    answer: dict[str, Any] = reply.json()
    return answer


def put(client: Client, path: str, **form: str) -> dict[str, Any]:
    reply = client.put(f"/api/v1/{path}", data=form)
    assert reply.status_code == 200, reply.text
    answer: dict[str, Any] = reply.json()
    return answer


def connect(client: Client) -> None:
    for device in ("safetymonitor", "observingconditions"):
        assert put(client, f"{device}/0/connected", Connected="True")["ErrorNumber"] == 0


def test_management_tells_versions_server_and_devices(client: Client) -> None:
    assert client.get("/management/apiversions").json()["Value"] == [1]
    described = client.get("/management/v1/description", params={"clienttransactionid": 7}).json()
    assert described["ClientTransactionID"] == 7
    assert set(described["Value"]) == {"ServerName", "Manufacturer", "ManufacturerVersion", "Location"}
    devices = client.get("/management/v1/configureddevices").json()["Value"]
    assert [(item["DeviceType"], item["DeviceNumber"]) for item in devices] == [("ObservingConditions", 0), ("SafetyMonitor", 0)]
    assert len({item["UniqueID"] for item in devices}) == 2
    assert "SafetyMonitor" in client.get("/setup").text and "unsafe" in client.get("/setup/v1/safetymonitor/0/setup").text


def test_transactions_are_numbered_and_keys_of_queries_have_any_casing(client: Client) -> None:
    first = get(client, "safetymonitor/0/name", CLIENTID=3, clientTransactionid=42)
    second = get(client, "safetymonitor/0/name")
    assert first["ClientTransactionID"] == 42 and second["ClientTransactionID"] == 0
    assert second["ServerTransactionID"] == first["ServerTransactionID"] + 1
    assert set(first) == {"Value", "ClientTransactionID", "ServerTransactionID", "ErrorNumber", "ErrorMessage"}
    # The keys of forms are spelt as the standard spells them.
    assert put(client, "safetymonitor/0/connected", Connected="true", clienttransactionid="5")["ClientTransactionID"] == 0


@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("GET", "/api/v1/telescope/0/name", {}),
        ("GET", "/api/v1/safetymonitor/1/name", {}),
        ("GET", "/api/v1/safetymonitor/0/slew", {}),
        ("GET", "/api/v2/safetymonitor/0/name", {}),
        ("GET", "/API/v1/safetymonitor/0/name", {}),
        ("GET", "/api/v1/safetymonitor/0/IsSafe", {}),
        ("GET", "/api/v1/safetymonitor/0/name", {"ClientID": "-1"}),
        ("GET", "/api/v1/observingconditions/0/timesincelastupdate", {}),
        ("PUT", "/api/v1/safetymonitor/0/issafe", {}),
        ("PUT", "/api/v1/safetymonitor/0/connected", {"connected": "true"}),
        ("PUT", "/api/v1/safetymonitor/0/connected", {"Connected": "perhaps"}),
        ("PUT", "/api/v1/observingconditions/0/averageperiod", {"AveragePeriod": "a while"}),
        ("DELETE", "/api/v1/safetymonitor/0/name", {}),
    ],
)
def test_what_is_not_understood_is_a_400_with_a_text(client: Client, method: str, path: str, data: dict[str, str]) -> None:
    given: dict[str, Any] = {"params": data} if method == "GET" else {"data": data} if method == "PUT" else {}
    reply = client.request(method, path, **given)
    assert reply.status_code == 400 and reply.text and reply.headers["content-type"].startswith("text/plain")


def test_every_member_of_all_devices_answers(client: Client) -> None:
    for device, interface in (("observingconditions", 2), ("safetymonitor", 3)):
        assert get(client, f"{device}/0/connected")["Value"] is False
        assert put(client, f"{device}/0/connect")["ErrorNumber"] == 0
        assert get(client, f"{device}/0/connected")["Value"] is True and get(client, f"{device}/0/connecting")["Value"] is False
        assert get(client, f"{device}/0/interfaceversion")["Value"] == interface
        assert 0 < len(get(client, f"{device}/0/description")["Value"]) <= 64
        assert get(client, f"{device}/0/driverversion")["Value"].count(".") == 1
        assert get(client, f"{device}/0/devicestate")["Value"][-1]["Name"] == "TimeStamp"
        for member in ("commandblind", "commandbool", "commandstring"):
            assert put(client, f"{device}/0/{member}", Command="x", Raw="false")["ErrorNumber"] == 0x400
        assert put(client, f"{device}/0/disconnect")["ErrorNumber"] == 0
        assert get(client, f"{device}/0/connected")["Value"] is False


def test_not_connected_is_unsafe_and_no_values(client: Client, sky: SkyNow, clock: Clock) -> None:
    take(sky, clock, 0.01, 12)
    assert get(client, "safetymonitor/0/issafe")["Value"] is False
    assert get(client, "observingconditions/0/cloudcover")["ErrorNumber"] == 0x407
    connect(client)
    assert get(client, "safetymonitor/0/issafe")["Value"] is True
    assert get(client, "observingconditions/0/cloudcover")["Value"] == pytest.approx(1.0)


def test_a_stale_sky_is_unsafe_without_anybody_looking_and_its_values_are_errors(client: Client, sky: SkyNow, clock: Clock) -> None:
    connect(client)
    take(sky, clock, 0.01, 12)
    assert get(client, "safetymonitor/0/issafe")["Value"] is True
    clock.now += timedelta(seconds=LIMITS.stale_s + 1)
    assert get(client, "safetymonitor/0/issafe")["Value"] is False
    assert get(client, "safetymonitor/0/devicestate")["Value"][0] == {"Name": "IsSafe", "Value": False}
    cover = get(client, "observingconditions/0/cloudcover")
    assert cover["ErrorNumber"] == 0x402 and "301 s old" in cover["ErrorMessage"] and "Value" not in cover
    assert [item["Name"] for item in get(client, "observingconditions/0/devicestate")["Value"]] == ["TimeStamp"]
    told = client.get("/api/safety").json()
    assert told["safe"] is False and told["cloud_fraction"] is None and "300 s ago" in told["reasons"][0]


def test_the_loss_of_the_database_is_unsafe_with_a_reason(client: Client, sky: SkyNow, clock: Clock) -> None:
    connect(client)
    take(sky, clock, 0.01, 12)
    sky.trouble("database", "the database does not do what it should")
    assert get(client, "safetymonitor/0/issafe")["Value"] is False
    assert client.get("/api/safety").json()["reasons"] == ["the database does not do what it should"]
    sky.trouble("database", "")
    assert get(client, "safetymonitor/0/issafe")["Value"] is True


def test_actions_tell_the_reasons_and_let_a_hand_close(client: Client, sky: SkyNow, clock: Clock) -> None:
    asked = {"Action": "getsafetystate", "Parameters": ""}
    assert put(client, "safetymonitor/0/action", **asked)["ErrorNumber"] == 0x407
    connect(client)
    assert get(client, "safetymonitor/0/supportedactions")["Value"] == ["GetSafetyState", "SetOverride"]
    assert json.loads(put(client, "safetymonitor/0/action", **asked)["Value"])["reasons"] == ["no frame has come yet"]
    take(sky, clock, 0.01, 12)
    for choice, safe in (("unsafe", False), ("none", True)):
        put(client, "safetymonitor/0/action", Action="SetOverride", Parameters=choice)
        assert get(client, "safetymonitor/0/issafe")["Value"] is safe
    assert put(client, "safetymonitor/0/action", Action="SetOverride", Parameters="maybe")["ErrorNumber"] == 0x401
    assert put(client, "safetymonitor/0/action", Action="Dance", Parameters="")["ErrorNumber"] == 0x40C
    assert put(client, "observingconditions/0/action", Action="Dance", Parameters="")["ErrorNumber"] == 0x40C


def test_only_what_the_camera_knows_has_a_value(client: Client, sky: SkyNow, clock: Clock) -> None:
    connect(client)
    assert get(client, "observingconditions/0/timesincelastupdate", SensorName="")["Value"] == -1
    assert get(client, "observingconditions/0/cloudcover")["ErrorNumber"] == 0x402
    take(sky, clock, 0.5)
    # The real clear frame's level and its shutter's temperature: the sky is some 60 degrees colder than the air.
    assert -70 < get(client, "observingconditions/0/skytemperature")["Value"] < -30
    assert get(client, "observingconditions/0/temperature")["Value"] == 5.5
    clock.now += timedelta(seconds=3)
    assert get(client, "observingconditions/0/timesincelastupdate", sensorname="CLOUDCOVER")["Value"] == pytest.approx(3)
    assert "field of view" in get(client, "observingconditions/0/sensordescription", SensorName="cloudcover")["Value"]
    take(sky, clock, 0.5, shutter_c=None)
    assert get(client, "observingconditions/0/skytemperature")["ErrorNumber"] == 0x402
    for sensor in ("SkyQuality", "SkyBrightness", "Humidity", "DewPoint", "Pressure", "RainRate", "StarFWHM", "WindSpeed"):
        assert get(client, f"observingconditions/0/{sensor.lower()}")["ErrorNumber"] == 0x400
        for member in ("timesincelastupdate", "sensordescription"):
            assert get(client, f"observingconditions/0/{member}", SensorName=sensor)["ErrorNumber"] == 0x400
    assert get(client, "observingconditions/0/sensordescription", SensorName="Mood")["ErrorNumber"] == 0x401


def test_averages_are_over_the_hours_asked_for(client: Client, sky: SkyNow, clock: Clock) -> None:
    connect(client)
    assert get(client, "observingconditions/0/averageperiod")["Value"] == 0
    take(sky, clock, 0.2)
    take(sky, clock, None)
    take(sky, clock, 0.4)
    assert get(client, "observingconditions/0/cloudcover")["Value"] == pytest.approx(40)
    assert put(client, "observingconditions/0/averageperiod", AveragePeriod="0.5")["ErrorNumber"] == 0
    assert get(client, "observingconditions/0/cloudcover")["Value"] == pytest.approx(30)
    assert put(client, "observingconditions/0/refresh")["ErrorNumber"] == 0
    for hours in ("-1", "2"):
        assert put(client, "observingconditions/0/averageperiod", AveragePeriod=hours)["ErrorNumber"] == 0x401


def test_it_is_served_on_loopback_and_found_by_discovery(sky: SkyNow) -> None:
    server = Server(application(sky, ID, "UTC"), "127.0.0.1", 0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.bind(("127.0.0.1", 0))
        asker.settimeout(10)
        free = asker.getsockname()[1] + 1
        found = Discovery("127.0.0.1", free, server.port)
        try:
            asker.sendto(b"who is there?", ("127.0.0.1", free))
            asker.sendto(b"alpacadiscovery1", ("127.0.0.1", free))
            port = json.loads(asker.recv(100))["AlpacaPort"]
            with Client(base_url=f"http://127.0.0.1:{port}") as client:
                assert client.get("/management/apiversions").json()["Value"] == [1]
                assert get(client, "safetymonitor/0/issafe")["Value"] is False
        finally:
            found.end()
            server.end()


def test_a_camera_keeps_its_identity(tmp_path: Any) -> None:
    assert own_id(tmp_path / "home") == own_id(tmp_path / "home") != own_id(tmp_path / "other")
