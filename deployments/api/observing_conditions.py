"""ASCOM ObservingConditions: what the camera knows of the weather, and nothing that it does not."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from deployments.api.device import INVALID_VALUE, NOT_IMPLEMENTED, VALUE_NOT_SET, Device, DeviceError, as_number, stamp, wanted
from tasks.live.now import KEPT, SkyNow, Weather

# Of the standard's thirteen sensors the camera is three. Sky quality and brightness are of visible light: it sees none.
SENSORS = {
    "CloudCover": "Cloud over the camera's field of view (10 x 8 degrees), not the whole sky, by thermal infrared (8 to 14 um)",
    "SkyTemperature": "Brightness temperature of the field between 8 and 14 um, where the camera tells its shutter's",
    "Temperature": "Air at the ground, where the camera's software tells it",
}
LACKING = (
    *("DewPoint", "Humidity", "Pressure", "RainRate", "SkyBrightness", "SkyQuality"),
    *("StarFWHM", "WindDirection", "WindGust", "WindSpeed"),
)
MOST_HOURS = KEPT / timedelta(hours=1)


class ObservingConditions(Device):
    """Values of the newest frames; an old one is an error, not a value."""

    type = "ObservingConditions"
    name = "Nightshift sky camera"
    description = "Clouds and sky temperature by a thermal camera"
    interface = 2

    def __init__(self, sky: SkyNow) -> None:
        super().__init__()
        self._sky = sky
        self._hours = 0.0
        self.getters |= {
            "averageperiod": lambda _: self._connected(self._hours),
            "cloudcover": lambda _: self._value("CloudCover"),
            "skytemperature": lambda _: self._value("SkyTemperature"),
            "temperature": lambda _: self._value("Temperature"),
            "sensordescription": lambda given: SENSORS[_sensor(given)],
            "timesincelastupdate": self._age,
        }
        self.getters |= {name.lower(): lambda _, name=name: self._lacks(name) for name in LACKING}  # type: ignore[misc]
        self.setters |= {"averageperiod": self._average, "refresh": lambda _: self.needs_connection()}

    def state(self) -> list[dict[str, Any]]:
        """All values that are known."""
        answer = self._sky.answer()
        fresh = self._sky.mean(self._hours) if not answer.state.stale else None
        values = {name: told(fresh, name) for name in SENSORS} if fresh else {}
        return stamp(values, answer.time.isoformat())

    def _connected(self, value: float) -> float:
        self.needs_connection()
        return value

    def _average(self, given: Mapping[str, str]) -> None:
        hours = as_number(given, "AveragePeriod")
        self.needs_connection()
        if not 0 <= hours <= MOST_HOURS:
            raise DeviceError(INVALID_VALUE, f"AveragePeriod is {hours:g} hours: 0 (the newest frame) to {MOST_HOURS:g} are kept")
        self._hours = hours

    def _value(self, sensor: str) -> float:
        self.needs_connection()
        answer, mean = self._sky.answer(), self._sky.mean(self._hours)
        if mean is None or answer.newest is None:
            raise DeviceError(VALUE_NOT_SET, f"{sensor}: no frame could be judged yet")
        age = (answer.time - answer.newest.time).total_seconds()
        if age > self._sky.limits.stale_s:
            raise DeviceError(VALUE_NOT_SET, f"{sensor}: the newest judged frame is {age:.0f} s old")
        value = told(mean, sensor)
        if value is None:
            raise DeviceError(VALUE_NOT_SET, f"{sensor}: the frames do not tell it")
        return value

    def _age(self, given: Mapping[str, str]) -> float:
        if wanted(given, "SensorName"):
            _sensor(given)
        self.needs_connection()
        answer = self._sky.answer()
        return (answer.time - answer.newest.time).total_seconds() if answer.newest else -1.0


def told(weather: Weather, sensor: str) -> float | None:
    """Value of a sensor in its unit: percent or degrees Celsius."""
    if sensor == "CloudCover":
        return None if weather.cloud_fraction is None else 100 * weather.cloud_fraction
    return weather.sky_c if sensor == "SkyTemperature" else weather.air_c


def _sensor(given: Mapping[str, str]) -> str:
    """The sensor that is asked for, in any casing."""
    asked = wanted(given, "SensorName")
    named = {name.lower(): name for name in (*SENSORS, *LACKING)}.get(asked.lower())
    if named is None:
        raise DeviceError(INVALID_VALUE, f"ObservingConditions has no sensor {asked!r}")
    if named in LACKING:
        raise DeviceError(NOT_IMPLEMENTED, f"ObservingConditions.{named} is not implemented: a thermal camera cannot tell")
    return named
