"""Lines, transformers and links between buses of one carrier as links of a case."""

from __future__ import annotations

import numpy as np

from khazri.interop.attributes import Component
from khazri.interop.case_assets_from_pypsa import Size, constant, refuse, size_of
from khazri.interop.case_draft import Draft, Item, items
from khazri.interop.grid import grid
from khazri.interop.network import Network, ports
from khazri.program.varying import Floats, Indices

_LEAST_OHM = 1e-6
"""The smallest reactance that a case can hold."""
_EUR_PER_MILLION_EUR = 1e6


def add_branches(
    draft: Draft, network: Network, repeats: Indices, costs: dict[Component, dict[str, float]]
) -> None:
    """Lines and transformers: under the voltage law as far as they exist, by choice where built."""
    branches = grid(network)
    voltages = network.table(Component.BUS)["v_nom"].to_dict()
    every = [*items(network, Component.LINE, repeats),
             *items(network, Component.TRANSFORMER, repeats)]  # fmt: skip
    for item, impedance in zip(every, branches.impedance, strict=True):
        size = size_of(draft, item, costs[item.kind][item.name])
        if not size.exists:
            continue
        share = _lowest(draft, item, "s_max_pu")
        if item.kind is Component.TRANSFORMER:
            for attribute in ("phase_shift", "phase_shift_min", "phase_shift_max"):
                refuse(draft, item, attribute)
        voltage = float(voltages[item.text("bus0")])
        ohm = float(impedance) * voltage**2
        obeys = bool(ohm >= _LEAST_OHM)
        if not obeys:
            draft.leave("no impedance that the voltage law could use; its flow is free", item)
        if size.given > 0:
            _add(
                draft,
                item,
                item.name,
                size,
                kind="ac",
                capacity_forward_mw=size.given * share,
                capacity_backward_mw=size.given * share,
                voltage_kv=voltage,
                reactance_ohm=ohm if obeys else None,
            )
        if size.largest > size.given:
            draft.leave(
                "may be extended; what is added is a link by choice, outside the voltage law", item
            )
            _add_candidate(draft, item, size, share, kind="ac", voltage_kv=voltage)


def add_link(draft: Draft, item: Item, cost: float) -> None:
    """A link with two ends of one carrier."""
    size = size_of(draft, item, cost)
    if not size.exists:
        return
    forward = _lowest(draft, item, "p_max_pu")
    least = item.values("p_min_pu", draft.hours)
    if (least > 0).any():
        draft.leave("p_min_pu above 0; links of a case carry nothing or more", item)
    backward = max(-float(least.max()), 0.0)
    if np.ptp(least) > 0 and (least < 0).any():
        draft.leave("p_min_pu varies with time; the case has the least of it backward", item)
    loss = 1.0 - constant(draft, item, "efficiency")
    if loss < 0:
        draft.leave("efficiency above 1; the case has 1", item)
        loss = 0.0
    tariff = constant(draft, item, "marginal_cost")
    if backward > 0 and (loss > 0 or tariff != 0):
        draft.leave(
            "losses and costs of flows backward, which PyPSA counts as gains; the case counts them "
            "as forward",
            item,
        )
    if tariff < 0:
        draft.leave("a negative marginal cost; the case has 0", item)
        tariff = 0.0
    for attribute in ("ramp_limit_up", "ramp_limit_down", "p_set"):
        refuse(draft, item, attribute, np.nan)
    about = {"kind": "dc", "loss": loss, "tariff": tariff}
    if size.given > 0:
        _add(
            draft,
            item,
            item.name,
            size,
            capacity_forward_mw=size.given * forward,
            capacity_backward_mw=size.given * backward,
            **about,
        )
    if size.largest > size.given and forward > 0:
        _add_candidate(draft, item, size, forward, backward / forward, **about)


def _add_candidate(
    draft: Draft, item: Item, size: Size, share: float, ratio: float = 1.0, **about: object
) -> None:
    """What can be added to a link, as a candidate of its own."""
    more = size.largest - size.given
    name = f"{item.name} (new)" if size.given > 0 else item.name
    link = _add(
        draft,
        item,
        name,
        size,
        status="candidate",
        capacity_forward_mw=more * share if ratio != 1.0 else 0.0,
        capacity_backward_mw=more * share * ratio if ratio != 1.0 else 0.0,
        build_max_mw=more * share,
        capex_million=size.cost * more / _EUR_PER_MILLION_EUR,
        fixed_om_share=0.0,
        lifetime_a=1,
        **about,
    )
    yearly = "the network has costs by the year: one year without interest keeps them as they are"
    draft.assume("links", link, "lifetime_a", yearly)
    if size.is_open:
        note = "the network sets no end; more than it can need"
        draft.assume("links", link, "build_max_mw", note)


def _add(draft: Draft, item: Item, name: str, size: Size, **cells: object) -> str:
    """A row of the table links; what exists costs its capital as fixed costs of a year."""
    link = draft.name("links", name)
    exists: dict[str, object] = {"status": "existing"}
    if size.given > 0 and size.cost > 0:
        exists["capex_million"] = size.cost * size.given / _EUR_PER_MILLION_EUR
        exists["fixed_om_share"] = 1.0
    length = item.number("length") if "length" in item.row else 0.0
    draft.add(
        "links",
        link=link,
        name=name,
        from_bus=draft.bus_of[item.text("bus0")],
        to_bus=draft.bus_of[item.text("bus1")],
        length_km=length if length > 0 else None,
        **{**exists, **cells},
    )
    return link


def _lowest(draft: Draft, item: Item, attribute: str) -> float:
    """A share of capacity; where it varies the least of it, which is there in all hours."""
    values: Floats = item.values(attribute, draft.hours)
    if item.varies(attribute):
        draft.leave(f"{attribute} varies with time; the case has the least of it", item)
    return max(float(values.min()), 0.0)


def is_plain(draft: Draft, network: Network, item: Item) -> bool:
    """Whether a link joins two buses of one carrier and has no further ports."""
    further = any(
        item.text(f"bus{number}") for number in ports(network.table(Component.LINK).columns)
    )
    start, end = (draft.carrier_of[item.text(f"bus{number}")] for number in (0, 1))
    return start == end and not further
