"""Writes the worked examples of docs/appraisal.md from what the commands wrote.

`make docs-appraisal` runs all of them; the pages are kept in the repository, for that takes long.
FOLDER holds `caspian-appraisal` (`khazri appraise`), `caspian-regret` (the same with
`--scenarios`), `caspian-hours-N` (the same over N segments), `share-NAME-nothing` and
`share-NAME-together` (`khazri share`), and `finance-NAME.json` (`khazri --json finance`).

    python docs/generate_appraisal.py FOLDER
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from khazri.case import Case, read_case
from khazri.report.numbers import money, number, percent, unit_for

_HERE = Path(__file__).parent
_CASE = _HERE.parent / "cases" / "caspian"
_SEGMENTS = 365
"""Of all plans that the pages rest on, but for those that show what finer ones change."""

_SHOWN = 4
"""Countries in the table of fidelity."""

_SETTLED = 0.1
"""A value that the finest plans move by less than this share of it has come to rest."""

_NOISE = 0.05e6
"""Amounts below this [EUR] are not shown by country."""


@dataclass(frozen=True)
class _Example:
    """A corridor, the short name of its folders and page, and what readers have to know of it."""

    corridor: str
    name: str
    title: str
    intro: str
    carries: str
    between: str = ""


_EXAMPLES = (
    _Example(
        "zangezur_tripp",
        "tripp",
        "Worked example: the TRIPP route",
        "Power from Azerbaijan to Nakhchivan across Armenia (330 kV) and on to Türkiye (400 kV, "
        "with a converter). Two legs, four owners, three countries.",
        "Forward is towards Nakhchivan and Türkiye.",
        ": the 44 km across Armenia are paid half and half by the ends of their link, both in "
        "Azerbaijan, and Armenia pays nothing. Who else should, is what sharing is about",
    ),
    _Example(
        "black_sea_energy",
        "cable",
        "Worked example: the Black Sea cable",
        "A direct current cable of 1,300 MW from Georgia to Romania, for power of Azerbaijan and "
        "Georgia in the European Union. One leg, two hosts, four parties.",
        "Forward is towards Romania. Power sent that way pays the carbon border charge of the "
        "European Union (`carbon_charges.csv`): where more flows backward than forward, that and "
        "the prices on both shores are what to vary first.",
    ),
)


def main() -> None:
    """Write a page for each example from the folder named on the command line."""
    folder = Path(sys.argv[1])
    case = read_case(_CASE)
    for example in _EXAMPLES:
        page = _Page(example, folder, case)
        path = _HERE / f"appraisal-{example.name}.md"
        path.write_text("\n".join(page.lines()), encoding="utf-8")
        print(path)


class _Page:
    """One example: its tables, read once."""

    def __init__(self, example: _Example, folder: Path, case: Case) -> None:
        self.example, self.folder = example, folder
        text = (folder / "caspian-appraisal" / "appraisal.json").read_text(encoding="utf-8")
        self.facts: dict[str, Any] = json.loads(text)
        countries = case.table("countries")
        self.names = dict(zip(countries["country"], countries["name"], strict=True))
        self.currency = case.currency

    def rows(self, table: str, **where: object) -> pd.DataFrame:
        """Rows of a table of the appraisal on this corridor."""
        frame = pd.DataFrame(self.facts[table])
        where = {"corridor": self.example.corridor, **where}
        for column, value in where.items():
            frame = frame[frame[column] == value]
        return frame

    def country(self, code: str) -> str:
        """A country as readers know it."""
        return str(self.names.get(code, code)) if code else "**all**"

    def amount(self, eur: float) -> str:
        """An amount with its unit."""
        return unit_for(money(self.currency), [eur]).with_unit(eur)

    def lines(self) -> list[str]:
        """The page, line by line."""
        parts = [
            [f"# {self.example.title}", "", "% Written by docs/generate_appraisal.py; do not edit.",
             "", self.example.intro, ""],
            self._in_short(),
            self._commands(),
            self._what_is_built(),
            self._plans(),
            self._benefits(),
            self._value(),
            self._fidelity(),
            self._delay(),
            self._regret(),
            self._sharing(),
            self._finance(),
            self._doubts(),
        ]  # fmt: skip
        return [line for part in parts for line in part]

    # ---- for who reads one page ------------------------------------------------------------------

    def _in_short(self) -> list[str]:
        found = []
        for method, words in (("toot", "beside all others"), ("pint", "alone")):
            value = self.rows("value", method=method)
            total = value[value["country"] == ""].iloc[0]
            by = value[value["country"] != ""].sort_values("npv_eur")
            side = "more" if total["npv_eur"] >= 0 else "less"
            best, worst = by.iloc[-1], by.iloc[0]
            found.append(
                f"- {words.capitalize()} it brings {self.amount(total['benefit_eur'])} over its "
                f"life and costs {self.amount(total['cost_eur'])}, in values of "
                f"{self.facts['base_year']}: {self.amount(abs(total['npv_eur']))} {side} than it "
                f"costs. {self.country(best['country'])} gains most "
                f"({self.amount(best['npv_eur'])}); {self.country(worst['country'])} "
                + (f"loses most ({self.amount(-worst['npv_eur'])})." if worst["npv_eur"] < 0
                   else "gains least.")
            )  # fmt: skip
        by = self._by_hours()
        tried = ", ".join(f"{self.amount(float(by[n]['']))} over {n:,}" for n in sorted(by))
        found.append(
            f"- This is over {_SEGMENTS} segments of hours. Alone it is worth, net, {tried}: "
            "[how much of it hangs on the hours](#how-much-of-it-hangs-on-the-hours)."
        )
        starts = self.rows("starts", method="toot", country="")
        best_start = starts.loc[starts["npv_eur"].idxmax()]
        first = int(starts["start"].min())
        if best_start["npv_eur"] <= 0:
            found.append(
                f"- No first year from {first} to {int(starts['start'].max())} makes it worth what "
                "it costs: on these prices and costs the answer is not to build it yet."
            )
        elif int(best_start["start"]) == first:
            found.append(f"- The best first year is the earliest, {first}: waiting costs money.")
        else:
            found.append(
                f"- The best first year of those tried is {int(best_start['start'])}, not {first}."
            )
        late = self.rows("step_delays", method="toot", country="")
        for row in late.sort_values("change_eur").head(1).to_dict("records"):
            if row["change_eur"] < 0:
                found.append(
                    f"- The dearest year to lose is with {row['owner']}: if its step "
                    f"({self._step(row['step'])}) is done a year late, all together lose "
                    f"{self.amount(-row['change_eur'])}."
                )
        return ["## In short", "", *found, ""]

    def _step(self, step: str) -> str:
        rows = self.rows("steps", step=step)
        return str(rows["title"].iloc[0])

    # ---- how it was made -------------------------------------------------------------------------

    def _commands(self) -> list[str]:
        name, corridor = self.example.name, self.example.corridor
        return [
            "## What was run",
            "",
            "```sh",
            "khazri appraise cases/caspian --years 2030,2035,2040 --hours 365",
            *(
                f"khazri share cases/caspian --corridors {corridor} --year 2035 --hours 365 "
                f"--outside {outside}"
                for outside in ("nothing", "together")
            ),
            f"python docs/plan_corridor.py cases/caspian {corridor} 2035 365 out/plan-{name}",
            f"khazri finance cases/caspian {corridor} --plan out/plan-{name} "
            "--terms docs/examples/loan.toml",
            "khazri appraise cases/caspian zangezur_tripp black_sea_energy "
            "--years 2030,2035,2040 --hours 365 --method pint "
            "--scenarios high_demand,low_demand,dry_year",
            "khazri appraise cases/caspian zangezur_tripp black_sea_energy "
            "--years 2030,2035,2040 --hours 1095 --method pint",
            "make docs-appraisal      # all of it, and these pages",
            "```",
            "",
            f"All plans: {self.facts['fidelity']}. Discounted at "
            f"{percent(self.facts['discount_rate'])} a year, real; amounts in {self.currency} of "
            f"{self.facts['base_year']}; scenario `{self.facts['scenario']}`.",
            "",
        ]

    def _what_is_built(self) -> list[str]:
        legs = self.rows("legs")
        body = [
            [row["leg"], row["links"].replace(";", ", "), row["start"], row["life_a"],
             self.country(row["country"]), _m(row["investment_eur"]), _m(row["fixed_eur_a"], 2)]
            for row in legs.to_dict("records")
        ]  # fmt: skip
        steps = [
            [row["title"], row["owner"], row["state"].replace("_", " "), row["start"],
             row["finish"] + ("*" if row["is_assumed"] else "")]
            for row in self.rows("steps").to_dict("records")
        ]  # fmt: skip
        return [
            "## What is built, by whom and when",
            "",
            *_table(
                ["leg", "links", "runs from", "life, a", "borne by", "investment, m EUR",
                 "fixed, m EUR/a"],
                body,
            ),
            "Half of each link is borne by the country of each end; the case says nothing else, so "
            f"what lies between is borne by who it joins{self.example.between}.",
            "",
            *_table(["step", "owner", "state", "from", "to"], steps),
            "(*: a date of the step is an assumption; `khazri sources` names the reasons.)",
            "",
        ]  # fmt: skip

    def _plans(self) -> list[str]:
        """The arithmetic of one year, from the costs of two plans."""
        plans = pd.DataFrame(self.facts["plans"]).set_index("plan")
        body = []
        for row in self.rows("rests_on").to_dict("records"):
            with_it, without = plans.loc[row["with_plan"]], plans.loc[row["without_plan"]]
            saved = without["cost_eur"] - with_it["cost_eur"]
            body.append(
                [row["method"], row["year"], row["without_plan"][:8], row["with_plan"][:8],
                 _m(without["cost_eur"]), _m(with_it["cost_eur"]), _m(saved),
                 _m(row["benefit_eur_a"] - saved), _m(row["benefit_eur_a"]),
                 _m(row["uncertainty_eur_a"], 3)]
            )  # fmt: skip
        certified = int(plans["is_certified"].sum())
        return [
            "## From plans to benefits",
            "",
            f"{certified} of {len(plans)} plans are certified. Each row takes the cost of a plan "
            "without the corridor less the cost of one with it, and gives back what the corridor "
            "costs a year, because that is counted when it is paid.",
            "",
            *_table(
                ["compared", "year", "plan without", "plan with", "cost without", "cost with",
                 "saved", "corridor a year", "benefit", "±"],
                body,
            ),
            "Amounts in m EUR a year. ± is what both plans may be off their optimum together.",
            "",
        ]  # fmt: skip

    def _benefits(self) -> list[str]:
        year = max(self.facts["years"])
        rows = self.rows("yearly", method="toot", year=year)
        square = rows.pivot_table(index="country", columns="kind", values="eur_a")
        size = square.abs().sum(axis=1)
        square = square[size > _NOISE].assign(sum=square.sum(axis=1)).sort_values("sum")[::-1]
        kinds = [c for c in square.columns if c != "sum" and square[c].abs().sum() > _NOISE]
        body = [
            [self.country(str(code)), *(_m(float(values[k])) for k in [*kinds, "sum"])]
            for code, values in square.iterrows()
        ]
        used = [
            [row["link"], row["year"], number(row["built_mw"]),
             number(row["energy_forward_mwh"] / 1e6), number(row["energy_backward_mwh"] / 1e6),
             _m(row["rent_eur"])]
            for row in self.rows("use", method="toot").to_dict("records")
        ]  # fmt: skip
        return [
            "## What it carries",
            "",
            *_table(["link", "year", "MW", "forward, TWh", "backward, TWh", "rent, m EUR"], used),
            self.example.carries,
            "",
            f"## Who gains what in {year}",
            "",
            *_table(["country", *kinds, "sum"], body),
            "m EUR a year beside all others, before the cost of the corridor. Consumers gain where "
            "prices fall, producers where they rise: a corridor moves money between them that is "
            "many times what it brings to all. The split follows prices; where several prices are "
            "right, so are several splits.",
            "",
        ]

    def _value(self) -> list[str]:
        found = ["## Net present value by country", ""]
        for method, words in (("toot", "Beside all others"), ("pint", "Alone")):
            value = self.rows("value", method=method).sort_values("npv_eur", ascending=False)
            value = pd.concat([value[value["country"] != ""], value[value["country"] == ""]])
            body = [
                [self.country(row["country"]), _m(row["benefit_eur"]), _m(row["cost_eur"]),
                 _m(row["npv_eur"]), number(_nan(row["benefit_cost"])),
                 percent(_nan(row["internal_return"])), number(_nan(row["payback_years"]))]
                for row in value.to_dict("records")
                if abs(row["npv_eur"]) > 10 * _NOISE or not row["country"]
            ]  # fmt: skip
            total = value[value["country"] == ""].iloc[0]
            found += [
                f"**{words}**, m EUR of {self.facts['base_year']}; for all "
                f"± {_m(total['uncertainty_eur'])} from the plans:",
                "",
                *_table(
                    ["country", "benefit", "cost", "net value", "benefit / cost", "return",
                     "payback, a"],
                    body,
                ),
            ]  # fmt: skip
        return found

    def _by_hours(self) -> dict[int, pd.Series[float]]:
        """Net present value alone by country, for each number of segments that was tried."""
        found: dict[int, pd.DataFrame] = {_SEGMENTS: self.rows("value", method="pint")}
        for folder in self.folder.glob("caspian-hours-*"):
            facts = json.loads((folder / "appraisal.json").read_text(encoding="utf-8"))
            rows = pd.DataFrame(facts["value"])
            asked = (rows["corridor"] == self.example.corridor) & (rows["method"] == "pint")
            found[int(folder.name.rpartition("-")[2])] = rows[asked]
        return {n: rows.set_index("country")["npv_eur"] for n, rows in found.items()}

    def _fidelity(self) -> list[str]:
        """The value alone over ever finer plans, and whether it has come to rest."""
        by = self._by_hours()
        order = sorted(by)
        size = pd.concat([by[n].drop(index="").abs() for n in order]).groupby(level=0).sum()
        shown = ["", *size.sort_values(ascending=False).index[:_SHOWN]]
        body = [[self.country(c), *(_m(float(by[n][c])) for n in order)] for c in shown]
        last, before = (float(by[n][""]) for n in (order[-1], order[-2]))
        off = abs(last - before) / max(abs(last), 1.0)
        values = [float(by[n][""]) for n in order]
        sign = (
            "the sign is the same in all"
            if len({value > 0 for value in values}) == 1
            else "not even its sign is the same in all"
        )
        verdict = (
            f"From {order[-2]:,} to {order[-1]:,} segments it moves by {percent(off)}, and {sign}. "
        )
        if off < _SETTLED:
            verdict += "It has come to rest, and the tables of this page may be taken as they are."
        else:
            verdict += (
                f"It has not come to rest: of the tables of this page, over {_SEGMENTS} segments, "
                "take who gains and in which order, not the amounts. A corridor is worth what "
                "prices differ by at its ends in single hours; averaging hours moves that."
            )
        return [
            "## How much of it hangs on the hours",
            "",
            "Plans average hours into segments. Net present value alone, m EUR, by their number; "
            "the case and all else are the same:",
            "",
            *_table(["country", *(f"{n:,}" for n in order)], body),
            verdict,
            "",
        ]

    def _delay(self) -> list[str]:
        rows = self.rows("step_delays", method="toot")
        wide = rows.pivot_table(index="step", columns="country", values="change_eur")
        size = wide.drop(columns="").abs().sum().sort_values(ascending=False)
        shown = [str(c) for c in size.index if size[c] > _NOISE][:5]
        later = rows.drop_duplicates("step").set_index("step")
        amount_of = wide.to_dict("index")
        body = [
            [self._step(str(step)), later.loc[step, "owner"], f"{later.loc[step, 'later_a']} a",
             *(_m(amount_of[step][c]) for c in ["", *shown])]
            for step in later.index
        ]  # fmt: skip
        starts = self.rows("starts", method="toot", country="")
        years = [[str(int(y)) for y in starts["start"]], [_m(v) for v in starts["npv_eur"]]]
        return [
            "## What a year of delay costs whom",
            "",
            *_table(
                ["if late by a year", "owner", "its leg is late by", "all",
                 *(self.country(c) for c in shown)],
                body,
            ),
            "Change of the net present value, m EUR, beside all others. Above zero a year of "
            "waiting is worth it. A leg waits for all its steps, and later legs for earlier ones.",
            "",
            "**When to begin.** Net present value for all by the first year of operation, all legs "
            "moved alike, m EUR:",
            "",
            *_table(years[0], [years[1]]),
        ]  # fmt: skip

    def _regret(self) -> list[str]:
        folder = self.folder / "caspian-regret"
        values = pd.read_csv(folder / "by_scenario.csv").fillna({"country": ""})
        choices = pd.read_csv(folder / "regret.csv").fillna({"country": ""})
        facts = json.loads((folder / "appraisal.json").read_text(encoding="utf-8"))
        asked = (values["corridor"] == self.example.corridor) & (values["country"] == "")
        rows = values[asked]
        order = list(dict.fromkeys(rows["scenario"]))
        square = rows.pivot_table(index="option", columns="scenario", values="npv_eur")
        mine = choices[(choices["corridor"] == self.example.corridor) & (choices["country"] == "")]
        amount_of = square[order].to_dict("index")
        body = [
            [row["option"], *(_m(v) for v in amount_of[row["option"]].values()),
             _m(row["largest_regret_eur"]), "least" if row["is_chosen"] else ""]
            for row in mine.to_dict("records")
        ]  # fmt: skip
        return [
            "## Regret across scenarios",
            "",
            *_table(["choice", *(o.replace("_", " ") for o in order), "largest regret", ""], body),
            f"Net present value alone, m EUR ({facts['fidelity']}; years "
            f"{', '.join(map(str, facts['years']))}). Regret is what a choice falls short of the "
            "best one if a scenario comes true; the choice whose largest regret is smallest is "
            "marked.",
            "",
        ]

    def _sharing(self) -> list[str]:
        found = ["## Sharing", "", *self._who_is_needed()]
        if len(found) > 2 and "builds it" in found[2]:
            return found
        for outside, words in (
            ("nothing", "If those who stay outside build nothing"),
            ("together", "If those who stay outside do together what is best for them"),
        ):
            folder = self.folder / f"share-{self.example.name}-{outside}"
            payoffs = pd.read_csv(folder / "payoffs.csv").set_index("party")
            stability = pd.read_csv(folder / "stability.csv").set_index("rule")
            heads = {"alone_eur": "worth alone", "marginal_eur": "added to the others"}
            body = []
            for rule in payoffs.columns:
                holds = ""
                if rule in stability.index:
                    row = stability.loc[rule]
                    leaves = row["leaves"]
                    holds = "yes" if row["is_stable"] else f"no: {leaves} would go"
                body.append([heads.get(rule, rule), *(_m(v, 2) for v in payoffs[rule]), holds])
            found += [
                f"**{words}**, 2035, m EUR a year:",
                "",
                *_table(
                    ["rule", *(self.country(str(p)) for p in payoffs.index), "does it hold"], body
                ),
            ]
        payments = pd.read_csv(self.folder / f"share-{self.example.name}-together" / "payments.csv")
        payments = payments[payments["amount_eur"] > _NOISE]
        told = [
            [row["rule"], self.country(row["payer"]), self.country(row["payee"]),
             _m(row["amount_eur"], 2)]
            for row in payments.to_dict("records")
        ]  # fmt: skip
        if told:
            found += ["Who pays whom (above 0.05 m EUR a year):", "",
                      *_table(["rule", "pays", "to", "m EUR a year"], told)]  # fmt: skip
        else:
            found += ["No rule asks for a payment above 0.05 m EUR a year.", ""]
        return found

    def _who_is_needed(self) -> list[str]:
        """What a minister should know before reading the rules."""
        folder = self.folder / f"share-{self.example.name}-nothing"
        payoffs = pd.read_csv(folder / "payoffs.csv").set_index("party")
        total = float(payoffs["as it falls"].sum())
        names = [self.country(str(party)) for party in payoffs.index]
        if total <= 0:
            return [
                f"In 2035 no coalition of {', '.join(names)} builds it: by these plans it brings "
                "all of them together less than it costs a year, so there is nothing to share. "
                "Who wants it built has to bring what is missing, above all to "
                f"{self._losing_hosts()}.",
                "",
            ]
        key = payoffs[(payoffs["marginal_eur"] >= 0.95 * total)]
        poor = key[key["as it falls"] < 0.05 * total]
        said = (
            f"Together {', '.join(names)} gain {self.amount(total)} a year in 2035. Without "
            f"{' or '.join(self.country(str(p)) for p in key.index)} none of it, or next to none, "
            "is there."
        )
        for party, row in poor.iterrows():
            said += (
                f" {self.country(str(party))} gets {self.amount(float(row['as it falls']))} as it "
                "falls, so it has every reason to ask for a payment, and the others to make one: "
                f"by the Shapley value {self.amount(float(row['Shapley value']))} a year. Rules "
                "like this say what power to say no is worth, not what transit usually costs."
            )
        return [said, ""]

    def _losing_hosts(self) -> str:
        """Those who bear its cost and lose, by the value alone."""
        value = self.rows("value", method="pint")
        rows = value[(value["country"] != "") & (value["cost_eur"] > 0) & (value["npv_eur"] < 0)]
        told = [f"{self.country(r['country'])} ({self.amount(r['npv_eur'])} over its life)"
                for r in rows.sort_values("npv_eur").to_dict("records")]  # fmt: skip
        return " and ".join(told)

    def _finance(self) -> list[str]:
        path = self.folder / f"finance-{self.example.name}.json"
        result = json.loads(path.read_text(encoding="utf-8"))["result"]
        figures, samples = result["figures"], result["samples"]
        body = [
            ["investment", self.amount(figures["investment"])],
            ["net present value, real, before loan and tax",
             self.amount(figures["net_present_value"])],
            ["return of the project, real", percent(_nan(figures["project_return_real"]["value"]))],
            ["return of owners, nominal", percent(_nan(figures["owners_return"]["value"]))],
            ["loan, share of all uses", percent(figures["debt_share"])],
            ["lowest DSCR", number(_nan(figures["lowest_dscr"]))],
            ["lowest LLCR", number(_nan(figures["lowest_llcr"]))],
            ["levelised tariff, real", f"{number(figures['levelised_tariff'])} EUR/MWh"],
            ["tariff for owners, real", f"{number(figures['tariff_for_owners'])} EUR/MWh"],
            ["breaks even at, of this revenue", percent(figures["break_even_share"])],
            ["payback, a", number(_nan(figures["payback_years"]))],
            [f"chance of a gain, of {samples['count']:,} samples",
             percent(samples["chance_of_gain"])],
        ]  # fmt: skip
        return [
            "## As a project with a loan",
            "",
            "Congestion rent at the prices of the plan of 2035 as the only revenue, with the loan, "
            "tax and cover of `docs/examples/loan.toml`, which are an illustration and nobody's "
            "offer:",
            "",
            *_table(["figure", "value"], body),
            "What a country gains and what a project earns are two things: gains of consumers and "
            "producers do not reach the owner of a line.",
            "",
        ]

    def _doubts(self) -> list[str]:
        return [
            "## What to doubt first",
            "",
            "- What it is worth follows how finely hours are told apart: see the table above.",
            *(f"- {note}." for note in self.facts["notes"] if f"({self.example.corridor}/" in note),
            *(f"- Not computed: {one}." for one in self.facts["not_computed"]),
            "- Cost and capacity of most corridors are assumptions or announcements; the tables of "
            "the case say which (`khazri sources`).",
            "- One weather year, one path of prices and demand: `--scenarios` and `--uncertainty` "
            "move them.",
            "",
        ]


def _m(eur: float, digits: int = 1) -> str:
    """An amount in m EUR; what rounds to nothing has no sign."""
    return f"{round(eur / 1e6, digits) + 0.0:,.{digits}f}"


def _nan(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _table(head: Sequence[str], body: Iterable[Sequence[object]]) -> list[str]:
    rows = [" | ".join(str(cell) for cell in row) for row in body]
    return [f"| {' | '.join(head)} |", "|" + "---|" * len(head), *(f"| {r} |" for r in rows), ""]


if __name__ == "__main__":
    main()
