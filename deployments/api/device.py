"""What every ASCOM device has in common: its members by name, and the errors that the standard numbers.

After the ASCOM Alpaca API Reference, version 10 (ascom-standards.org), sections 2.5 to 2.8.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

Member = Callable[[Mapping[str, str]], Any]
NOT_IMPLEMENTED, INVALID_VALUE, VALUE_NOT_SET, NOT_CONNECTED, ACTION_NOT_IMPLEMENTED = 0x400, 0x401, 0x402, 0x407, 0x40C


class DeviceError(Exception):
    """The request was understood, and cannot be fulfilled: HTTP 200 with an error number."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number = number


class BadRequest(Exception):
    """The request was not understood: HTTP 400 with a text."""


class Device(ABC):
    """An ASCOM device; a subclass adds its own members to those that all have.

    Attributes
    ----------
    type, name, description : as the management API tells them; the type in capitals as there, in small letters in addresses
    interface : version of its interface
    actions : what `Action` can be asked for
    getters, setters : members by name, in small letters, with parameters in and the value out
    """

    type: str
    name: str
    description: str
    interface: int
    actions: Mapping[str, Callable[[str], str]]

    def __init__(self) -> None:
        self.connected = False
        self.actions = {}
        self.getters: dict[str, Member] = {
            "connected": lambda _: self.connected,
            "connecting": lambda _: False,
            "description": lambda _: self.description,
            "devicestate": lambda _: self.state(),
            "driverinfo": lambda _: f"Nightshift {version('nightshift')}: the sky by a thermal camera",
            "driverversion": lambda _: ".".join(version("nightshift").split(".")[:2]),
            "interfaceversion": lambda _: self.interface,
            "name": lambda _: self.name,
            "supportedactions": lambda _: list(self.actions),
        }
        self.setters: dict[str, Member] = {
            "action": self._act,
            "commandblind": lambda _: self._lacks("CommandBlind"),
            "commandbool": lambda _: self._lacks("CommandBool"),
            "commandstring": lambda _: self._lacks("CommandString"),
            "connect": lambda _: self._connect(True),
            "connected": lambda given: self._connect(as_bool(given, "Connected")),
            "disconnect": lambda _: self._connect(False),
        }

    @abstractmethod
    def state(self) -> list[dict[str, Any]]:
        """Operational values in one answer: name and value each; those that are not known are left out."""

    def needs_connection(self) -> None:
        """Refuse where nobody has connected."""
        if not self.connected:
            raise DeviceError(NOT_CONNECTED, f"{self.name} is not connected: set Connected to true first")

    def _connect(self, connected: bool) -> None:
        self.connected = connected

    def _act(self, given: Mapping[str, str]) -> str:
        asked, parameters = wanted(given, "Action"), wanted(given, "Parameters")
        self.needs_connection()
        action = next((do for name, do in self.actions.items() if name.lower() == asked.lower()), None)
        if action is None:
            raise DeviceError(ACTION_NOT_IMPLEMENTED, f"there is no action {asked!r}; there is {', '.join(self.actions) or 'none'}")
        return action(parameters)

    def _lacks(self, member: str) -> None:
        raise DeviceError(NOT_IMPLEMENTED, f"{self.type}.{member} is not implemented")


def wanted(given: Mapping[str, str], parameter: str) -> str:
    """Return a parameter that must be there."""
    if parameter not in given:
        raise BadRequest(f"the parameter {parameter} is missing")
    return given[parameter]


def as_bool(given: Mapping[str, str], parameter: str) -> bool:
    """Return a boolean parameter, in any casing."""
    text = wanted(given, parameter).lower()
    if text not in ("true", "false"):
        raise BadRequest(f"{parameter} is {given[parameter]!r}, neither true nor false")
    return text == "true"


def as_number(given: Mapping[str, str], parameter: str) -> float:
    """Return a parameter that is a number, with a point if need be."""
    try:
        return float(wanted(given, parameter))
    except ValueError as error:
        raise BadRequest(f"{parameter} is {given[parameter]!r}, no number") from error


def stamp(state: dict[str, Any], time: str) -> list[dict[str, Any]]:
    """Device state as the standard lists it, without what is None."""
    known = {name: value for name, value in state.items() if value is not None}
    return [{"Name": name, "Value": value} for name, value in (known | {"TimeStamp": time}).items()]
