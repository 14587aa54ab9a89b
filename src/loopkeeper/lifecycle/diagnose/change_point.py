"""Did a level change, when, and by how much? A small Bayesian comparison of three stories."""

from dataclasses import dataclass

import numpy as np

from loopkeeper.measure.series import Floats

FEW_DAYS = 5
"""Fewer days tell neither level nor noise. [d]"""

SOUND = 2.5
"""Sound groups are off by no more than so many of their standard deviations. [-]"""
FAIR_PART = 0.2
"""Share of a group's samples that has to lie on either side of a step. [-]"""


@dataclass(frozen=True, slots=True)
class Level:
    """
    The story that the data prefer: no deviation, one from the start, or one since a step.

    ``value`` and ``deviation`` describe the deviation (zero when there is none); ``onset`` is the
    index of its first sample, None when it was there from the start; ``odds`` is the natural log
    of the evidence for a deviation against none; ``own`` label, value and standard deviation of
    each group's, where groups may deviate differently.
    """

    value: float
    deviation: float
    onset: int | None
    odds: float
    own: tuple[tuple[float, float, float], ...] = ()

    def of(self, label: float) -> tuple[float, float]:
        """Return a group's value and standard deviation; the common ones where it was not seen."""
        return next(((v, d) for k, v, d in self.own if k == label), (self.value, self.deviation))

    @property
    def likely(self) -> bool:
        """Whether the evidence for a deviation is at least 3 to 1."""
        return self.odds > float(np.log(3.0))

    @property
    def present(self) -> bool:
        """Whether the evidence for a deviation is at least 20 to 1."""
        return self.odds > float(np.log(20.0))


@dataclass(frozen=True, slots=True)
class LevelPrior:
    """
    What is expected of a level, as standard deviations in the unit of the samples.

    ``offset`` of a healthy plant's own systematic error per group (meters, maps); ``effect`` of a
    deviation worth finding, and how far it differs ``apart`` from group to group; ``noise`` at
    least to be expected from sample to sample; ``correlation`` samples over which noise is alike;
    ``slopes`` by which a sound plant errs with what stands beside the samples, by its unit.
    """

    offset: float
    effect: float
    noise: float
    correlation: float = 4.0
    apart: float = 0.0
    slopes: tuple[float, ...] = ()


