"""Gaussian fields over places, drawn so that they agree with what was measured nearby.

A place without measurements gets a standard normal series whose correlation with all other places
falls with distance. Where a neighbour has a real series, the field is bent (by the regression of
simple kriging) to take the neighbour's normal scores, so storms and cloudy spells are shared.
"""

from __future__ import annotations

import zlib

import numpy as np
from scipy.special import ndtri

from profiles.clock import Array

EARTH_RADIUS_KM = 6371.0


def distances_km(latitude: Array, longitude: Array) -> Array:
    """Return great-circle distances, shape (n, n), of places in degrees, shape (n,) each."""
    phi, lam = np.radians(latitude), np.radians(longitude)
    sine = (
        np.sin((phi[:, None] - phi) / 2) ** 2
        + np.cos(phi[:, None]) * np.cos(phi) * np.sin((lam[:, None] - lam) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(sine, 0.0, 1.0)))


def nearest_correlation(matrix: Array) -> Array:
    """Return `matrix` with negative eigenvalues raised to a small positive one, unit diagonal."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    raised = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    scale = 1 / np.sqrt(np.diag(raised))
    return raised * scale[:, None] * scale


def normal_scores(values: Array) -> Array:
    """Return the standard normal score of each value's rank (ties by order), same shape."""
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return ndtri((ranks + 0.5) / values.size)


def persistent_noise(names: list[str], steps: int, persistence: float, seed: int) -> Array:
    """Return independent standard normal AR(1) series, shape (steps, len(names)).

    Each name has its own generator seeded by its letters, so adding a place changes no other
    place's draws. The series run 400 steps before the first one kept.
    """
    warm_up = 400
    noise = np.empty((steps + warm_up, len(names)))
    for column, name in enumerate(names):
        generator = np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode())]))
        noise[:, column] = generator.standard_normal(steps + warm_up)
    scale = np.sqrt(1 - persistence**2)
    for step in range(1, steps + warm_up):
        noise[step] = persistence * noise[step - 1] + scale * noise[step]
    return noise[warm_up:]


def smoothed(noise: Array, weight: float) -> Array:
    """Return `noise` (t, n) exponentially smoothed with the given weight of the past, variance 1.

    Takes the jaggedness out of AR(1) series that stand for the mean of a wide area.
    """
    result = noise.copy()
    for step in range(1, noise.shape[0]):
        result[step] = weight * result[step - 1] + (1 - weight) * noise[step]
    return (result - result.mean(axis=0)) / result.std(axis=0)


def conditioned(correlation: Array, noise: Array, observer: Array, scores: Array) -> Array:
    """Return a field, shape (t, n), that shows the observed scores.

    `correlation` (n, n) is that of the places, `noise` (t, n) independent standard normal series,
    `observer` (m, n) the weights with which m observations see the places, `scores` (t, m) what
    they saw, in standard normal units. The rows of `observer` are scaled to unit variance first.
    """
    free = noise @ np.linalg.cholesky(correlation).T
    variance = np.einsum("mn,nk,mk->m", observer, correlation, observer)
    seen = observer / np.sqrt(variance)[:, None]
    gain = np.linalg.solve(seen @ correlation @ seen.T, seen @ correlation)
    return free + (scores - free @ seen.T) @ gain
