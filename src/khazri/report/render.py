"""From a view to one HTML page."""

from __future__ import annotations

from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from khazri.report.markup import Figure, Section
from khazri.report.palette import THEMES, read_palette
from khazri.report.parts import evidence, exchange, money, overview, prices, proof, supply
from khazri.report.parts.words import names_of
from khazri.report.view import ReportView


def render(view: ReportView) -> str:
    """The report as one HTML page that needs neither network nor script.

    Takes some seconds at most for 30 zones; under 5 MB.
    """
    names = names_of(view)
    page = page_environment().get_template("report.html.j2")
    return page.render(
        head=view.headline,
        style=page_style(_foot(view)),
        script=Markup(_text("report.js")),
        alerts=overview.alerts(view, names),
        mark=proof.proof_mark(view.headline),
        map=overview.map_figure(view, names),
        focus=overview.focus_map(view, names),
        cards=overview.cards(view),
        built=overview.built_line(view, names),
        worth=overview.worth(view),
        welfare=money.welfare_figure(view, names) if len(view.welfare) else None,
        sections=_sections(view),
        foot=_foot(view),
    )


def _sections(view: ReportView) -> list[Section]:
    names = names_of(view)
    return [
        supply.capacity_section(view, names),
        supply.generation_section(view, names),
        supply.dispatch_section(view, names),
        prices.duration_section(view, names),
        prices.price_section(view, names),
        exchange.exchange_section(view, names),
        money.money_section(view, names),
        proof.limits_section(view),
        proof.proof_section(view),
        proof.backcast_section(view, names),
        evidence.quality_section(view, names),
        evidence.assumptions_section(view),
        evidence.sources_section(view),
    ]


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
