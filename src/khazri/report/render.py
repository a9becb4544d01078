"""From a view to one HTML page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from khazri.report.choice import Choice
from khazri.report.markup import Figure, Section, element
from khazri.report.palette import THEMES, read_palette
from khazri.report.parts import evidence, exchange, money, overview, prices, proof, supply
from khazri.report.parts.basis import basis_line
from khazri.report.parts.efficiency import efficiency_section
from khazri.report.parts.energy import CountryEnergy, countries_with_energy, country_choice
from khazri.report.parts.seasons import stores_section
from khazri.report.parts.words import Names, names_of
from khazri.report.view import ReportView


def render(view: ReportView) -> str:
    """The report as one HTML page that needs neither network nor script.

    Takes some seconds at most for 30 zones; under 5 MB.
    """
    names = names_of(view)
    energy = countries_with_energy(view, names)
    carriers = Choice("carrier", "Carrier", [one.carrier.name for one in (view, *view.further)])
    countries = country_choice(energy, names)
    grounds = overview.grounds_of(view)
    page = page_environment().get_template("report.html.j2")
    return page.render(
        head=view.headline,
        style=page_style(_foot(view)) + Markup(carriers.style + countries.style),
        script=Markup(_text("report.js")),
        alerts=overview.alerts(view, names),
        mark=proof.proof_mark(view.headline),
        basis=basis_line(view),
        carriers=carriers.control,
        ground=grounds.definitions,
        maps=_maps(view, carriers, grounds),
        focus=_focus_maps(view, carriers, grounds),
        cards=overview.cards(view),
        built=overview.built_line(view, names),
        worth=overview.worth(view),
        welfare=money.welfare_figure(view, names) if len(view.welfare) else None,
        by_carrier=[_by_carrier(view, carriers, make) for make in _BY_CARRIER],
        for_all=[_energy(energy, countries), *_for_all(view)],
        foot=_foot(view),
    )


@dataclass(frozen=True)
class _Part:
    """Blocks of a section that belong to one option of a choice (class ``style``), or to all."""

    style: str
    blocks: tuple[Figure | Markup, ...]


@dataclass(frozen=True)
class _Chapter:
    """A section as the page shows it."""

    id: str
    title: str
    lead: str
    parts: tuple[_Part, ...]
    is_paired: bool = False


_BY_CARRIER: tuple[Callable[[ReportView, Names], Section], ...] = (
    supply.capacity_section,
    supply.generation_section,
    supply.dispatch_section,
    stores_section,
    prices.duration_section,
    prices.price_section,
    exchange.exchange_section,
)


def _for_all(view: ReportView) -> list[_Chapter]:
    """Sections that are about the whole plan."""
    names = names_of(view)
    sections = (
        efficiency_section(view, names),
        money.money_section(view, names),
        proof.limits_section(view),
        proof.proof_section(view),
        proof.backcast_section(view, names),
        evidence.quality_section(view, names),
        evidence.assumptions_section(view),
        evidence.sources_section(view),
    )
    return [
        _Chapter(one.id, one.title, one.lead, (_Part("", _shown(one)),), one.is_paired)
        for one in sections
    ]


def _maps(view: ReportView, carriers: Choice, grounds: overview.Grounds) -> list[_Part]:
    """The map of each carrier."""
    first = overview.map_figure(view, names_of(view), grounds)
    others = [
        _of_carrier(overview.map_figure(one, names_of(one, is_further=True), grounds), one)
        for one in view.further
    ]
    return [_Part(carriers.part(n), (figure,)) for n, figure in enumerate([first, *others])]


def _focus_maps(view: ReportView, carriers: Choice, grounds: overview.Grounds) -> list[_Part]:
    """The map of the country in focus for each carrier that is elsewhere, too."""
    parts = []
    for number, one in enumerate((view, *view.further)):
        is_further = number > 0
        figure = overview.focus_map(one, names_of(one, is_further=is_further), grounds)
        if figure is not None:
            shown = _of_carrier(figure, one) if is_further else figure
            parts.append(_Part(carriers.part(number), (shown,)))
    return parts


def _by_carrier(
    view: ReportView, carriers: Choice, make: Callable[[ReportView, Names], Section]
) -> _Chapter:
    """A section with a part for each carrier."""
    first = make(view, names_of(view))
    parts = [_Part(carriers.part(0), _shown(first))]
    for number, one in enumerate(view.further, start=1):
        section = make(one, names_of(one, is_further=True))
        section = replace(section, lacking=f"{one.carrier.name}: nothing to show here.")
        blocks = tuple(
            _of_carrier(block, one) if isinstance(block, Figure) else block
            for block in _shown(section)
        )
        parts.append(_Part(carriers.part(number), blocks))
    return _Chapter(first.id, first.title, first.lead, tuple(parts), first.is_paired)


def _of_carrier(figure: Figure, view: ReportView) -> Figure:
    """A figure under the name of its carrier."""
    carrier = view.carrier
    finding = f"{carrier.name}: {figure.finding}"
    return replace(figure, id=f"{carrier.id}-{figure.id}", finding=finding)


def _energy(energy: Sequence[CountryEnergy], countries: Choice) -> _Chapter:
    """Flows and balances of the energy of each country."""
    parts = [
        _Part(
            countries.part(number),
            tuple(block for block in (one.flows, one.balance, one.published) if block is not None),
        )
        for number, one in enumerate(energy)
    ]
    if len(countries.options) > 1:
        parts.insert(0, _Part("", (countries.control,)))
    lacking = Section("energy", "", "", (), "No energy balance was handed to this report.")
    return _Chapter(
        "energy",
        "Energy balance",
        "All energy of a country in one picture, and line by line as statistics write it.",
        tuple(parts) or (_Part("", _shown(lacking)),),
    )


def _shown(section: Section) -> tuple[Figure | Markup, ...]:
    """The blocks of a section, or what is lacking."""
    return section.blocks or (element("p", section.lacking, class_="lead empty"),)


def _foot(view: ReportView) -> str:
    """What stands under each figure: scenario, plan, version, price year."""
    facts = view.headline
    return (
        f"{facts.case_title} · {facts.scenario} {facts.year} · plan {facts.plan_hash[:12]} · "
        f"Khazri {facts.version} · prices of {facts.price_year}"
    )


def page_environment() -> Environment:
    """What pages are made with: everything escaped, nothing undefined."""
    environment = Environment(
        loader=PackageLoader("khazri.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["figure"] = lambda block: isinstance(block, Figure)
    return environment


def page_style(foot: str) -> Markup:
    """The stylesheet with the colours of both themes; print always uses the light ones."""
    palette = read_palette()
    light, dark = (palette.css_variables(theme) for theme in THEMES)
    colours = (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )
    running = (
        f"@page{{@bottom-left{{content:{_css_string(foot)}}}"
        "@bottom-right{content:counter(page) ' / ' counter(pages)}}\n"
    )
    return Markup(colours + palette.css_classes() + "\n" + _text("report.css") + running)


def _css_string(words: str) -> str:
    """A quoted string of CSS; all but letters and digits of ASCII are written as code points."""
    plain = (c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in words)
    return f'"{"".join(plain)}"'


def _text(name: str) -> str:
    folder = resources.files("khazri.report").joinpath("templates")
    return folder.joinpath(name).read_text(encoding="utf-8")
