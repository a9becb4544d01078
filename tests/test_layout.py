"""The repository keeps its own rules: small modules, small files, no traces of a machine."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import khazri

_MOST_LINES = 700
_MOST_BYTES = 5_000_000

# folders of one machine and addresses of package indexes; written so that this file does not match
_TRACES = re.compile(
    rb"(?<![\w.~/-])/(?:work|home|root|tmp|Users|opt)/[\w.]|(?:\.\./)+shared/"
    rb"|(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org)"
)


def _tracked(root: Path) -> list[Path]:
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=root,
        capture_output=True,
        check=False,
    ).stdout
    files = [root / name.decode() for name in listing.split(b"\0") if name]
    if not files:
        pytest.skip("not a git checkout")
    return [file for file in files if file.is_file()]


def test_importing_khazri_loads_none_of_its_packages():
    code = "import sys, khazri; print([m for m in sys.modules if m.startswith('khazri.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", [n for n in khazri.__all__ if n != "__version__"])
def test_every_public_name_can_be_imported(name):
    assert getattr(khazri, name).__module__.startswith("khazri.")
    assert name in dir(khazri)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = khazri.no_such_name


def test_the_citation_names_this_version(repository):
    citation = (repository / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {khazri.__version__}\n" in citation


def test_modules_stay_small(repository):
    long = {
        str(module.relative_to(repository)): lines
        for folder in ("src", "tests", "cases", "docs", "benchmarks")
        for module in (repository / folder).rglob("*.py")
        if (lines := len(module.read_text("utf-8").splitlines())) > _MOST_LINES
    }
    assert not long


def test_tracked_files_stay_small(repository):
    large = {
        str(f): f.stat().st_size for f in _tracked(repository) if f.stat().st_size > _MOST_BYTES
    }
    assert not large


def test_no_tracked_file_names_a_machine_or_a_package_index(repository):
    this_file = Path(__file__).resolve()
    traces = {
        f"{file.relative_to(repository)}: {match.group().decode(errors='replace')}"
        for file in _tracked(repository)
        if file != this_file and (match := _TRACES.search(file.read_bytes()))
    }
    assert not traces