def find_level(
    samples: Floats,
    groups: Floats,
    prior: LevelPrior,
    beside: Floats | None = None,
    margin: int = 14,
) -> Level:
    """
    Compare "as expected", "off from the start" and "off since a step".

    Parameters
    ----------
    samples : array, shape (n,)
        Deviations from expectation in time order, e.g. one per day.
    groups : array, shape (n,)
        Label of the systematic error a sample shares (0 heating, 1 cooling).
    prior : LevelPrior
        Sizes of healthy errors and of deviations.
    beside : array, shape (n, k), optional
        What the error of a sound plant goes with, one for each slope of the prior. [any]
    margin : int
        Fewest samples on either side of a step, and of a group that counts. [-]

    Returns
    -------
    Level
        The preferred story.

    Notes
    -----
    Linear-Gaussian models compared by marginal likelihood; the prior of a step is shared by all
    its possible times. Noise is estimated from differences within groups, inflated by the
    correlation length.
    """
    known = np.isfinite(samples)
    for group in np.unique(groups):
        if (known & (groups == group)).sum() < margin:
            known &= groups != group
    label = groups[known]
    y = _steady(samples[known], label)
    place = np.flatnonzero(known)
    if len(y) < 2 * margin:
        return Level(0.0, prior.effect, None, -np.inf)
    noise = max(_noise(y, label), prior.noise) * np.sqrt(prior.correlation)
    sound = _sound(label, np.zeros((len(y), 0)) if beside is None else beside[known], prior)
    none = _evidence(y, sound.columns, sound.sizes, noise)
    always = _since(0, y, sound, prior, noise)
    steps = [
        step
        for step in range(margin, len(y) - margin, max(1, len(y) // 120))
        if _within_a_group(step, sound.offsets, margin)
    ]
    later = [(_since(step, y, sound, prior, noise), step) for step in steps]
    best, step = max(later, key=lambda item: item[0].log, default=(always, 0))
    best_log = best.log - float(np.log(max(len(later), 1)))
    stepped = best_log > always.log and best_log > none.log
    stepped = stepped and _sound_before(y[:step], label[:step], prior)
    story = best if stepped else always
    own = tuple((k, *one) for k, one in zip(np.unique(label).tolist(), story.own, strict=False))
    onset = int(place[step]) if stepped else None
    odds = (best_log if stepped else always.log) - none.log
    return Level(story.value, story.deviation, onset, float(odds), own)


def _within_a_group(step: int, offsets: Floats, margin: int) -> bool:
    """Whether a fair part of some group lies on both sides: where seasons meet, groups differ."""
    before, after = offsets[:step].sum(axis=0), offsets[step:].sum(axis=0)
    least = np.maximum(margin, FAIR_PART * offsets.sum(axis=0))
    return bool((np.minimum(before, after) >= least).any())


def _sound_before(y: Floats, label: Floats, prior: LevelPrior) -> bool:
    """Whether groups were no further off before a step than sound ones: else it only grew."""
    levels = [abs(float(np.median(y[label == group]))) for group in np.unique(label)]
    return max(levels, default=0.0) < SOUND * prior.offset


@dataclass(frozen=True)
class _Story:
    """Log evidence; the common deviation with its standard deviation, and every group's."""

    log: float
    value: float
    deviation: float
    own: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class _Sound:
    """
    What a sound plant may be off by: ``columns`` of a linear model and their ``sizes``.

    The first columns are the ``offsets`` of the groups, shape (n, g).
    """

    offsets: Floats
    columns: Floats
    sizes: Floats


def _sound(label: Floats, beside: Floats, prior: LevelPrior) -> _Sound:
    """An offset for every group, and in every group a slope of each thing beside the samples."""
    offsets = np.stack([label == g for g in np.unique(label)], axis=1).astype(np.float64)
    means = offsets.T @ beside / offsets.sum(axis=0)[:, None]
    apart = beside - offsets @ means
    slopes = [
        offsets[:, g] * apart[:, k]
        for k in range(len(prior.slopes))
        for g in range(offsets.shape[1])
    ]
    sizes = np.repeat([prior.offset, *prior.slopes], offsets.shape[1])
    return _Sound(offsets, np.column_stack([offsets, *slopes]), sizes)


def _since(step: int, y: Floats, sound: _Sound, prior: LevelPrior, noise: float) -> _Story:
    """Off since a sample, by something common and something of each group's own."""
    after = (np.arange(len(y)) >= step).astype(np.float64)
    count = sound.offsets.shape[1] if prior.apart > 0 else 0
    own = sound.offsets[:, :count] * after[:, None]
    sizes = np.concatenate([sound.sizes, np.full(count, prior.apart), [prior.effect]])
    return _evidence(y, np.column_stack([sound.columns, own, after]), sizes, noise, count)


def _steady(y: Floats, label: Floats) -> Floats:
    """Running median over five samples of the same group: single odd days are no story."""
    steady = y.copy()
    for group in np.unique(label):
        own = np.flatnonzero(label == group)
        if len(own) >= FEW_DAYS:
            padded = np.pad(y[own], 2, mode="edge")
            windows = np.lib.stride_tricks.sliding_window_view(padded, 5)
            steady[own] = np.median(windows, axis=1)
    return steady


def _noise(y: Floats, label: Floats) -> float:
    """Scatter of samples about their neighbours, robust against steps."""
    same = np.diff(label) == 0
    steps = np.diff(y)[same]
    if len(steps) < FEW_DAYS:
        return float(np.std(y)) + 1e-6
    return float(1.4826 * np.median(np.abs(steps - np.median(steps))) / np.sqrt(2)) + 1e-4


def linear_evidence(
    y: Floats, design: Floats, sizes: Floats, noise: float
) -> tuple[Floats, Floats, float]:
    """
    Return what samples say of a linear-Gaussian model.

    Parameters
    ----------
    y : array, shape (n,)
        Samples. [any]
    design : array, shape (n, k)
        Columns of the model. [any]
    sizes : array, shape (k,)
        Standard deviations of their coefficients before the samples. [any]
    noise : float
        Standard deviation of a sample. [any]

    Returns
    -------
    mean : array, shape (k,)
        Of the coefficients.
    covariance : array, shape (k, k)
        Of the coefficients.
    log : float
        Log of the marginal likelihood, up to what does not hang on the model.
    """
    precision = design.T @ design / noise**2 + np.diag(1 / sizes**2)
    covariance = np.asarray(np.linalg.inv(precision), dtype=np.float64)
    mean = covariance @ (design.T @ y) / noise**2
    residual = y - design @ mean
    log = -0.5 * (
        float(residual @ residual) / noise**2
        + float((mean / sizes) @ (mean / sizes))
        + float(np.linalg.slogdet(precision)[1])
        + 2 * float(np.log(sizes).sum())
    )
    return mean, covariance, log


def _evidence(y: Floats, design: Floats, sizes: Floats, noise: float, groups: int = 0) -> _Story:
    """A linear-Gaussian model; its last column is the deviation, those before it the groups'."""
    mean, covariance, log = linear_evidence(y, design, sizes, noise)
    own = []
    for k in range(len(sizes) - 1 - groups, len(sizes) - 1):
        width = covariance[-1, -1] + covariance[k, k] + 2 * covariance[-1, k]
        own.append((float(mean[-1] + mean[k]), float(np.sqrt(width))))
    return _Story(log, float(mean[-1]), float(np.sqrt(covariance[-1, -1])), tuple(own))
