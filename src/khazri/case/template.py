"""A small example case to start from: its tables are shipped, its profiles made by formula.

The profiles are synthetic on purpose: sums of sine waves without random numbers, so that they are
the same everywhere and can be read in a few lines.
"""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from khazri.case.package import write_package
from khazri.case.profiles import PROFILE_FOLDER
from khazri.errors import UsageError
from khazri.parquet import write_frame

Floats = NDArray[np.float64]
Hours = NDArray[np.int64]

TEMPLATES = ("demo",)
_HOURS = 8760
_HOURS_A_DAY = 24


def new_case(directory: str | Path, template: str = "demo") -> Path:
    """A new case folder, copied from a template; returns the folder.

    Raises
        UsageError  the folder is not empty, or there is no such template
    """
    folder = Path(directory)
    if template not in TEMPLATES:
        raise UsageError(f"no template is called '{template}'; there is: {', '.join(TEMPLATES)}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already and not empty; choose a new folder")
    (folder / PROFILE_FOLDER).mkdir(parents=True)
    with resources.as_file(resources.files("khazri.case") / template) as source:
        for path in sorted(source.glob("*.csv")):
            shutil.copyfile(path, folder / path.name)
    write_frame(demo_profiles(), folder / PROFILE_FOLDER / "demo.parquet")
    write_package(folder)
    return folder


def demo_profiles() -> pd.DataFrame:
    """The synthetic profiles of the demo case, (8760, P) float32."""
    hour = np.arange(_HOURS)
    load_north = _load(hour, peak_day=205, swing=0.12)
    load_belma = _load(hour, peak_day=15, swing=0.16)
    profiles = {
        "load_arda": load_north,
        "load_belma": load_belma,
        "solar_arda": _solar(hour, latitude=40.0, clouds=0.35, phase=0.0),
        "solar_belma": _solar(hour, latitude=42.0, clouds=0.4, phase=1.9),
        "wind_arda": _wind(hour, calm=0.25, phase=0.0),
        "wind_belma": _wind(hour, calm=0.85, phase=2.3),
        "inflow_arda": _melt(hour, day=135, base=0.35, peak=1.0),
        "river_arda": _melt(hour, day=110, base=0.3, peak=0.65),
        "price_corin": _mean_one(_load(hour, peak_day=20, swing=0.16) ** 1.5),
    }
    rounded = {name: np.round(values, 4) for name, values in profiles.items()}
    for name in ("load_arda", "load_belma", "price_corin"):
        rounded[name] = _mean_one(rounded[name])
    return pd.DataFrame(rounded).astype("float32")


def _wave(hour: Hours, period: float, phase: float = 0.0) -> Floats:
    """A sine wave of ``period`` hours, -1..1."""
    wave: Floats = np.sin(2 * np.pi * hour / period + phase)
    return wave


def _season(hour: Hours, day: float) -> Floats:
    """1 on the day of the year ``day``, -1 half a year later."""
    season: Floats = np.cos(2 * np.pi * (hour / _HOURS_A_DAY - day) / 365)
    return season


def _mean_one(values: Floats) -> Floats:
    scaled: Floats = values / values.mean()
    return scaled


def _load(hour: Hours, peak_day: float, swing: float) -> Floats:
    """A load with an evening peak, quieter weekends and one season of high demand; mean 1."""
    time = hour % _HOURS_A_DAY
    evening = 0.18 * np.exp(-(((time - 19) / 2.5) ** 2))
    day = -0.14 * np.cos(2 * np.pi * (time - 3) / _HOURS_A_DAY)
    weekend = np.where((hour // _HOURS_A_DAY) % 7 >= 5, -0.08, 0.0)
    slow = 0.03 * _wave(hour, 211.0) + 0.02 * _wave(hour, 97.0, 1.0)
    shape: Floats = 1.0 + evening + day + weekend + slow + swing * _season(hour, peak_day)
    return _mean_one(shape)


def _solar(hour: Hours, latitude: float, clouds: float, phase: float) -> Floats:
    """Output by the height of the sun at noon 12:00, dimmed by slow clouds."""
    declination = np.radians(23.45) * _season(hour, 172)
    angle = 2 * np.pi * (hour % _HOURS_A_DAY + 0.5 - 12) / _HOURS_A_DAY
    north = np.radians(latitude)
    noon = np.cos(north) * np.cos(declination)
    height = np.sin(north) * np.sin(declination) + noon * np.cos(angle)
    haze = 0.5 + 0.25 * (_wave(hour, 61.0, phase) + _wave(hour, 263.0, 2 * phase))
    output: Floats = 0.85 * np.clip(height, 0, None) * (1 - clouds * np.clip(haze, 0, 1))
    return output


def _wind(hour: Hours, calm: float, phase: float) -> Floats:
    """Output of waves of many periods through a smooth power curve, windier in winter."""
    speed: Floats = 0.6 * _season(hour, 20) - calm
    for place, period in enumerate((17.0, 31.0, 53.0, 89.0, 149.0, 331.0, 733.0)):
        speed = speed + _wave(hour, period, phase * place + place**2)
    output: Floats = 0.95 / (1 + np.exp(-1.6 * speed))
    return output


def _melt(hour: Hours, day: float, base: float, peak: float) -> Floats:
    """A flow with a base and a peak of about two months around ``day``."""
    flood: Floats = np.exp(-(((hour / _HOURS_A_DAY - day) / 35) ** 2))
    return base + (peak - base) * flood
