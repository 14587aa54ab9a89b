"""How neighbours press on the water that leaves a packing: columns and aquifer solved together."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.physics.aquifer import Aquifer
from loopkeeper.physics.well_field import WellField, influence
from loopkeeper.physics.well_flow import Packing

Floats = NDArray[np.float64]

ROUNDS: Final = 60
"""Times that packing and flow are matched at most. [-]"""


def pressed_field(
    aquifer: Aquifer, field: WellField, packings: Sequence[Packing], *, size: float
) -> WellField:
    """
    Return the field with what leaves each packing where all wells circulate.

    Parameters
    ----------
    aquifer : Aquifer
        Around all packings.
    field : WellField
        The wells; their walls are replaced.
    packings : sequence of Packing
        One for each well.
    size : float
        Width of cells near the wells, about. [m]

    Returns
    -------
    WellField
        Heads of columns and aquifer agree; packings follow Ergun at their own flow.
    """
    count, layers = field.wall.shape
    heads, radius = influence(aquifer, field, size=size)
    thick = np.diff(field.height)
    outer = np.array([p.outer for p in packings])
    near = np.log(np.maximum(radius / outer, 1.2))
    joint = 2 * np.pi * aquifer.conductivity * thick / near[:, None]
    # wall flow q = joint (H − A q): what columns of head H send through their walls
    answer = np.eye(count * layers) + joint.reshape(-1, 1) * heads
    sent = np.linalg.solve(answer, np.diag(joint.ravel()))
    source = np.zeros((count, layers))
    source[:, -1], source[:, 0] = field.flow, -field.flow
    down = np.repeat(field.flow[:, None], layers - 1, axis=1)
    wall = field.wall
    for _ in range(ROUNDS):
        link = _links(down, packings, thick)
        head = np.linalg.solve(_columns(link) + sent, source.ravel())
        wall = (sent @ head).reshape(count, layers)
        now = np.diff(head.reshape(count, layers), axis=1) * link
        change = float(np.abs(now - down).max())
        down = 0.5 * (down + now)
        if change < 1e-6 * float(field.flow.max()):
            break
    return replace(field, wall=wall - wall.mean(axis=1, keepdims=True))


def _links(down: Floats, packings: Sequence[Packing], thick: Floats) -> Floats:
    """Conductance between the levels of each packing at its flow. [m2 s-1]"""
    apart = 0.5 * (thick[1:] + thick[:-1])
    speed = np.maximum(np.abs(down), 1e-4 * down.max())
    gradient = [
        [p.gradient(float(q)) for q in row] for p, row in zip(packings, speed, strict=True)
    ]
    return np.asarray(speed / (np.array(gradient) * apart))


def _columns(link: Floats) -> Floats:
    """Conductance matrix of all packings by themselves. [m2 s-1]"""
    count, faces = link.shape
    layers = faces + 1
    matrix = np.zeros((count * layers, count * layers))
    for n in range(count):
        for k in range(faces):
            low, high = n * layers + k, n * layers + k + 1
            matrix[low, low] += link[n, k]
            matrix[high, high] += link[n, k]
            matrix[low, high] -= link[n, k]
            matrix[high, low] -= link[n, k]
    return matrix
