"""Hydropower: energy of a mean year, size of the reservoirs, dry years and the wet year 2024."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reservoir:
    """Reservoirs of a zone: inflow of a mean year, usable energy in hours of full power."""

    energy_gwh: float
    hours: float
    source_id: str
    note: str


_LIVE = "hours from live volume times head of the large dams, general knowledge"
_KURA = (
    "capacity factor 0.171: main-grid hydro made 1,685 GWh a year in 2015 and 2017-2025 without "
    "Karabakh, less 130 GWh of Nakhchivan, from 1,040 MW; " + _LIVE
)
_EPM = "energy: World Bank model of Türkiye, fleet of 2024 in a typical year; " + _LIVE

RESERVOIRS = {
    "az_centre": Reservoir(636, 1500, "expert", _KURA + ": Mingachevir, cut for irrigation"),
    "az_west": Reservoir(831, 300, "expert", _KURA + ": Shamkir"),
    "az_north": Reservoir(37, 1000, "expert", _KURA + ": Takhtakorpu"),
    "az_karabakh": Reservoir(110, 1500, "expert", "capacity factor 0.25; " + _LIVE + ": Sarsang"),
    "az_nakhchivan": Reservoir(
        110, 400, "expert", "about 120 GWh a year for all hydro of Nakhchivan, 70.9 MW; " + _LIVE
    ),
    "ge": Reservoir(
        5869, 450, "expert", "capacity factor 0.335 (Enguri 0.35, Zhinvali 0.25); " + _LIVE
    ),
    "am": Reservoir(
        519, 300, "expert", "share by capacity of 1,750 GWh of all plants; Vorotan; " + _LIVE
    ),
    "tr_centerana": Reservoir(1378, 600, "epm_turkiye_2025", _EPM),
    "tr_centerblack": Reservoir(4560, 500, "epm_turkiye_2025", _EPM),
    "tr_eastana": Reservoir(8086, 600, "epm_turkiye_2025", _EPM),
    "tr_eastmed": Reservoir(5150, 500, "epm_turkiye_2025", _EPM),
    "tr_northwest": Reservoir(595, 400, "epm_turkiye_2025", _EPM),
    "tr_southeast": Reservoir(26682, 1100, "epm_turkiye_2025", _EPM),
    "tr_westana": Reservoir(378, 400, "epm_turkiye_2025", _EPM),
    "tr_westmed": Reservoir(2066, 500, "epm_turkiye_2025", _EPM),
    "kz_north": Reservoir(6006, 2000, "epm_ca_2026", "energy: CASA model, Irtysh; " + _LIVE),
    "kz_south": Reservoir(2185, 700, "epm_ca_2026", "energy: CASA model; " + _LIVE),
    "uz": Reservoir(6200, 250, "expert", "7.2 TWh a year from 2,441 MW of today; " + _LIVE),
    "kg": Reservoir(13050, 2000, "azattyk_33657662", "12.9 + 0.22 TWh in 2025; " + _LIVE),
    "tj": Reservoir(
        23530, 600, "expert", "0.44, between the CASA model (0.468) and 2024 (0.41); " + _LIVE
    ),
    "ro": Reservoir(
        6850,
        900,
        "expert",
        "capacity factor 0.23 of 15 TWh in all (14.6 in 2024, 12 in 2025); " + _LIVE,
    ),
    "bg": Reservoir(2199, 800, "expert", "mean of measured 2019-2023 (entsoe_bg_epm); " + _LIVE),
}

# The dry year against the mean, by the beginning of the names of the assets.
DRY = {
    "az": (0.56, "1.3 TWh in 2021 against about 2.3 TWh of the fleet of 2024 in a mean year"),
    "ge": (0.85, "of the order of the swing between 2023 and 2025"),
    "am": (0.85, "2023: 1.68 TWh, 15 % below the mean"),
    "tr": (0.87, "57 TWh in 2025 against 66 TWh in the typical year"),
    "kz": (0.85, "as Kyrgyzstan"),
    "uz": (0.875, "6.3 TWh in 2025 against 7.2 TWh"),
    "kg": (0.84, "13.1 TWh in 2025 against 15.5 TWh, the long-term mean of the CASA model"),
    "tj": (0.85, "as Kyrgyzstan"),
    "ro": (0.80, "12 TWh in 2025 against 15 TWh"),
    "bg": (0.80, "as Romania"),
}

# Inflow of reservoirs in the back-cast year against the mean.
YEAR_2024 = {
    "az_centre": (1.52, "3,011 GWh of hydro in 2024 less Karabakh 550, Nakhchivan 121, small 54"),
    "az_west": (1.52, "as az_centre"),
    "az_north": (1.52, "as az_centre"),
    "tr": (1.165, "56,977 GWh measured for dams in 2024 (EPIAS) against 48,895 GWh"),
    "uz": (1.20, "8.0 TWh of hydro in 2024"),
    "tj": (0.92, "22.4 TWh of generation in 2024, of which about 0.8 TWh coal"),
    "ro": (0.97, "13.4 TWh in eleven months of 2024"),
}
ROR_2024 = {
    "az_karabakh_hydro_ror": (0.82, "550 GWh in 2024: many plants came during the year"),
}
