"""What every part of the page of an appraisal needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from khazri.appraise.cba import Appraisal, Corridor, Method
from khazri.report.numbers import Unit, money, unit_for

KEY_DIGITS = 12
"""Digits of the key of a plan that are shown."""

NOISE_EUR = 1000.0
"""Values below this are rounding of plans that cost billions."""

_LONG = 1e5
"""Amounts from here on are told in millions."""

METHOD_WORDS = {Method.TOOT: "beside all others", Method.PINT: "alone"}


@dataclass(frozen=True)
class AppraisalPage:
    """What every part of the page needs."""

    found: Appraisal
    currency: str
    country_names: dict[str, str]
    fidelity: str

    @property
    def main(self) -> Method:
        """The method that headlines speak of."""
        return self.found.terms.methods[0]

    def rows(self, name: str, corridor: str, method: Method) -> pd.DataFrame:
        """Rows of a table on one corridor by one method."""
        frame = self.found.tables[name]
        if frame.empty:
            return frame
        is_asked = (frame["corridor"] == corridor) & (frame["method"] == str(method))
        return frame[is_asked].reset_index(drop=True)

    def unit(self, values: Iterable[float]) -> Unit:
        """The unit of money for amounts [EUR] that stand beside each other."""
        seen = [*values]
        scale = money(self.currency)
        found = unit_for(scale, seen)
        # 253,763 EUR has more digits than anybody reads: 0.254 m EUR
        is_long = found is scale[0] and max(map(abs, seen), default=0.0) >= _LONG
        return scale[1] if is_long else found

    def link(self, name: str) -> str:
        """A link of a corridor as readers know it."""
        legs = [leg for one in self.found.corridors.appraised for leg in one.legs]
        titles = {link: t for leg in legs for link, t in zip(leg.links, leg.titles, strict=True)}
        return titles.get(name) or name

    def leg(self, one: Corridor, number: int) -> str:
        """A leg as readers know it: by its links, numbered where there are several."""
        named = ", ".join(self.link(link) for link in one.legs[number].links)
        return f"Leg {number + 1}: {named}" if len(one.legs) > 1 else named

    def country(self, code: str) -> str:
        """A country as readers know it; all of them for ""."""
        return self.country_names.get(code, code) if code else "All"

    def total(self, corridor: str, method: Method) -> dict[str, float] | None:
        """The value of a corridor for all, None where it is ready in no year."""
        rows = self.rows("value", corridor, method)
        if rows.empty:
            return None
        row = rows[rows["country"] == ""].iloc[0]
        return {str(k): float(row[k]) for k in _FIGURES}


_FIGURES = ("benefit_eur", "cost_eur", "npv_eur", "benefit_cost", "internal_return",
            "payback_years", "uncertainty_eur")  # fmt: skip
