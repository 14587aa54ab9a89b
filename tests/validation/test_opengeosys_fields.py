"""
A live, independent judge of wells that know each other: OpenGeoSys 6 in three dimensions.

Runs with ``make validation-long`` where the program ``ogs`` is on the path (``pip install ogs``
in any environment brings it). A quarter of 2 × 2 wells in finite elements of water and heat, five
years of 120 days of heating; the script that OpenGeoSys calls closes the loop, as machines do.
"""

import shutil

import numpy as np
import pytest

from loopkeeper.physics.aquifer import Aquifer, Screens
from loopkeeper.physics.circulating import Circulating, circulating_response
from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.returned_water import water_deficit
from loopkeeper.physics.single_well import well_ground
from peers import waiting
from peers.opengeosys import medium

OGS = shutil.which("ogs")
pytestmark = [
    pytest.mark.validation_long,
    pytest.mark.skipif(OGS is None, reason="ogs is not on the path (pip install ogs)"),
]
DAY, YEARS = 86400.0, 5
FLOW, THICK, SCREEN, HEAT = 30 / 3600, 60.0, 20.0, 200e3
CONDUCTIVITY, ANISOTROPY, UNDISTURBED = 2e-4, 4.0, 13.5
STEPS = [(60, 2.0), (7, 35.0)] * YEARS

SCRIPT = """
import ogs.callbacks as OpenGeoSys

FLOW, WATER, SCREEN, HEAT, START = {flow}, {water}, {screen}, {heat}, {undisturbed}
DAY = 86400.0
seen, taken = {{}}, [START]


def running(t):
    return 0.0 < (t / DAY) % 365.0 <= 120.0 + 1e-6


class Heat(OpenGeoSys.BoundaryCondition):
    def getDirichletBCValue(self, t, coords, node, primary_vars):
        return running(t), taken[0] - HEAT / (WATER * FLOW)


class Intake(OpenGeoSys.SourceTerm):
    def getFlux(self, t, coords, primary_vars):
        if running(t):
            if t not in seen:
                seen.clear()
                seen[t] = {{}}
            seen[t][tuple(coords)] = primary_vars[0]
            taken[0] = sum(seen[t].values()) / len(seen[t])
            with open("taken.txt", "a") as file:
                print(t / DAY, taken[0], file=file)
        return 0.0, [0.0, 0.0]


class Water(OpenGeoSys.SourceTerm):
    def __init__(self, sign):
        OpenGeoSys.SourceTerm.__init__(self)
        self.sign = sign

    def getFlux(self, t, coords, primary_vars):
        return (self.sign * FLOW / SCREEN if running(t) else 0.0), [0.0, 0.0]


give_heat, take_heat, give_water, take_water = Heat(), Intake(), Water(1.0), Water(-1.0)
"""


def edges(spacing):
    """Nodes from the mirror on, one at the well, growing outwards. [m]"""
    half, size = spacing / 2, spacing / 6
    nodes = [size * k for k in range(6)]
    step = size
    while nodes[-1] < half + 200:
        step *= 1.3
        nodes.append(nodes[-1] + step)
    return np.array(nodes)


def vtu(path, points, cells, kind, **point_data):
    """Write a mesh in the judge's own format; `kind` 12 boxes, 3 lines, 1 points."""

    def array(name, values, of, parts=1):
        text = " ".join(str(v) for v in np.asarray(values).ravel())
        return (
            f'<DataArray type="{of}" Name="{name}" NumberOfComponents="{parts}" '
            f'format="ascii">{text}</DataArray>'
        )

    offsets = cells.shape[1] * np.arange(1, len(cells) + 1)
    data = "".join(array(name, values, "UInt64") for name, values in point_data.items())
    path.write_text(
        '<?xml version="1.0"?><VTKFile type="UnstructuredGrid" version="0.1" '
        'byte_order="LittleEndian"><UnstructuredGrid>'
        f'<Piece NumberOfPoints="{len(points)}" NumberOfCells="{len(cells)}">'
        f"<PointData>{data}</PointData><Points>{array('Points', points, 'Float64', 3)}</Points>"
        f"<Cells>{array('connectivity', cells, 'Int64')}{array('offsets', offsets, 'Int64')}"
        f"{array('types', np.full(len(cells), kind), 'UInt8')}</Cells>"
        "</Piece></UnstructuredGrid></VTKFile>"
    )


def meshes(where, spacing):
    plan, height = edges(spacing), np.linspace(0, THICK, 16)
    grid = np.meshgrid(plan, plan, height, indexing="ij")
    points = np.stack([g.ravel() for g in grid], axis=1)
    n = np.arange(len(points)).reshape(grid[0].shape)
    corners = [n[:-1, :-1], n[1:, :-1], n[1:, 1:], n[:-1, 1:]]
    boxes = np.stack(
        [c[:, :, :-1].ravel() for c in corners] + [c[:, :, 1:].ravel() for c in corners], axis=1
    )
    vtu(where / "mesh.vtu", points, boxes, 12)
    well = n[3, 3]
    assert np.allclose(points[well[0], :2], spacing / 2)
    for name, (low, high) in (("give", (THICK - SCREEN, THICK)), ("take", (0.0, SCREEN))):
        nodes = well[(height >= low - 1e-6) & (height <= high + 1e-6)]
        line = np.stack([np.arange(len(nodes) - 1), np.arange(1, len(nodes))], axis=1)
        vtu(where / f"{name}.vtu", points[nodes], line, 3, bulk_node_ids=nodes)
    far = n[-1, -1, :1]
    vtu(where / "far.vtu", points[far], np.array([[0]]), 1, bulk_node_ids=far)


