"""Writes the table of public cases of docs/validation.md: plans them all and compares.

    python docs/generate_public_cases.py

The result, docs/public-cases.md, is kept in the repository; a test plans the cases again and holds
the page against it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cases.public.comparisons import Comparison

_HERE = Path(__file__).parent
_ROOT = _HERE.parent
_OUT = _HERE / "public-cases.md"
_MORE_DIGITS = 3
"""Digits of ours beyond those published, where those are a rounding."""


def main() -> None:
    """Plan the cases and write the table."""
    sys.path.insert(0, str(_ROOT))
    from tests.cases.public.comparisons import comparisons

    _OUT.write_text(table(comparisons(_ROOT / "tests" / "data" / "public")), encoding="utf-8")


def table(found: Sequence[Comparison]) -> str:
    """The table as Markdown, a row for each value."""
    lines = ["| case | value | published | Khazri | same digits |", "|---|---|---:|---:|---|"]
    for one in found:
        published = Decimal(one.published)
        lines.append(
            f"| {one.case} | {one.value} | {_number(published, published)} {one.unit} "
            f"| {_number(Decimal(one.ours), _shown(one))} {one.unit} "
            f"| {'yes' if one.agrees else 'no'} |".replace("  |", " |")
        )
    return "\n".join(lines) + "\n"


def _shown(one: Comparison) -> Decimal:
    """A number with as many decimals as ours is shown with; none below 1e-4 of large numbers."""
    published = Decimal(one.published)
    exponent = published.as_tuple().exponent
    assert isinstance(exponent, int)
    if one.is_exact or len(published.as_tuple().digits) > 2 * _MORE_DIGITS:
        return published
    return Decimal(1).scaleb(min(exponent - _MORE_DIGITS, -1))


def _number(value: Decimal, like: Decimal) -> str:
    """A number with the decimals of ``like`` and a true minus."""
    exponent = like.as_tuple().exponent
    assert isinstance(exponent, int)
    return f"{value:,.{max(-exponent, 0)}f}".replace("-", "−")


if __name__ == "__main__":
    main()
