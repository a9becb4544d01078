"""The report as a page: complete, self-contained, small, valid, also with awkward values."""

from __future__ import annotations

import dataclasses
import re
import time
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from khazri.report import COLUMNS, Proof, ReportView, empty, render

from .synthetic import HOURS, headline, make_view

VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """Elements in order with their attributes; fails on elements that are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], tuple[str, ...]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), tuple(self._open)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1] == tag, f"</{tag}> closes <{self._open[-1]}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes, _ in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def view() -> ReportView:
    return make_view()


@pytest.fixture(scope="module")
def brief(view: ReportView) -> ReportView:
    """The same plan without hourly series, weeks and shapes: soon rendered."""
    none = pd.DataFrame()
    weeks, dispatch, load = (empty(name) for name in ("weeks", "dispatch", "week_load"))
    return dataclasses.replace(
        view, prices=none, residual_load=none, link_use=none, shapes=None,
        weeks=weeks, dispatch=dispatch, week_load=load,
    )  # fmt: skip


@pytest.fixture(scope="module")
def html(view: ReportView) -> str:
    return render(view)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_nothing_is_fetched(page: Page) -> None:
    """No element or style names an address to load; sources are text."""
    for tag, attributes, _ in page.elements:
        for name in ("src", "href", "xlink:href", "srcset", "data", "poster", "action"):
            value = attributes.get(name) or ""
            allowed = value.startswith(("#", "data:image/png;base64,")) or value == ""
            assert allowed, f"{tag} {name}={value[:60]}"
    policy = page.all("meta")[2]["content"] or ""
    assert "default-src 'none'" in policy


def test_styles_load_nothing(html: str) -> None:
    style = html[html.index("<style>") : html.index("</style>")]
    assert "@import" not in style
    assert set(re.findall(r"url\(([^)]*)\)", style)) <= {"#hatching"}


def test_the_page_is_small_and_soon_made(view: ReportView) -> None:
    start = time.perf_counter()
    size = len(render(view).encode())
    assert size < 5_000_000
    assert time.perf_counter() - start < 8


def test_every_figure_has_a_finding_and_a_table(html: str, page: Page) -> None:
    figures = html.split("<figure ")[1:]
    assert len(figures) == len(page.all("figure")) >= 15
    for figure in figures:
        body = figure[: figure.index("</figure>")]
        finding = re.search(r"<figcaption>\s*<h[23]>(.+?)</h[23]>", body)
        assert finding is not None, body[:80]
        assert len(finding.group(1)) > 10
        assert "<details" in body
        assert "<table>" in body
        assert 'role="img"' in body or 'role="region"' in body


def test_projects_are_compared_with_their_technology(html: str) -> None:
    """1,375 against 1,250 is 10 % dearer, 900 against 1,200 a quarter cheaper and assumed; a
    technology without a cost is in the table only."""
    figure = html.split('<figure id="project-costs"')[1].split("</figure>", maxsplit=1)[0]
    chart, twin = figure.split("<details")
    assert "2 projects with known cost: 1 above and 1 below" in chart
    assert "+10%" in chart
    assert "−25%" in chart
    assert chart.count('class="hatch"') == 1
    assert "A reactor" not in chart
    assert "A reactor" in twin


def test_headings_name_levels_in_order(page: Page) -> None:
    levels = [int(tag[1]) for tag, _, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_heads_of_tables_and_regions_have_names_of_their_own(html: str, page: Page) -> None:
    heads = re.findall(r"<th [^>]*>(.*?)</th>", html)
    assert heads
    assert all(heads)
    regions = [a["aria-label"] for _, a, _ in page.elements if a.get("role") == "region"]
    titles = re.findall(r'<h2 id="[a-z-]+-title">(.*?)</h2>', html)
    assert len({*regions, *titles}) == len(regions) + len(titles)


def test_rows_have_heads_and_figures_lead_to_their_table(html: str, page: Page) -> None:
    """What a screen reader needs to tell cells apart, and to find the numbers of a picture."""
    firsts = re.findall(r"<tbody>\s*<tr[^>]*>(<[^>]*>)", html)
    assert len(firsts) > 20
    assert set(firsts) <= {'<th scope="row">', '<th scope="row" class="whole">'}
    folded = {a["id"] for a in page.all("details") if "id" in a}
    assert {a["aria-details"] for a in page.all("figure")} <= folded
    summaries = re.findall(r"<summary>(.*?)</summary>", html)
    assert len(set(summaries)) == len(summaries)


def test_pictures_are_named(page: Page) -> None:
    for attributes in page.all("svg"):
        if attributes.get("role") == "img":
            assert attributes.get("aria-label")


def test_ids_are_unique_and_anchors_lead_somewhere(page: Page) -> None:
    ids = [a["id"] for _, a, _ in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    assert {(a["href"] or "")[1:] for a in page.all("a")} <= set(ids)


def test_all_parts_are_there(page: Page) -> None:
    for part in (
        "map", "map-focus", "welfare", "capacity-zones", "capacity-built", "generation-mix",
        "week-peak-all", "week-wind-focus", "week-tight-all", "price-duration", "residual-load",
        "link-use", "price-map", "exchange-matrix", "costs", "emissions", "bounds", "backcast-az",
        "quality-basis", "assumptions", "sources", "limits",
    ):  # fmt: skip
        assert any(a.get("id") == part for _, a, _ in page.elements), part


def test_facts_of_the_run_are_on_the_page(view: ReportView, page: Page) -> None:
    for fact in (view.headline.plan_hash[:12], "HiGHS 1.15 (HiPO)", "0.1.0", "Reference"):
        assert fact in page.text
    assert "Certified: gap 1.3%, largest violation under 0.001 MW" in page.text


def test_each_area_has_its_own_figures(view: ReportView, html: str) -> None:
    """The reason of a week is told in figures of all zones, so under all zones only."""
    reason = str(view.weeks["reason"].iloc[0])
    week = view.weeks["week"].iloc[0]
    figures = {part[4 : part.index('"', 4)]: part for part in html.split("<figure ")[1:]}
    assert reason in figures[f"week-{week}-all"]
    assert reason not in figures[f"week-{week}-focus"]


def test_additions_at_their_limit_are_counted(brief: ReportView) -> None:
    """100 + 50 of 150 MW is the most, 20 of 80 is not; 0.01 MW is a trace and does not count."""
    first = brief.capacity.iloc[[0] * 3].assign(
        existing_mw=[100.0, 0.0, 0.0], built_mw=[50.0, 20.0, 0.01],
        potential_mw=[150.0, 80.0, 0.01],
    )  # fmt: skip
    text = Page(render(dataclasses.replace(brief, capacity=first))).text
    assert "1 of 2 additions is at the most the case allows: this limit decides it." in text
    assert "<0.1" in text


def test_limits_have_one_unit_for_each_kind(brief: ReportView) -> None:
    """Energies of 41 TWh, 300 GWh and 200 GWh are in the unit of the middle one: GWh."""
    limits = pd.DataFrame(
        [(n, n, v, v / 2, "MWh", "") for n, v in (("a", 4.1e7), ("b", 3e5), ("c", 2e5))],
        columns=COLUMNS["limits"],
    )
    html = render(dataclasses.replace(brief, limits=limits))
    part = html[html.index('<section id="limits"') :]
    rows = re.findall(r'<tr><th scope="row">[abc]</th>.*?</tr>', part[: part.index("</section>")])
    shown = [re.findall(r"<td[^>]*>([^<]*)</td>", row)[:3] for row in rows]
    assert shown == [["41,000", "20,500", "GWh"], ["300", "150", "GWh"], ["200", "100", "GWh"]]


def test_unserved_energy_comes_first(brief: ReportView) -> None:
    """12,000 + 500 MWh in two zones are 12.5 GWh; the line stands before the verdict."""
    short = pd.DataFrame(
        [("ge", 12_000.0, 40.0, 700.0), ("am", 500.0, 5.0, 200.0)], columns=COLUMNS["unserved"]
    )
    text = Page(render(dataclasses.replace(brief, unserved=short))).text
    line = "12.5\u00a0GWh of demand stay unserved, in 2 zones; most in Georgia"
    assert " ".join(line.split()) in " ".join(text.split())
    assert text.index("stay unserved") < text.index("Supplying the region")


def test_an_unproven_plan_says_so_before_anything_else(brief: ReportView) -> None:
    nan = float("nan")
    facts = headline(
        proof=Proof.NOT_PROVEN,
        proof_words="The bus balance is violated by 12 MW.",
        lower_bound_eur=nan,
        gap=nan,
        largest_violation_mw=12.0,
    )
    text = Page(render(dataclasses.replace(brief, headline=facts))).text
    assert text.index("Not proven. The bus balance") < text.index("Supplying the region")
    assert "The bounds of the least cost are not known" in text


def test_names_are_escaped(brief: ReportView) -> None:
    zones = brief.zones.assign(name=["<script>alert(1)</script> & Söhne"] * len(brief.zones))
    html = render(dataclasses.replace(brief, zones=zones))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Söhne" in html


def test_a_bare_view_says_what_is_lacking() -> None:
    zones = pd.DataFrame([("a", "A", "X", 40.0, 50.0, False)], columns=COLUMNS["zones"])
    page = Page(render(ReportView(headline=headline(focus_country=""), zones=zones)))
    assert "No energy flows between zones" in page.text
    assert "No capacities were handed to this report." in page.text
    assert "Every value of this plan has a source." in page.text


def _some_zones(count: int, random: np.random.Generator) -> ReportView:
    """Zones with long names, negative and missing prices, links of zero, tiny and huge flow."""
    ids = [f"z{i:02d}" for i in range(count)]
    zones = pd.DataFrame(
        {
            "zone": ids,
            "name": [f"Zone {i:02d} with a name of forty letters in it" for i in range(count)],
            "country": [f"C{i % 7}" for i in range(count)],
            "latitude": random.uniform(30, 55, count),
            "longitude": random.uniform(20, 90, count),
            "market": False,
        }
    )
    capacity = pd.DataFrame(
        {
            "asset": ids,
            "name": ids,
            "zone": ids,
            "country": zones["country"],
            "technology": "x",
            "group": "gas",
            "existing_mw": np.where(np.arange(count) % 3 == 0, 0.0, 1e5),
            "built_mw": np.nan,
            "retired_mw": 0.0,
            "potential_mw": np.nan,
        }
    )
    generation = capacity[["asset", "name", "zone", "country", "technology", "group"]].assign(
        energy_mwh=np.where(np.arange(count) % 4 == 0, -5.0, 0.0),
        curtailed_mwh=np.nan,
        load_factor=np.nan,
        revenue_eur=-1e15,
        cost_eur=0.0,
    )
    links = pd.DataFrame(
        [
            (f"l{i}", f"link {i}", ids[i], ids[i + 1], "ac", "existing", 0.0, np.nan, np.nan,
             [0.0, 1e-9, 1e13][i % 3], np.nan, [0.0, 8760.0][i % 2], -3.0)
            for i in range(count - 1)
        ],
        columns=COLUMNS["links"],
    )  # fmt: skip
    prices = pd.DataFrame(random.normal(0, 50, (HOURS, count)), columns=ids)
    prices.iloc[:, 0] = np.nan
    summary = pd.DataFrame({"zone": ids}).assign(
        **{c: np.nan for c in COLUMNS["price_summary"] if c != "zone"}
    )
    return ReportView(
        headline=headline(focus_country="C0", upper_bound_eur=-5.0, lower_bound_eur=-9.0),
        zones=zones,
        cards=pd.DataFrame([("x", np.nan, "MW", np.nan, None)], columns=COLUMNS["cards"]),
        capacity=capacity,
        generation=generation,
        weeks=pd.DataFrame([("w", "Week", "why", 8700)], columns=COLUMNS["weeks"]),
        links=links,
        exchange=empty("exchange"),
        price_summary=summary,
        welfare=pd.DataFrame([("C0", *[np.nan] * 7)], columns=COLUMNS["welfare"]),
        costs=pd.DataFrame([("fuel", 0.0)], columns=COLUMNS["costs"]),
        emissions=pd.DataFrame(
            [("C0", "plants", "", np.nan, np.nan, np.nan)], columns=COLUMNS["emissions"]
        ),
        backcast=pd.DataFrame(
            [("C0", "exports", np.nan, 0.0, "MWh", np.nan, "", None)], columns=COLUMNS["backcast"]
        ),
        prices=prices,
        residual_load=prices * np.nan,
        link_use=pd.DataFrame(
            random.uniform(-1, 1, (HOURS, len(links))), columns=list(links["link"])
        ),
    )


@pytest.mark.parametrize("count", [1, 2, 60])
def test_awkward_values_never_break_the_page(count: int) -> None:
    html = render(_some_zones(count, np.random.default_rng(3)))
    page = Page(html)
    assert len(html.encode()) < 5_000_000
    drawn = [f"{v}" for _, a, _ in page.elements for k, v in a.items() if k in ("d", "x", "width")]
    assert not any("nan" in value or "inf" in value for value in drawn)


def test_a_table_without_its_columns_is_refused() -> None:
    zones = pd.DataFrame([("a", "A", "X", 40.0, 50.0, False)], columns=COLUMNS["zones"])
    with pytest.raises(AssertionError, match=r"table costs of the report lacks columns \['kind'\]"):
        ReportView(headline=headline(), zones=zones, costs=pd.DataFrame({"cost_eur": []}))
