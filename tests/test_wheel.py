"""The wheel holds all that the package needs, and runs away from the repository."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

_STRUCTURED = "khazri/solve/structured"
_PRINT_KERNELS = """
from khazri.solve.structured.library import load
library = load()
print(library._name)
print(library.khazri_kernels_version())
"""


def _build(root, target, folder, **environ):
    """Build a target of the project in ``root`` as packaging tools do, into ``folder``."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target]
    command += ["--directory", str(folder)]
    subprocess.run(command, cwd=root, env=os.environ | environ, check=True, capture_output=True)


@pytest.fixture(scope="module")
def wheel(repository, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    command += ["--no-build-isolation", "--wheel-dir", str(folder), str(repository)]
    subprocess.run(command, check=True)
    (path,) = folder.glob("khazri-*.whl")
    return path


@pytest.fixture(scope="module")
def site(wheel, tmp_path_factory):
    """The wheel unpacked away from the repository."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def unpacked(repository, tmp_path):
    """The source distribution, unpacked."""
    _build(repository, "sdist", tmp_path / "sdist")
    (path,) = (tmp_path / "sdist").glob("khazri-*.tar.gz")
    # Python 3.11.2, which Debian 12 has, knows no filters
    safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(path) as archive:
        archive.extractall(tmp_path / "unpacked", **safely)
    (root,) = (tmp_path / "unpacked").iterdir()
    return root


def _run(site, code, *arguments):
    """Lines that code prints with the unpacked wheel first on the path."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=site,
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_the_wheel_holds_every_file_of_the_package(wheel, repository):
    source = repository / "src"
    expected = {
        path.relative_to(source).as_posix()
        for path in (source / "khazri").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    assert expected <= held
    assert not [name for name in held if name.startswith(("tests/", "cases/", "docs/"))]


def test_the_wheel_runs_away_from_the_repository(wheel, site):
    """Unpacked elsewhere and first on the path: the version is told from there."""
    code = "import sys, khazri; from khazri.cli import main; print(khazri.__file__); main()"
    place, version = _run(site, code, "--version")
    assert place.startswith(str(site))
    assert wheel.name.split("-")[1] in version


@pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler")
def test_the_wheel_is_for_this_platform_and_loads_its_own_kernels(wheel, site):
    *_, python, abi, platform = wheel.stem.split("-")
    assert (python, abi) == ("py3", "none")
    assert platform != "any"
    place, version = _run(site, _PRINT_KERNELS)
    assert place.startswith(str(site / _STRUCTURED))
    assert version == "1"


def test_the_source_distribution_holds_the_c_files_and_no_libraries(unpacked, repository):
    def c_files(root):
        return {path.name for path in (root / "src" / _STRUCTURED).glob("*.[ch]")}

    assert "kernels.c" in c_files(unpacked)
    assert c_files(unpacked) == c_files(repository)
    assert not list(unpacked.rglob("*.so"))


def test_without_a_compiler_the_wheel_is_for_every_platform(unpacked, tmp_path):
    _build(unpacked, "wheel", tmp_path, CC="no-such-compiler")
    (path,) = tmp_path.glob("khazri-*.whl")
    assert path.stem.endswith("-py3-none-any")
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".so")]


@pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler")
def test_an_editable_installation_compiles_beside_the_sources(unpacked, tmp_path):
    _build(unpacked, "wheel:editable", tmp_path)
    assert list((unpacked / "src" / _STRUCTURED).glob("kernels_base-*.so"))
