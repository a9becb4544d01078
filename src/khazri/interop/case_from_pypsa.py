"""A PyPSA network as a case: tables with the network as the source of every row.

What both models mean in the same way is carried over exactly; what differs is told in sentences.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from khazri.case import read_case, write_package
from khazri.case.profiles import PROFILE_FOLDER
from khazri.case.schema import EXPERT
from khazri.errors import Issue, NetworkError, UsageError
from khazri.interop.attributes import Component
from khazri.interop.capacity import horizon_cost
from khazri.interop.case_assets_from_pypsa import (
    add_conversion,
    add_generator,
    add_storage_unit,
    add_store,
)
from khazri.interop.case_draft import NETWORK, PROFILE_FILE, Draft, Item, items
from khazri.interop.case_links_from_pypsa import add_branches, add_link, is_plain
from khazri.interop.network import Network, attributes_of
from khazri.interop.solve import first_ends
from khazri.interop.support import check_supported
from khazri.parquet import write_frame
from khazri.program.varying import Floats, Indices
from khazri.system import build_system

_MOST_HOURS = 8784
_WHOLE = 1e-9
_LOST_LOAD = 10_000.0
"""Value of lost load [per MWh] where nothing in the network is dearer."""
_ELECTRICITY = "electricity"
_ELECTRIC = ("AC", "DC")
"""Carriers of buses that are both electricity."""
_OTHER_COUNTRY = "XX"
_EMISSIONS = "co2_emissions"


@dataclass(frozen=True)
class NetworkCase:
    """Tables (by name) and profiles (hours, P) of a case, and what it does not hold."""

    tables: dict[str, pd.DataFrame]
    profiles: pd.DataFrame
    not_carried: tuple[str, ...]


def case_of_network(network: Network, file: str, case: str) -> NetworkCase:
    """Return the case that a network is.

    Parameters
    ----------
    network
        A network of one period.
    file
        Name of its file, for the table of sources.
    case
        Name of the case.

    Raises
    ------
    NetworkError
        The network is wrong in itself, its snapshots are no whole hours of a year, or nothing in
        it asks for or supplies energy.
    """
    left = _refused(network)
    repeats = _repeats(network)
    draft = Draft(_year(network), int(repeats.sum()), first_ends(network))
    for words in left:
        draft.leave(words)
    _frame(draft, network, file, case)
    _places(draft, network)
    costs = {
        kind: dict(zip(network.table(kind).index, horizon_cost(network, kind), strict=True))
        for kind in (
            Component.GENERATOR,
            Component.STORAGE_UNIT,
            Component.STORE,
            Component.LINK,
            Component.LINE,
            Component.TRANSFORMER,
        )
    }
    _demands(draft, network, repeats)
    emissions = _emissions(network)
    for item in items(network, Component.GENERATOR, repeats):
        rate = emissions.get(item.text("carrier"), 0.0)
        add_generator(draft, item, costs[item.kind][item.name], rate)
    for item in items(network, Component.STORAGE_UNIT, repeats):
        add_storage_unit(draft, item, costs[item.kind][item.name])
    for item in items(network, Component.STORE, repeats):
        add_store(draft, item, costs[item.kind][item.name])
    for item in items(network, Component.LINK, repeats):
        add = add_link if is_plain(draft, network, item) else add_conversion
        add(draft, item, costs[item.kind][item.name])
    add_branches(draft, network, repeats, costs)
    _lost_load(draft)
    _limits(draft, network)
    _time(draft, network, repeats)
    for table, what in (("demands", "a load"), ("assets", "a plant")):
        if table not in draft.rows:
            issue = Issue("network", f"{what} that a case can hold", column=table)
            raise NetworkError([issue])
    profiles = pd.DataFrame(draft.profiles, index=pd.RangeIndex(draft.hours))
    return NetworkCase(draft.frames(), profiles, draft.not_carried())


def write_network_case(made: NetworkCase, folder: Path) -> Path:
    """Write a case to a new or empty folder, once it has passed all checks; returns the folder.

    Raises
    ------
    UsageError
        The folder holds something.
    CaseError
        The case has faults; nothing is written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already and not empty; choose a new folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        place = Path(scratch) / folder.name
        (place / PROFILE_FOLDER).mkdir(parents=True)
        for name, frame in made.tables.items():
            frame.map(_cell).to_csv(place / f"{name}.csv", index=False, lineterminator="\n")
        if made.profiles.shape[1]:
            path = place / PROFILE_FOLDER / PROFILE_FILE
            write_frame(made.profiles.astype("float32").reset_index(drop=True), path)
        case = read_case(place)
        build_system(case, case.default_year)
        write_package(place)
        if folder.exists():
            folder.rmdir()
        place.rename(folder)
    return folder


