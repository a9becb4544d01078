"""What fuels are priced at in the plan, and what another price basis would give."""

from __future__ import annotations

from markupsafe import Markup

from khazri.report.markup import Column, element, join, table
from khazri.report.numbers import best, money, unit_for
from khazri.report.parts.words import carrier_names, names_of, plural
from khazri.report.view import ReportView


def basis_line(view: ReportView) -> Markup:
    """The price basis of the headline, and how the result changes with it; "" where none is said.

    What the other basis gives stands in a table behind it, results that turn round first.
    """
    basis = view.headline.basis
    if not basis.words:
        return Markup("")
    said = [element("b", "Price basis. "), f"Fuels are priced at {basis.words}."]
    if basis.other:
        flips = int(view.basis["flips"].sum())
        turned = plural(flips, "result turns", "results turn") if flips else "no result turns"
        said.append(f" At {basis.other}, {_instead(view)}; {turned} round.")
    elif basis.missing:
        said.append(
            Markup(" What another basis gives stands here once it is planned beside: {}").format(
                element("code", basis.missing)
            )
        )
    line = element("p", join(said), class_="basis")
    if view.basis.empty:
        return line
    content = _table(view)
    details = element("details", element("summary", "What the other price basis gives"), content)
    return line + details


def _instead(view: ReportView) -> str:
    """What the headline would say under the other basis, and what it says."""
    focus = view.headline.focus_country
    own = view.basis[view.basis["country"].isin(["", focus])].drop_duplicates("figure")
    facts = {
        str(figure): [_shown(float(value), unit, view) for value in pair]
        for figure, unit, *pair in zip(
            own["figure"], own["unit"], own["other"], own["value"], strict=True
        )
    }
    told = [
        words.format(*facts[figure])
        for figure, words in (
            ("System cost", "supply would cost {} a year instead of {}"),
            (
                "Net exports",
                f"{names_of(view).of_country(focus)} would export {{}} net instead of {{}}",
            ),
            ("Mean price", "pay {} instead of {}"),
        )
        if figure in facts
    ]
    return " and ".join(filter(None, (", ".join(told[:-1]), *told[-1:])))


def _shown(value: float, unit: object, view: ReportView) -> str:
    if str(unit) == f"{view.headline.currency}/a":
        return unit_for(money(view.headline.currency), [value]).with_unit(value)
    return best(value, str(unit))


def _table(view: ReportView) -> Markup:
    basis = view.headline.basis
    frame = view.basis.sort_values("flips", ascending=False, kind="stable")

    def shown(column: str) -> list[str]:
        pairs = zip(frame[column], frame["unit"], strict=True)
        return [_shown(float(value), unit, view) for value, unit in pairs]

    names, carriers = names_of(view), carrier_names(view)
    told = frame.assign(
        country=[
            names.of_country(str(country)) if country else "all" for country in frame["country"]
        ],
        detail=[carriers.get(str(of), names.of_detail(str(of))) for of in frame["detail"]],
        value=shown("value"),
        other=shown("other"),
        flips=["turns round" if flips else "" for flips in frame["flips"]],
    )
    columns = [
        Column("figure", "Figure"),
        Column("country", "Country", is_whole=True),
        Column("detail", "Of what"),
        Column("value", f"At {basis.words}"),
        Column("other", f"At {basis.other}"),
        Column("flips", "Result"),
    ]
    return table(told, columns, "Results under both price bases")
