"""Gas that Azerbaijan uses: by sector, in its fields, and what is given up at a price."""

from __future__ import annotations

from tables.energy import (
    CH4_T_PER_MWH,
    EUR_2025,
    GAS,
    HEAT,
    TWH_PER_BCM,
    balance,
    closing,
    demand,
    growing,
    ratio,
)
from tables.gas.fields import FIELDS_OF_TODAY
from tables.gas.names import (
    FIELDS,
    GRID,
    HEATING,
    NAKHCHIVAN,
)
from tables.gas.pipelines import NETWORK_CH4_MT
from tables.places import BACKCAST_YEAR, YEARS
from tables.raw import lookup
from tables.records import Row, assumed

_TO_STATE_BCM = 3.0
_TERMINAL_TWH = 6.4
_FLARE_BCM = 0.3


RESIDENTIAL_GROWTH, _SERVICE_GROWTH, _INDUSTRY_GROWTH = 0.005, 0.01, 0.015
GREY_HYDROGEN_MT = 0.435 * 0.178
H2_TWH_PER_MT = 33.33


def grey_hydrogen_twh() -> float:
    """Return the hydrogen in the ammonia of SOCAR Carbamide, TWh a year."""
    return GREY_HYDROGEN_MT * H2_TWH_PER_MT


def demands() -> list[Row]:
    """Return demand by sector, and what fields take for themselves."""
    homes = balance("final_consumption", "residential", "natural_gas")
    services = balance("final_consumption", "commercial_public_agri", "natural_gas")
    industry = balance("final_consumption", "industry", "natural_gas")
    feedstock = balance("feedstock", "chemicals", "natural_gas")
    own_use = balance("energy_own_use_and_losses", "oil_gas", "natural_gas")
    part = lookup(GAS, zone="AZ.nakhchivan", variable="gas_household_share_of_national_h1")
    share = part.value / 100
    heat_gas = lookup(HEAT, item="gas_use_derived").value / 1000 * TWH_PER_BCM
    lost = round(own_use.value - heat_gas, 3)
    grey = grey_hydrogen_twh() / ratio("h2_smr", "efficiency").value
    gross_acg = lookup(
        GAS, zone="AZ.ACG", variable="gas_production_field", year=str(BACKCAST_YEAR)
    ).value
    acg = {BACKCAST_YEAR: gross_acg} | next(
        field.later for field in FIELDS_OF_TODAY if field.associated
    )
    pressed = {year: (bcm - _TO_STATE_BCM - _FLARE_BCM) * TWH_PER_BCM for year, bcm in acg.items()}
    split = f"{share:.1%} of it in Nakhchivan, by the household gas of {part.source_id}"
    grows = "{:.1%} a year from 2024 on"
    found: list[Row] = []
    for label, value, rate, sector in (
        ("homes", homes, RESIDENTIAL_GROWTH, "residential"),
        ("services", services, _SERVICE_GROWTH, "services"),
    ):
        for name, at, factor in (
            (f"gas_{label}", GRID, 1 - share),
            (f"gas_{label}_nakhchivan", NAKHCHIVAN, share),
        ):
            found += demand(
                name,
                at,
                sector,
                growing(value.value * factor, rate),
                closing(value, split),
                profile=HEATING,
                later=f"{grows.format(rate)}; {split}",
            )
    found += demand(
        "gas_industry",
        GRID,
        "industry",
        growing(industry.value, _INDUSTRY_GROWTH),
        closing(industry),
        later=grows.format(_INDUSTRY_GROWTH),
    )
    found += demand(
        "gas_feedstock",
        GRID,
        "chemicals",
        dict.fromkeys(YEARS, round(feedstock.value - grey, 3)),
        closing(
            feedstock,
            f"less {grey:.2f} TWh of gas for the hydrogen of the ammonia plant; "
            "three quarters of the carbon stay in methanol and urea (assumption)",
        ),
        feedstock=0.75,
        later="plants of today, held",
    )
    found += demand(
        "gas_losses",
        GRID,
        "losses",
        dict.fromkeys(YEARS, lost),
        closing(
            own_use,
            f"less {heat_gas:.2f} TWh for district heat, which the raw balance does not show "
            "apart; counted as burned but for what escapes as methane, which stands at the "
            f"network: {NETWORK_CH4_MT:g} Mt of it at {CH4_T_PER_MWH:g} t/MWh",
        ),
        feedstock=round(NETWORK_CH4_MT / CH4_T_PER_MWH / lost, 2),
        later="held: better pipes are a measure of their own",
    )
    found += demand(
        "gas_reinjection",
        FIELDS,
        "reinjection",
        pressed,
        assumed(
            "ACG gas less 3.0 bcm given to the state a year (2 x 1.5 bcm of the first half of "
            "2025, xalq_bp_h1_2025) and the flare; pressed back into the field, so never burned"
        ),
        feedstock=1.0,
        later="what ACG makes less 3.0 bcm for the state and the flare",
    )
    flare = lookup(GAS, zone="AZ", variable="gas_flaring", year=str(BACKCAST_YEAR))
    found += demand(
        "gas_flare",
        FIELDS,
        "flaring",
        dict.fromkeys(YEARS, flare.value * TWH_PER_BCM),
        closing(flare),
        later="held: less flaring is a measure of its own",
    )
    found += demand(
        "gas_terminals",
        FIELDS,
        "own_use",
        dict.fromkeys(YEARS, _TERMINAL_TWH),
        assumed(
            "50.3 bcm gross less 10.3 bcm pressed back are 384.0 TWh; the Energy Institute counts "
            "377.6 TWh marketed without field use (owid_energy_2026)"
        ),
        later="held",
    )
    return found


def steps() -> list[Row]:
    """Return the parts of demand that are given up at a price."""
    return [
        {
            "demand": "gas_feedstock",
            "step": "methanol",
            "share": 0.7,
            "price": 24.0,
            **EUR_2025.cells(),
            **assumed(
                "methanol at about 290 EUR/t less 80 EUR/t of other costs pays for 9 MWh of gas; "
                "its share in the feedstock is a judgement"
            ),
        },
        {
            "demand": "gas_industry",
            "step": "flexible",
            "share": 0.1,
            "price": 40.0,
            **EUR_2025.cells(),
            **assumed("kilns and boilers that can stand still or burn fuel oil"),
        },
    ]


def unserved() -> Row:
    """Return what gas that is missing costs."""
    return {
        "country": "AZ",
        "carrier": "gas",
        "block": "gas",
        "share": 1.0,
        "price": 300.0,
        **EUR_2025.cells(),
        **assumed("a multiple of the price of any other fuel: homes cannot do without"),
    }