def _cell(value: object) -> object:
    """A cell of a CSV file; truth in small letters, nothing for what is missing."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    return value


def _refused(network: Network) -> list[str]:
    """What networks may hold and cases cannot, in sentences; other faults of a network stop."""
    try:
        check_supported(network)
    except NetworkError as error:
        kinds = {str(kind): kind for kind in Component}
        fatal, left = [], []
        for issue in error.issues:
            kind = kinds.get(issue.table)
            known = attributes_of(kind, network.table(kind).columns) if kind else {}
            about = known.get(issue.column or "")
            if kind is Component.PROCESS:
                left.append(f"process '{issue.row_id}' is left out")
            elif kind and about and about.refused:
                left.append(
                    f"{kind.word} '{issue.row_id}': {issue.column} {issue.found} ({about.refused})"
                )
            else:
                fatal.append(issue)
        if fatal:
            raise NetworkError(fatal) from error
        return left
    return []


def _repeats(network: Network) -> Indices:
    """How many hours each snapshot stands for, (T,)."""
    weights = network.weightings.to_numpy(dtype=float)
    whole = np.round(weights[:, 0])
    expected = f"whole hours, the same for costs, stores and limits, at most {_MOST_HOURS:,} in all"
    wrong = (np.abs(weights - whole[:, None]) > _WHOLE).any(axis=1) | (whole < 1)
    if wrong.any():
        place = int(np.argmax(wrong))
        found = f"{', '.join(f'{one:g}' for one in weights[place])} in {network.snapshots[place]}"
        raise NetworkError([Issue("snapshots", expected, found, column="snapshot_weightings")])
    if whole.sum() > _MOST_HOURS:
        found = f"{whole.sum():,.0f} h"
        raise NetworkError([Issue("snapshots", expected, found, column="snapshot_weightings")])
    return whole.astype(np.int64)


def _year(network: Network) -> int:
    """The year of the first snapshot, or of the case where snapshots are no times."""
    first = network.snapshots[0]
    return int(first.year) if isinstance(first, pd.Timestamp) else 2030


def _time(draft: Draft, network: Network, repeats: Indices) -> None:
    """What the hours of the case mean differently."""
    if not isinstance(network.snapshots[0], pd.Timestamp):
        draft.leave(f"snapshots are no times; they are the first hours of {draft.year}")
    if (repeats > 1).any():
        draft.leave(
            "snapshots of several hours are as many hours with the same values: ramp limits count "
            "from hour to hour, and standing losses within a snapshot"
        )


def _frame(draft: Draft, network: Network, file: str, case: str) -> None:
    """The case itself, its sources and its year."""
    title = network.name or case
    version = ".".join(str(part) for part in network.version)
    draft.add(
        "case",
        case=draft.name("case", case),
        title=title,
        description=f"Made from the PyPSA network {file}",
        currency="EUR",
        price_year=draft.year,
        default_year=draft.year,
        default_scenario="reference",
        wacc=0.0,
        hours=draft.hours,
    )
    name = str(draft.rows["case"][0]["case"])
    draft.assume("case", name, "wacc", "costs of capital of the network are yearly ones already")
    draft.assume("case", name, "currency", "the network names no currency")
    draft.add("years", year=draft.year, kind="planning")
    draft.add(
        "scenarios", scenario="reference", name="Reference", description="The network as it is"
    )
    draft.add(
        "sources",
        source_id=NETWORK,
        title=f"PyPSA network {title}",
        note=f"file {file}, written by PyPSA {version}; its own sources and licence hold",
    )
    draft.add(
        "sources",
        source_id=EXPERT,
        title="Assumptions made where a case needs what a network does not have",
    )
    draft.leave(f"the currency, which networks do not name; the case calls it EUR of {draft.year}")


def _places(draft: Draft, network: Network) -> None:
    """Buses, each a zone of its own, with their countries and carriers."""
    carriers: dict[str, str] = {}
    countries: dict[str, str] = {}
    rates = _emissions(network)
    for item in items(network, Component.BUS, np.ones(len(network.snapshots), dtype=np.int64)):
        own = item.text("carrier")
        carrier = _ELECTRICITY if own in _ELECTRIC else own or _ELECTRICITY
        if carrier not in carriers:
            carriers[carrier] = draft.name("carriers", carrier)
            draft.add("carriers", carrier=carriers[carrier], name=carrier, co2_t_per_mwh=0.0)
        country = item.text("country").strip() or _OTHER_COUNTRY
        if country not in countries:
            countries[country] = draft.name("countries", country)
            draft.add("countries", country=countries[country], name=country)
        bus = draft.name("buses", item.name)
        latitude, longitude = (float(str(item.row.get(axis, 0.0) or 0.0)) for axis in ("y", "x"))
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            draft.leave("a position that is no latitude and longitude; the case has 0, 0", item)
            latitude = longitude = 0.0
        draft.add(
            "zones",
            zone=bus,
            name=item.name,
            country=countries[country],
            latitude=latitude,
            longitude=longitude,
        )
        draft.add("buses", bus=bus, name=item.name, zone=bus, carrier=carriers[carrier])
        draft.bus_of[item.name], draft.carrier_of[item.name] = bus, carriers[carrier]
    for carrier, rate in rates.items():
        fuel = draft.name("carriers", carrier)
        draft.fuel_of[carrier] = fuel
        draft.add("carriers", carrier=fuel, name=carrier, co2_t_per_mwh=rate)
        for country in countries.values():
            draft.add(
                "fuel_prices",
                carrier=fuel,
                country=country,
                year=draft.year,
                price=0.0,
                source_id=EXPERT,
                note="fuel is paid in the marginal cost of the network, which is the variable cost",
            )


def _emissions(network: Network) -> dict[str, float]:
    """T CO2 per MWh of each carrier that emits."""
    table = network.table(Component.CARRIER)
    if not len(table):
        return {}
    rates = table[_EMISSIONS].astype(float)
    return {str(name): float(rate) for name, rate in rates[rates > 0].items()}


def _demands(draft: Draft, network: Network, repeats: Indices) -> None:
    """Loads as demands with a shape of mean 1."""
    for item in items(network, Component.LOAD, repeats):
        if item.number("sign") != -1.0:
            draft.leave(f"a load with sign {item.number('sign'):g} is left out", item)
            continue
        load: Floats = item.values("p_set", draft.hours)
        if (load < 0).any():
            draft.leave("what it gives in hours with p_set below 0; the case has 0 there", item)
            load = np.clip(load, 0.0, None)
        if not load.any():
            continue
        bus = draft.bus_of[item.text("bus")]
        profile = None
        if np.ptp(load) > 0:
            profile = draft.profile(f"{item.name} load", "load", load / load.mean(), bus)
        draft.add(
            "demands",
            demand=draft.name("demands", item.name),
            bus=bus,
            sector=item.text("carrier") or "all",
            year=draft.year,
            energy_mwh=float(load.sum()),
            profile=profile,
        )


def _lost_load(draft: Draft) -> None:
    """A price for demand that stays unserved, which cases need and networks do not have."""
    dearest = max(
        [0.0, *(float(str(row["variable_cost"])) for row in draft.rows.get("assets", []))]
    )
    price = max(_LOST_LOAD, 10.0 * dearest)
    for row in draft.rows.get("countries", []):
        draft.add(
            "unserved_blocks",
            country=row["country"],
            block="all",
            share=1.0,
            price=price,
            source_id=EXPERT,
            note="a network serves all demand; the price is above the cost of every plant of it",
        )
    draft.leave(
        "that all demand must be served; the case may leave some at a value of lost load of "
        f"{price:,.0f} EUR/MWh"
    )


def _limits(draft: Draft, network: Network) -> None:
    """Global constraints on emissions and on the output of carriers as limits of the year."""
    for item in items(
        network, Component.GLOBAL_CONSTRAINT, np.ones(len(network.snapshots), dtype=np.int64)
    ):
        scope = _scope(draft, network, item)
        if scope is None:
            draft.leave(f"a global constraint of type {item.text('type')}", item)
            continue
        senses = {"<=": ("max",), ">=": ("min",)}.get(item.text("sense"), ("max", "min"))
        for sense in senses:
            name = item.name if len(senses) == 1 else f"{item.name} ({sense})"
            draft.add(
                "limits",
                limit=draft.name("limits", name),
                name=name,
                sense=sense,
                year=draft.year,
                value=item.number("constant"),
                **scope,
            )


def _scope(draft: Draft, network: Network, item: Item) -> dict[str, object] | None:
    """What a limit adds up, None where cases have no such limit."""
    carrier = item.text("carrier_attribute")
    stores = [network.table(kind) for kind in (Component.STORAGE_UNIT, Component.STORE)]
    if item.number("constant") < 0:
        return None
    if item.text("type") == "primary_energy" and carrier == _EMISSIONS:
        emitting = set(_emissions(network))
        emptied = [
            table["carrier"].isin(emitting) & ~table[flag].astype(bool)
            for table, flag in zip(stores, ("cyclic_state_of_charge", "e_cyclic"), strict=True)
        ]
        return None if any(mask.any() for mask in emptied) else {"kind": "emissions"}
    if item.text("type") == "operational_limit":
        if any((table["carrier"] == carrier).any() for table in stores):
            return None
        technologies = draft.technologies.get(carrier, [])
        return {"kind": "energy", "technology": ";".join(technologies)} if technologies else None
    return None
