"""What all tests share: where things lie, and how Hypothesis runs."""

from pathlib import Path

import pytest
from hypothesis import settings

# the same examples in every run, and no failure on a slow machine
settings.register_profile("khazri", derandomize=True, deadline=None, max_examples=40)
settings.load_profile("khazri")

_ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return _ROOT


@pytest.fixture(scope="session")
def caspian() -> Path:
    """The folder of the reference case; read it, never write there."""
    return _ROOT / "cases" / "caspian"
