"""The wheel holds all that the package needs, and runs away from the repository."""

import os
import subprocess
import sys
import zipfile

import pytest


@pytest.fixture(scope="module")
def wheel(repository, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    command += ["--no-build-isolation", "--wheel-dir", str(folder), str(repository)]
    subprocess.run(command, check=True)
    (path,) = folder.glob("khazri-*.whl")
    return path


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


def test_the_wheel_runs_away_from_the_repository(wheel, tmp_path):
    """Unpacked elsewhere and first on the path: the version is told from there."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = "import sys, khazri; from khazri.cli import main; print(khazri.__file__); main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--version"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    place, version = done.stdout.splitlines()
    assert place.startswith(str(tmp_path))
    assert wheel.name.split("-")[1] in version
