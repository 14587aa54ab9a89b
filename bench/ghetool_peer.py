"""
GHEtool on the task of ``bench.design``; run by the Python of an environment that has it.

Prints one JSON object: hole length [m] and CPU seconds by years. Set GHETOOL_PYTHON to that
environment's interpreter (``pip install ghetool``) for ``make bench`` to run it beside us.
"""

import json
import sys
import time

import numpy as np
from GHEtool import Borefield, GroundConstantTemperature, HourlyGeothermalLoad

heat = np.array(json.load(sys.stdin)) / 1e3
answers = {}
for years in (20, 100):
    load = HourlyGeothermalLoad(np.maximum(heat, 0), np.maximum(-heat, 0), years)
    start = time.process_time()
    field = Borefield(load=load)
    field.ground_data = GroundConstantTemperature(3, 10, 2.4e6)
    field.Rb = 0.12
    field.create_rectangular_borefield(10, 10, 6, 6, 110, 1, 0.075)
    field.set_max_avg_fluid_temperature(16)
    field.set_min_avg_fluid_temperature(0)
    length = float(field.size(L4_sizing=True))
    answers[years] = [length, time.process_time() - start]
print(json.dumps(answers))
