"""Names and small phrases that all parts share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from khazri.report.palette import Palette, read_palette
from khazri.report.view import Carrier, ReportView

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Names:
    """Names shown for ids, and the order in which zones appear."""

    zone: Mapping[str, str]
    country: Mapping[str, str]
    country_of: Mapping[str, str]
    zones: Sequence[str]
    focus: Sequence[str]
    palette: Palette
    carrier: Carrier
    is_further: bool

    def titled(self, words: str) -> str:
        """Words of a title, after the carrier's name where it is not the main one."""
        return f"{self.carrier.name}: {words}" if self.is_further else words

    def of_zone(self, zone: str) -> str:
        """Name of a zone; its id where it has none."""
        return self.zone.get(zone, zone)

    def of_country(self, country: str) -> str:
        """Name of a country; its id where it has none."""
        return self.country.get(country, country)

    def of_detail(self, detail: str) -> str:
        """Words for a group of technologies, a country, or any other id."""
        groups = {group.id: group.name for group in self.palette.groups}
        said = detail.replace("_", " ")
        plain = said[:1].upper() + said[1:]
        return groups.get(detail, self.country.get(detail, plain))

    def of_group(self, group: str) -> str:
        """Name of a group of technologies."""
        return self.palette.ordered({group})[0].name


def names_of(view: ReportView, *, is_further: bool = False) -> Names:
    """Names, order and focus of one report, or of one of its further carriers."""
    zones = view.zones
    modelled = zones[~zones["market"].astype(bool) & ~zones["zone"].isin(view.absent)]
    focus = modelled.loc[modelled["country"] == view.headline.focus_country, "zone"]
    return Names(
        zone=dict(zip(zones["zone"], zones["name"], strict=True)),
        country=dict(zip(view.countries["country"], view.countries["name"], strict=True)),
        country_of=dict(zip(zones["zone"], zones["country"], strict=True)),
        zones=[str(zone) for zone in modelled["zone"]],
        focus=[str(zone) for zone in focus],
        palette=read_palette(),
        carrier=view.carrier,
        is_further=is_further,
    )


def carrier_names(view: ReportView) -> dict[str, str]:
    """Names of all carriers of a report by their ids."""
    return dict(zip(view.carriers["carrier"], view.carriers["name"], strict=True))


def total(frame: pd.DataFrame, column: str) -> float:
    """Sum of the present values of a column."""
    return float(pd.to_numeric(frame[column]).sum())


def by(frame: pd.DataFrame, keys: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """Rows added up by `keys`, in the order of first appearance."""
    numeric = frame[list(keys)].copy()
    for column in columns:
        numeric[column] = pd.to_numeric(frame[column]).astype(float)
    return numeric.groupby(list(keys), sort=False, as_index=False)[list(columns)].sum()


def plural(count: int, one: str, many: str) -> str:
    """The count with the word that fits it: 1 zone, 3 zones."""
    return f"{count:,} {one if count == 1 else many}"


def folded(summary: str, content: Markup) -> Markup:
    """Content that opens on demand."""
    return Markup('<details class="twin"><summary>{}</summary>{}</details>').format(
        summary, content
    )
