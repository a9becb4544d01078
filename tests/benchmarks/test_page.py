"""``docs/performance.md`` says what was measured, and each claim names the benchmark behind it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from benchmarks.figures import added_mb, of, to_solver_s
from benchmarks.ladder import FULL
from benchmarks.measure import Tool
from benchmarks.report import page

_CLAIM = re.compile(r"\d[\d.,]* times|\d ?%|× \d")
_NAME = re.compile(r"`((?:build|solve|pace)-\d+x\d+|case-[a-z]+-\d+)`")


@pytest.fixture(scope="module")
def results(repository: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((repository / "benchmarks/results/full.json").read_text())
    return found


@pytest.fixture(scope="module")
def text(repository: Path) -> str:
    return (repository / "docs/performance.md").read_text()


def claims(text: str) -> list[str]:
    """Lines that compare: bullets and rows of tables (a row of ratios belongs to the named row
    before it)."""
    found, named = [], ""
    for line in text.splitlines():
        if line.startswith("| `"):
            named = line.split("|")[1]
        if _CLAIM.search(line) and line.startswith(("-", "|")):
            found.append(named + line if line.startswith("|") else line)
    return found


def test_the_page_is_made_from_the_results(text: str, results: dict[str, Any]) -> None:
    assert text == page(results), "not from these results: make bench"


def test_every_claim_names_a_benchmark_that_exists(text: str, results: dict[str, Any]) -> None:
    exist = {benchmark.name for benchmark in FULL}
    measured = {one["benchmark"] for one in results["measurements"]}
    assert measured == exist
    found = claims(text)
    assert len(found) > len(exist)
    for claim in found:
        names = set(_NAME.findall(claim))
        assert names, claim
        assert names <= exist, claim


def test_prose_compares_nothing_without_a_benchmark(text: str) -> None:
    """Bullets and tables carry the claims; no other line says how many times or what share."""
    for paragraph in text.split("\n\n"):
        if not paragraph.startswith(("-", "|")):
            said = re.search(r"\d[\d.,]* times (faster|smaller|less|more)|\d ?% of", paragraph)
            assert said is None or _NAME.search(paragraph), paragraph


def test_time_and_memory_grow_no_faster_than_hours(results: dict[str, Any]) -> None:
    """From a quarter to a whole year at 20 buses; a third more an hour is allowed to chance."""
    for figure in (to_solver_s, added_mb):
        quarter, whole = (of(results, f"build-20x{T}", Tool.KHAZRI, figure) for T in (2190, 8760))
        assert whole < 4 * quarter * 4 / 3


def test_all_rounds_agree_on_the_optimum(results: dict[str, Any]) -> None:
    costs: dict[str, list[float]] = {}
    for one in results["measurements"]:
        if "objective" in one["facts"]:
            costs.setdefault(one["benchmark"], []).append(one["facts"]["objective"])
    assert costs
    for found in costs.values():
        assert found == pytest.approx([found[0]] * len(found), rel=1e-6)
