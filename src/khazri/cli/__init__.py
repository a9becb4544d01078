"""The command line: one verb a task, the case folder first."""

from khazri.cli.main import main, run

__all__ = ["main", "run"]
