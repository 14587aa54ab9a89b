"""
The virtual plant: an instrument with known truth, richer than what diagnosis supposes.

It runs in five-minute steps with a numerically marched radial ground, machines that start, stop
and lose by it, a building with thermal mass, and sensors with bias, noise and gaps.
"""
