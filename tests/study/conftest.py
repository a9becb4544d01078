"""A small case with two corridors."""

from pathlib import Path

import pytest
from tests.corridors import two_corridors

from khazri.case import Case, read_case


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder; read it, never write there."""
    return two_corridors(tmp_path_factory.mktemp("study") / "two")


@pytest.fixture(scope="session")
def case(two: Path) -> Case:
    return read_case(two)
