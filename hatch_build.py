"""Build hook: compiles the C kernels into every wheel and editable installation.

Without a C compiler the package is built all the same, and runs with HiGHS alone.
"""

from __future__ import annotations

import os
import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_FOLDER = Path("src", "khazri", "solve", "structured")


class KernelsHook(BuildHookInterface):
    """Adds the compiled libraries to the wheel and marks it as made for this platform."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files of a wheel are gathered (``version``: standard or editable)."""
        folder = Path(self.root, _FOLDER)
        compile_kernels = runpy.run_path(str(folder / "compile.py"))["compile_kernels"]
        libraries = compile_kernels(folder, os.environ)
        if not libraries:
            self.app.display_warning(
                "no C compiler: built without compiled kernels; large programs go to HiGHS"
            )
            return
        build_data["artifacts"] += ["/" + (_FOLDER / lib.name).as_posix() for lib in libraries]
        # the libraries know nothing of Python, so one wheel serves all its versions
        platform = self.build_config.builder.get_best_matching_tag().split("-")[-1]
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
