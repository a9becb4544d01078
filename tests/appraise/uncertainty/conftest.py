"""Two buses and a link between them: what it is worth is linear in the price of gas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from khazri.appraise.cba import Appraisal, Method, Terms, appraise, kept, read_corridors, variants
from khazri.appraise.uncertainty import (
    Sample,
    UncertainCase,
    Uncertainty,
    assess,
    uncertain_case,
)
from khazri.case import read_case
from khazri.study import Fidelity, Store, Workers, run_study, this_process

HOURS = 24
PRICE = 20.0
EFFICIENCY = 0.5
COAL = 10.0
LINK = 100.0
COST = 0.6e6
SAMPLE = Sample(8, seed=3)

_TABLES = {
    "case": """case,title,price_year,default_year,default_scenario,hours
two,Two buses,2025,2030,plain,24""",
    "years": "year\n2030",
    "sources": "source_id,title\nmade,Made up for this test\nexpert,Assumption",
    "countries": "country,name\nAA,Aland\nBB,Bland",
    "zones": "zone,name,country,latitude,longitude\na,A,AA,40,40\nb,B,BB,41,45",
    "carriers": "carrier,name,co2_t_per_mwh\npower,Power,0\ngas,Gas,0\ncoal,Coal,0",
    "buses": "bus,name,zone,carrier\na,A,a,power\nb,B,b,power",
    "fuel_prices": "carrier,country,year,price\ngas,BB,2030,20\ncoal,AA,2030,10",
    "technologies": """technology,name,kind,group,fuel
coal,Coal,supply,coal,coal
gas,Gas,supply,gas,gas""",
    "technology_costs": """technology,year,parameter,value
coal,2030,fixed_om,0
coal,2030,variable_om,0
gas,2030,fixed_om,0
gas,2030,variable_om,0""",
    "assets": """asset,name,bus,technology,status,capacity_mw,efficiency
coal_a,Coal,a,coal,existing,1000,1
gas_b,Gas,b,gas,existing,1000,0.5""",
    "links": """link,name,from_bus,to_bus,kind,status,build_max_mw,commissioning_year,loss,\
capex_million,fixed_om_share,lifetime_a
tie,Tie,a,b,dc,candidate,100,2030,0,0.6,0,20""",
    "corridors": "corridor,name,state,whole,parties\ntie,The tie,candidate,true,AA;BB",
    "corridor_links": "corridor,link,phase\ntie,tie,1",
    "demands": "demand,bus,year,energy_mwh\na,a,2030,2400\nb,b,2030,4800",
    "unserved_blocks": "country,block,share,price\nAA,all,1,3000\nBB,all,1,3000",
    "scenarios": "scenario,name\nplain,Plain",
    "uncertainties": """driver,name,low,high,distribution
gas,Gas price,0.5,2,triangular
capex,Cost of the tie,0.8,1.5,uniform
coal,Coal price,0.9,1.1,triangular""",
    "uncertainty_cells": """driver,table,key,column,weight
gas,fuel_prices,gas|*|*,price,
capex,links,tie,capex_million,
coal,fuel_prices,coal|AA|2030,price,""",
}
_UNSOURCED = ("sources", "scenarios", "uncertainty_cells")


def write_two_buses(folder: Path) -> Path:
    """Write the tables of the case; returns its folder."""
    folder.mkdir()
    for name, text in _TABLES.items():
        head, *rows = text.splitlines()
        if name not in _UNSOURCED:
            head, rows = f"{head},source_id", [f"{row},made" for row in rows]
        (folder / f"{name}.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return folder


@dataclass(frozen=True)
class TwoBuses:
    """The case, what was asked for, and what came of it; ``made`` plans had to be made."""

    folder: Path
    store: Store
    uncertain: UncertainCase
    fine: Appraisal
    found: Uncertainty


def appraised(folder: Path, store: Store, sample: Sample, workers: Workers) -> TwoBuses:
    """The tie of the case in ``folder``, with results kept in ``store``."""
    case = read_case(folder)
    corridors = read_corridors(case)
    terms = Terms((2030,), "plain", (Method.PINT,), 0.04, 0.0, 2025)
    extract = partial(kept, corridor_links=tuple(corridors.every_link))
    fidelity = Fidelity(None)
    plans = run_study(folder, variants(corridors, terms), fidelity, extract, store, workers)
    fine = appraise(corridors, terms, plans)
    uncertain = uncertain_case(case, corridors, terms, sample)
    results = run_study(folder, uncertain.variants(), fidelity, extract, store, workers)
    return TwoBuses(folder, store, uncertain, fine, assess(uncertain, results, fine))


@pytest.fixture(scope="session")
def two_buses(tmp_path_factory: pytest.TempPathFactory) -> TwoBuses:
    """Read it, never write there."""
    home = tmp_path_factory.mktemp("two_buses")
    folder = write_two_buses(home / "two")
    return appraised(folder, Store(home / "study"), SAMPLE, this_process())
