"""What a design was computed from, echoed beside its answer."""

from collections.abc import Iterator

from loopkeeper.measure.series import LoadYear
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.source import Source
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Phrase


def echoed(plant: Plant, design: LoadYear) -> tuple[Verdict, ...]:
    """
    Return the loads, the ground and the field or wells that a design rests on.

    Parameters
    ----------
    plant : Plant
        On measured ground where a test was made.
    design : LoadYear
        Its year. [W]

    Returns
    -------
    tuple of Verdict
        Notes; machines, pumps and limits are said where they are checked.
    """
    return (_loads(design), *_source(plant.source))


def _loads(design: LoadYear) -> Verdict:
    figures = {}
    parts = ("heating", design.heating), ("cooling", design.cooling), ("water", design.hot_water)
    for name, load in parts:
        figures[name] = f"{load.sum() / 1e6:,.1f}"
        figures[f"{name}_peak"] = f"{load.max() / 1e3:,.0f}"
    return Verdict("design.inputs.loads", figures)


def _source(source: Source) -> Iterator[Verdict]:
    if source.ground is not None:
        ground = source.ground
        figures = {
            "basis": Phrase(f"basis.{ground.basis}"),
            "conductivity": f"{ground.conductivity:.3g}",
            "capacity": f"{ground.heat_capacity / 1e6:.3g}",
            "temperature": f"{ground.undisturbed_temperature:.1f}",
        }
        yield Verdict("design.inputs.ground", figures)
    if source.field is not None:
        field = source.field
        figures = {
            "count": field.count,
            "length": f"{field.length:g}",
            "diameter": f"{1e3 * field.diameter:.0f}",
            "grout": f"{field.grout_conductivity:g}",
        }
        yield Verdict("design.inputs.field", figures)
    if source.aquifer is not None:
        aquifer = source.aquifer
        figures = {
            "basis": Phrase(f"basis.{aquifer.basis}"),
            "conductivity": f"{aquifer.hydraulic_conductivity:.3g}",
            "thickness": f"{aquifer.thickness:g}",
            "temperature": f"{aquifer.undisturbed_temperature:.1f}",
        }
        yield Verdict("design.inputs.aquifer", figures)
