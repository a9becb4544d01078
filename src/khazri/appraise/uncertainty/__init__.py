"""Corridors where the case is uncertain: draws of what may come, and what they are worth then."""

from khazri.appraise.uncertainty.assess import (
    QUANTILE_NAMES,
    UncertainCase,
    Uncertainty,
    assess,
    uncertain_case,
)
from khazri.appraise.uncertainty.sample import Point, PointKind, Sample, Sampling, points, shares
from khazri.appraise.uncertainty.statistics import QUANTILES, quantiles, wilson

__all__ = [
    "QUANTILES",
    "QUANTILE_NAMES",
    "Point",
    "PointKind",
    "Sample",
    "Sampling",
    "UncertainCase",
    "Uncertainty",
    "assess",
    "points",
    "quantiles",
    "shares",
    "uncertain_case",
    "wilson",
]
