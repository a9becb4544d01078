"""Compiled kernels: made from what the sources say now, chosen by what the processor can run."""

import shutil
import subprocess
import sys

import pytest

from khazri.errors import KhazriError, UsageError
from khazri.solve.structured import compile as compiling
from khazri.solve.structured.library import KernelsMissingError, load, load_variant

_LEVEL = {"base": (0, 1), "v3": (3,), "v4": (4,)}

needs_compiler = pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler")


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """A folder with ``kernels.c`` alone and its libraries."""
    folder = tmp_path_factory.mktemp("kernels")
    for name in ("kernels.c", "kernels.h"):
        shutil.copy(compiling.HERE / name, folder)
    compiling.compile_kernels(folder, {})
    return folder


@pytest.fixture
def sources(compiled, tmp_path):
    """The same folder without its libraries."""
    for name in ("kernels.c", "kernels.h"):
        shutil.copy(compiled / name, tmp_path)
    return tmp_path


@needs_compiler
def test_the_library_of_the_package_is_the_one_that_its_sources_make():
    """Fails where C was edited and ``make`` not run."""
    library = load()
    assert library.khazri_kernels_version() == 1
    assert load() is library


@needs_compiler
def test_the_best_variant_that_was_compiled_and_runs_here_is_chosen(compiled):
    level = load_variant(compiled, {"KHAZRI_KERNELS": "base"}).khazri_cpu_level()
    could_run = {
        variant
        for variant, levels in _LEVEL.items()
        if min(levels) <= level and compiling.library_path(compiled, variant).exists()
    }
    best = max(could_run, key=lambda variant: _LEVEL[variant])
    assert load_variant(compiled, {}).khazri_kernels_level() in _LEVEL[best]


@needs_compiler
@pytest.mark.parametrize("variant", compiling.VARIANTS)
def test_a_variant_asked_for_is_compiled_for_its_level(compiled, variant):
    level = load_variant(compiled, {"KHAZRI_KERNELS": "base"}).khazri_cpu_level()
    if min(_LEVEL[variant]) > level:
        with pytest.raises(UsageError, match="cannot run"):
            load_variant(compiled, {"KHAZRI_KERNELS": variant})
    elif compiling.library_path(compiled, variant).exists():
        library = load_variant(compiled, {"KHAZRI_KERNELS": variant})
        assert library.khazri_kernels_level() in _LEVEL[variant]
    else:
        pytest.skip("this compiler does not know the variant")


@needs_compiler
def test_an_unknown_variant_is_refused_with_the_known_ones(compiled):
    with pytest.raises(UsageError, match="v9") as caught:
        load_variant(compiled, {"KHAZRI_KERNELS": "v9"})
    assert caught.value.expected == "one of base, v3, v4"


def test_where_nothing_was_compiled_the_error_says_how_to_get_it(sources):
    with pytest.raises(KernelsMissingError, match=r"structured\.compile") as caught:
        load_variant(sources, {})
    assert isinstance(caught.value, KhazriError)
    assert caught.value.exit_code == 6


def test_without_a_compiler_nothing_is_made_and_nothing_fails(sources):
    assert compiling.compile_kernels(sources, {"CC": "no-such-compiler"}) == []


def test_a_compiler_that_refuses_everything_counts_as_none(sources):
    assert compiling.compile_kernels(sources, {"CC": "false"}) == []


@needs_compiler
def test_an_edit_makes_a_library_stale_and_compiling_replaces_it(sources):
    (old, *_) = compiling.compile_kernels(sources, {})
    with (sources / "kernels.h").open("a", encoding="utf-8") as header:
        header.write("/* changed */\n")
    with pytest.raises(KernelsMissingError):
        load_variant(sources, {})
    (new, *_) = compiling.compile_kernels(sources, {})
    assert not old.exists()
    assert load_variant(sources, {"KHAZRI_KERNELS": "base"})._name == str(new)


@needs_compiler
def test_what_is_up_to_date_is_not_compiled_again(compiled):
    """A compiler that does not exist is not missed."""
    there = compiling.compile_kernels(compiled, {"CC": "no-such-compiler"})
    assert compiling.library_path(compiled, "base") in there


@needs_compiler
def test_all_c_files_of_the_folder_go_into_each_library(sources):
    (sources / "more.c").write_text("int more(void) { return 42; }\n", "utf-8")
    compiling.compile_kernels(sources, {})
    assert load_variant(sources, {}).more() == 42


@needs_compiler
def test_a_mistake_in_c_is_told_with_the_compilers_words(sources):
    (sources / "wrong.c").write_text("int wrong(void) { return nothing; }\n", "utf-8")
    with pytest.raises(compiling.CompilationError, match="nothing"):
        compiling.compile_kernels(sources, {})


def test_the_command_line_starts_without_the_kernels():
    code = (
        "import sys, khazri.cli\n"
        "try:\n    sys.argv[1:] = ['--help']; khazri.cli.main()\n"
        "finally:\n    print([m for m in sys.modules if 'structured' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
