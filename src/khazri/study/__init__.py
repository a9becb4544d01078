"""Many related plans: run once each, side by side, kept under what they depend on."""

from khazri.study.coarse import Fidelity
from khazri.study.errors import StudyError
from khazri.study.run import Extract, Result
from khazri.study.store import Store
from khazri.study.study import Progress, run_study
from khazri.study.variant import CorridorState, Variant, varied
from khazri.study.workers import Workers, dask_cluster, local_processes, this_process

__all__ = [
    "CorridorState",
    "Extract",
    "Fidelity",
    "Progress",
    "Result",
    "Store",
    "StudyError",
    "Variant",
    "Workers",
    "dask_cluster",
    "local_processes",
    "run_study",
    "this_process",
    "varied",
]
