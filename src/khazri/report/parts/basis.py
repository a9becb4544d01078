"""What fuels are priced at in the plan, and what another price basis would give."""

from __future__ import annotations

from markupsafe import Markup

from khazri.report.markup import Column, element, join, table
from khazri.report.numbers import best, money, unit_for
from khazri.report.parts.words import plural
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
        cost = view.basis.iloc[0]
        flips = int(view.basis["flips"].sum())
        turned = plural(flips, "result turns", "results turn") if flips else "no result turns"
        said.append(
            f" At {basis.other}, {str(cost['figure']).lower()} would be "
            f"{_shown(float(cost['other']), view)} instead of "
            f"{_shown(float(cost['value']), view)}, and {turned} round."
        )
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


def _shown(value: float, view: ReportView) -> str:
    return unit_for(money(view.headline.currency), [value]).with_unit(value)


def _table(view: ReportView) -> Markup:
    basis = view.headline.basis
    frame = view.basis.sort_values("flips", ascending=False, kind="stable")

    def shown(column: str) -> list[str]:
        return [
            _shown(float(value), view)
            if str(unit).startswith(f"{view.headline.currency}/a")
            else best(float(value), str(unit))
            for value, unit in zip(frame[column], frame["unit"], strict=True)
        ]

    told = frame.assign(
        value=shown("value"),
        other=shown("other"),
        flips=["turns round" if flips else "" for flips in frame["flips"]],
    )
    columns = [
        Column("figure", "Figure"),
        Column("value", f"At {basis.words}"),
        Column("other", f"At {basis.other}"),
        Column("flips", "Result"),
    ]
    return table(told, columns, "Results under both price bases")