def variable(name, initial, sources, conditions=""):
    terms = "".join(
        f"<source_term><mesh>{mesh}</mesh><type>Python</type>"
        f"<source_term_object>{called}</source_term_object></source_term>"
        for mesh, called in sources
    )
    return (
        f"<process_variable><name>{name}</name><components>1</components><order>1</order>"
        f"<initial_condition>{initial}</initial_condition>"
        f"<boundary_conditions>{conditions}</boundary_conditions>"
        f"<source_terms>{terms}</source_terms></process_variable>"
    )


def project():
    parameters = "".join(
        f"<parameter><name>{name}</name><type>Constant</type><value>{value}</value></parameter>"
        for name, value in (("t0", UNDISTURBED), ("p0", 0.0))
    )
    still = (
        "<boundary_condition><mesh>far</mesh><type>Dirichlet</type>"
        "<parameter>p0</parameter></boundary_condition>"
    )
    fed = (
        "<boundary_condition><mesh>give</mesh><type>Python</type>"
        "<bc_object>give_heat</bc_object></boundary_condition>"
    )
    heat = variable("T", "t0", [("take", "take_heat")], fed)
    water = variable("p", "p0", [("give", "give_water"), ("take", "take_water")], still)
    names = "".join(f"<mesh>{name}.vtu</mesh>" for name in ("mesh", "give", "take", "far"))
    steps = "".join(
        f"<pair><repeat>{count}</repeat><delta_t>{days * DAY}</delta_t></pair>"
        for count, days in STEPS
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<OpenGeoSysProject><meshes>{names}</meshes><python_script>loop.py</python_script>
<processes><process><name>HT</name><type>HT</type><integration_order>2</integration_order>
<process_variables><temperature>T</temperature><pressure>p</pressure></process_variables>
<specific_body_force>0 0 0</specific_body_force>
<numerical_stabilization><type>IsotropicDiffusion</type>
<tuning_parameter>0.5</tuning_parameter><cutoff_velocity>0</cutoff_velocity>
</numerical_stabilization></process></processes>
<media>{medium((CONDUCTIVITY, CONDUCTIVITY, CONDUCTIVITY / ANISOTROPY))}</media>
<time_loop><processes><process ref="HT"><nonlinear_solver>picard</nonlinear_solver>
<convergence_criterion><type>DeltaX</type><norm_type>NORM2</norm_type><reltol>1e-4</reltol>
</convergence_criterion><time_discretization><type>BackwardEuler</type></time_discretization>
<time_stepping><type>FixedTimeStepping</type><t_initial>0</t_initial>
<t_end>{365 * YEARS * DAY}</t_end><timesteps>{steps}</timesteps>
</time_stepping></process></processes>
<output><type>VTK</type><prefix>out</prefix>
<timesteps><pair><repeat>1</repeat><each_steps>100000</each_steps></pair></timesteps>
<variables><variable>T</variable></variables></output></time_loop>
<parameters>{parameters}</parameters>
<process_variables>{heat}{water}</process_variables>
<nonlinear_solvers><nonlinear_solver><name>picard</name><type>Picard</type>
<max_iter>60</max_iter><linear_solver>linear</linear_solver></nonlinear_solver>
</nonlinear_solvers>
<linear_solvers><linear_solver><name>linear</name><eigen><solver_type>BiCGSTAB</solver_type>
<precon_type>ILUT</precon_type><max_iteration_step>5000</max_iteration_step>
<error_tolerance>1e-11</error_tolerance></eigen></linear_solver></linear_solvers>
</OpenGeoSysProject>
"""


def theirs(where, spacing):
    """Water taken at the end of heating, year by year, by OpenGeoSys. [°C]"""
    meshes(where, spacing)
    (where / "case.prj").write_text(project())
    figures = {"flow": FLOW, "water": WATER, "screen": SCREEN, "heat": HEAT}
    (where / "loop.py").write_text(SCRIPT.format(**figures, undisturbed=UNDISTURBED))
    done = waiting.run([OGS, "case.prj"], cwd=where, capture_output=True, text=True, seconds=3000)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    day, taken = np.loadtxt(where / "taken.txt").T
    return np.array([taken[np.isclose(day, 365 * y + 120)][-1] for y in range(YEARS)])


def ours(spacing):
    aquifer = Aquifer(THICK, CONDUCTIVITY, ANISOTROPY, 2.2, 2.5e6, UNDISTURBED)
    shape = Screens(0.3, (THICK - SCREEN, THICK), (0.0, SCREEN))
    wells = [Circulating(spacing * i, spacing * j, shape, FLOW) for i in (0, 1) for j in (0, 1)]
    ground = well_ground(circulating_response(aquifer, wells), temperature=UNDISTURBED)
    running = np.tile(np.arange(8760) < 120 * 24, YEARS)
    spread = np.where(running, HEAT / (WATER * FLOW), 0.0)
    deficit, _ = water_deficit(ground, np.where(running, FLOW * 3600, 0.0), spread, 3600.0)
    return UNDISTURBED - deficit.reshape(YEARS, -1)[:, 120 * 24 - 1]


@pytest.mark.parametrize("spacing", [20.0, 40.0])
def test_two_by_two_wells_over_five_years(spacing, tmp_path):
    # 0.3 K: what codes of different grids and stabilisation differ by after five years of cold
    mine, known = ours(spacing), theirs(tmp_path, spacing)
    assert np.abs(mine - known).max() < 0.3, (mine, known)
