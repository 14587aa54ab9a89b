"""
GHEDesigner on the task of ``bench.design``; run by the Python of an environment that has it.

Prints one JSON object: hole length [m], CPU seconds and the borehole resistance it computed
[m K/W] by years, sized over its hybrid time steps (hourly ones are quadratic in the years). Set
GHEDESIGNER_PYTHON to that environment's interpreter (``pip install ghedesigner``) for
``make bench`` to run it beside us.
"""

import json
import sys
import time

from ghedesigner.enums import PipeType, TimestepType
from ghedesigner.ghe.gfunction import calc_g_func_for_multiple_lengths
from ghedesigner.ghe.ground_heat_exchangers import GHE
from ghedesigner.ghe.manager import GroundHeatExchanger
from ghedesigner.utilities import eskilson_log_times
from pygfunction.boreholes import Borehole

heat = json.load(sys.stdin)
pipe = {
    "conductivity": 0.4, "rho_cp": 1.5e6, "inner_diameter": 0.0274, "outer_diameter": 0.032,
    "shank_spacing": 0.05, "roughness": 1e-6,
}  # fmt: skip
FLOW = 2.0  # L/s a hole: so much that outlet and mean temperature are nearly one
places = [(6.0 * i, 6.0 * j) for i in range(10) for j in range(10)]
answers = {}
for years in (20, 100):
    made = GroundHeatExchanger(
        1.5,
        2.5e6,
        3.0,
        2.4e6,
        10.0,
        1.0,
        0.075,
        PipeType.SINGLEUTUBE,
        pipe,
        fluid_temperature=10.0,
    )
    start = time.process_time()
    mass = FLOW / 1000 * made.fluid.rho
    g = calc_g_func_for_multiple_lengths(
        6.0,
        [60.0, 250.0, 450.0],
        0.075,
        1.0,
        mass,
        PipeType.SINGLEUTUBE,
        eskilson_log_times(),
        places,
        made.fluid,
        made.pipe,
        made.grout,
        made.soil,
    )
    field = GHE(
        FLOW * len(places),
        6.0,
        PipeType.SINGLEUTUBE,
        made.fluid,
        Borehole(100.0, 1.0, 0.075, x=0.0, y=0.0),
        made.pipe,
        made.grout,
        made.soil,
        g,
        1,
        12 * years,
        heat,
    )
    field.size(TimestepType.HYBRID, 450.0, 60.0, 16.0, 0.0)
    spent = time.process_time() - start
    hole = field.bhe
    shift = hole.borehole.H / (2 * mass * made.fluid.cp)
    resistance = hole.calc_effective_borehole_resistance() - shift
    answers[years] = [float(hole.borehole.H), spent, float(resistance)]
print(json.dumps(answers))
