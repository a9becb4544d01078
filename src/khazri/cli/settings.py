"""Settings of a command and who decided them: flag, environment, case, default, in this order."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from khazri.cli.outcome import Grid
from khazri.errors import UsageError

T = TypeVar("T")

_SECONDS = {"": 1.0, "s": 1.0, "min": 60.0, "h": 3600.0}
_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h)?")
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")


class Origin(StrEnum):
    """Who decided a setting."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    CASE = "case"
    DEFAULT = "default"


@dataclass(frozen=True)
class Setting:
    """One setting as written; ``place`` is where: ``--gap``, ``KHAZRI_GAP``, ``case.csv``."""

    name: str
    text: str
    origin: Origin
    place: str = ""

    def read(self, parse: Callable[[str], T]) -> T:
        """The setting as a value.

        Raises
            UsageError  ``parse`` refuses the text (by a ValueError that says what is expected)
        """
        try:
            return parse(self.text)
        except ValueError as error:
            place = self.place or self.name
            raise UsageError(
                f"{place}: found '{self.text}', expected {error}",
                where=place,
                found=self.text,
                expected=str(error),
            ) from None


class Settings:
    """All settings of one command, chosen one by one."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._chosen: list[Setting] = []

    def asked(self, name: str, flag: str | None) -> str | None:
        """What a flag or the environment says, None where neither does."""
        return flag if flag is not None else self._environ.get(_variable(name)) or None

    def choose(
        self, name: str, flag: str | None, default: str = "", case: tuple[str, str] | None = None
    ) -> Setting:
        """The setting called ``name``.

        Parameters
            flag     value of the flag ``--name``; None where it was not given
            default  value where nobody decides
            case     value and place in the case, for settings that a case may decide
        """
        variable = _variable(name)
        if flag is not None:
            setting = Setting(name, flag, Origin.FLAG, f"--{name}")
        elif self._environ.get(variable):
            setting = Setting(name, self._environ[variable], Origin.ENVIRONMENT, variable)
        elif case is not None:
            setting = Setting(name, case[0], Origin.CASE, case[1])
        else:
            setting = Setting(name, default, Origin.DEFAULT)
        self._chosen.append(setting)
        return setting

    def grid(self) -> Grid:
        """Which setting won, for ``--explain``."""
        rows = tuple((s.name, s.text or "–", s.origin.value, s.place or "–") for s in self._chosen)
        return Grid(("setting", "value", "decided by", "place"), rows)

    def as_dict(self) -> dict[str, dict[str, str]]:
        """The same for ``--json``."""
        return {
            s.name: {"value": s.text, "origin": s.origin.value, "place": s.place}
            for s in self._chosen
        }


def _variable(name: str) -> str:
    return f"KHAZRI_{name.upper().replace('-', '_')}"


def years(text: str) -> tuple[int, ...]:
    """Years parted by commas: ``2030,2035``."""
    parts = [part.strip() for part in text.split(",")]
    if not all(re.fullmatch(r"\d{4}", part) for part in parts):
        raise ValueError("a year, or several as 2030,2035")
    return tuple(dict.fromkeys(int(part) for part in parts))


def share(text: str) -> float:
    """A share of one: ``0.5%`` or ``0.005``."""
    found = _SHARE.fullmatch(text.strip())
    value = float(found[1]) / (100.0 if found[2] else 1.0) if found else math.nan
    if not 0.0 <= value < 1.0:
        raise ValueError("a share below one, as 0.5% or 0.005")
    return value


def seconds(text: str) -> float:
    """A time in seconds: ``240``, ``240s``, ``4min``, ``1h``."""
    found = _TIME.fullmatch(text.strip())
    if not found or float(found[1]) <= 0:
        raise ValueError("a time above zero, as 240, 240s, 4min or 1h")
    return float(found[1]) * _SECONDS[found[2] or ""]


def segments(text: str) -> int | None:
    """How many segments to begin with: ``auto`` (None), ``full`` (0) or a number."""
    if text == "auto":
        return None
    if text == "full":
        return 0
    if re.fullmatch(r"\d+", text) and int(text) > 0:
        return int(text)
    raise ValueError("auto, full or a number of segments above zero")
