"""A plan: the least-cost year in the planner's words, with the proof that comes with it."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from khazri.errors import UnreadableFileError
from khazri.plan.netcdf import write_netcdf
from khazri.program import Program, lower_bound
from khazri.program.varying import Floats
from khazri.solve.certificate import Certificate, FamilyCheck

_KIND = "khazri plan"
_FORMAT = 3


@dataclass(frozen=True, eq=False)
class Plan:
    """One planned year.

    ``data`` is a dataset over hour, bus, supply, store, conversion, link, market_step and more;
    :data:`khazri.plan.VARIABLES` says what each variable is. Items carry coordinates such as
    ``supply_zone``, ``supply_country``, ``supply_group``, ``supply_title``. Facts of the run
    (case, year, scenario, currency, versions, hashes) are the attributes of the dataset.
    """

    data: xr.Dataset

    # ---- what was planned -------------------------------------------------------------------

    @property
    def title(self) -> str:
        """Title of the case."""
        return str(self.data.attrs["title"])

    @property
    def year(self) -> int:
        """Planning year."""
        return int(self.data.attrs["year"])

    @property
    def scenario(self) -> str:
        """Scenario of the case, ``""`` for the tables as they are."""
        return str(self.data.attrs["scenario"])

    @property
    def currency(self) -> str:
        """Currency of all money."""
        return str(self.data.attrs["currency"])

    @property
    def price_year(self) -> int:
        """Price year of all money."""
        return int(self.data.attrs["price_year"])

    @property
    def key(self) -> str:
        """Hash of all that the plan depends on (``plan_key``); ``""`` if unknown."""
        return str(self.data.attrs["plan_key"])

    @property
    def options(self) -> dict[str, Any]:
        """Options of the run: gap asked for, time limit and so on."""
        options: dict[str, Any] = json.loads(self.data.attrs["options"])
        return options

    @property
    def weight(self) -> Floats:
        """Hours of the year that each hour stands for, (T,)."""
        return np.asarray(self.data["weight"].to_numpy(), dtype=float)

    # ---- results ----------------------------------------------------------------------------

    @property
    def prices(self) -> xr.DataArray:
        """Price at each bus in each hour, (hour, bus) [EUR/MWh]."""
        return self.data["price"]

    @property
    def capacity(self) -> pd.DataFrame:
        """Existing, built, retired and possible capacity [MW] of each plant and store."""
        from khazri.plan.tables import capacity

        return capacity(self)

    @property
    def dispatch(self) -> xr.DataArray:
        """What each plant and store gives to its bus in each hour, (hour, asset) [MW].

        Stores are negative while they charge; conversions give their main flow. The coordinates
        ``zone``, ``country``, ``technology`` and ``group`` are there to add up by.
        """
        data = self.data
        parts = [
            (data["supply_output"], "supply"),
            (data["conversion_output"], "conversion"),
            (data["discharge"] - data["charge"], "store"),
        ]
        names = ("zone", "country", "technology", "group")
        coords = {
            name: ("asset", np.concatenate([data[f"{dim}_{name}"].to_numpy() for _, dim in parts]))
            for name in names
        }
        asset = np.concatenate([data[dim].to_numpy() for _, dim in parts])
        return xr.DataArray(
            np.concatenate([part.to_numpy() for part, _ in parts], axis=1),
            dims=("hour", "asset"),
            coords={"hour": data["hour"], "asset": asset, **coords},
            name="dispatch",
            attrs={"units": "MW", "long_name": "output to the bus"},
        )

    @property
    def flows(self) -> xr.DataArray:
        """Power sent over each link in each hour, (hour, link) [MW]; negative: backward."""
        flow = self.data["forward"] - self.data["backward"]
        return flow.rename("flow").assign_attrs(units="MW", long_name="power sent, forward > 0")

    @property
    def levels(self) -> xr.DataArray:
        """Energy in each store at the end of each hour, (hour, store) [MWh]."""
        return self.data["level"]

    @property
    def unserved(self) -> xr.DataArray:
        """Demand that stays unserved at each bus in each hour, (hour, bus) [MW]."""
        from khazri.plan.arrays import to_buses

        data = self.data
        return xr.DataArray(
            to_buses(self, data["unserved"].to_numpy(), data["unserved_block_bus"].to_numpy()),
            dims=("hour", "bus"),
            coords={"hour": data["hour"], "bus": data["bus"]},
            name="unserved",
            attrs={"units": "MW", "long_name": "demand that stays unserved"},
        )

    @property
    def curtailment(self) -> xr.DataArray:
        """Available output not used, (hour, supply) [MW]; meant for wind, sun and water."""
        curtailed = self.data["supply_available"] - self.data["supply_output"]
        return curtailed.rename("curtailment").assign_attrs(
            units="MW", long_name="available output that is not used"
        )

    # ---- proof ------------------------------------------------------------------------------

    @property
    def cost(self) -> float:
        """Cost of the year [EUR/a], recomputed from the plan."""
        return float(self.data.attrs["cost"])

    @property
    def bound(self) -> float:
        """Proven lower bound on the cost of every plan [EUR/a]."""
        return float(self.data.attrs["bound"])

    @property
    def gap(self) -> float:
        """Relative distance of cost and bound."""
        return self.certificate.gap

    @property
    def certificate(self) -> Certificate:
        """What is proven about the plan."""
        data, attrs = self.data, self.data.attrs
        families = tuple(
            FamilyCheck(str(name), float(amount), str(unit), float(size), str(item), int(stage))
            for name, amount, unit, size, item, stage in zip(
                data["family"].to_numpy(),
                data["violation"].to_numpy(),
                data["family_unit"].to_numpy(),
                data["family_size"].to_numpy(),
                data["family_item"].to_numpy(),
                data["family_stage"].to_numpy(),
                strict=True,
            )
        )
        return Certificate(
            cost=float(attrs["cost"]),
            bound=float(attrs["bound"]),
            claimed_cost=float(attrs["claimed_cost"]),
            unsupported_cost=float(attrs["unsupported_cost"]),
            unsupported_stage=int(attrs["unsupported_stage"]),
            mean_stage_cost=float(attrs["mean_stage_cost"]),
            families=families,
        )

    def prove(self, program: Program) -> float:
        """Return the bound [EUR/a] anew, from the multipliers that the plan carries.

        ``program`` is that of the case: ``build_program(build_system(case, plan.year))``. Nothing
        of the solver is used: any reader of the file can repeat the proof.
        """
        rows = self.data["bound_row_dual"].to_numpy()
        sums = self.data["bound_sum_dual"].to_numpy()
        return lower_bound(program, rows, sums).value

    # ---- files ------------------------------------------------------------------------------

    def save(self, path: str | Path) -> Path:
        """Write the plan as netCDF; returns the path. The file appears only when it is whole."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        try:
            write_netcdf(self.data, part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return path

    @staticmethod
    def load(path: str | Path) -> Plan:
        """Read a plan that was saved.

        Raises
            UnreadableFileError  no such file, or it is not a plan of this format
        """
        path = Path(path)
        if not path.is_file():
            raise UnreadableFileError(path, "a plan (netCDF); there is no such file")
        try:
            with xr.open_dataset(path, engine="h5netcdf") as opened:
                data = opened.load()
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise UnreadableFileError(path, f"a plan (netCDF): {error}") from error
        if data.attrs.get("kind") != _KIND or int(data.attrs["format"]) != _FORMAT:
            raise UnreadableFileError(path, f"a plan of format {_FORMAT}, written by khazri")
        return Plan(data)

    # ---- what a person sees -----------------------------------------------------------------

    def __repr__(self) -> str:
        from khazri.plan.summary import summary

        return "\n".join(summary(self).lines)

    def _repr_html_(self) -> str:
        from khazri.plan.summary import summary

        first, *others = (html.escape(line.strip()) for line in summary(self).lines)
        items = "".join(f"<li>{line}</li>" for line in others)
        return f"<div><strong>{first}</strong><ul>{items}</ul></div>"


def stamp(attrs: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes that mark a dataset as a plan, before all others."""
    return {"kind": _KIND, "format": _FORMAT, "Conventions": "CF-1.11", **attrs}
