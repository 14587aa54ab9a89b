"""The point list as a workbook, with its register of calibrations, heads in both languages."""

from collections.abc import Iterator
from datetime import date

from loopkeeper.adapters.handover.sheets import Cell, workbook
from loopkeeper.app.telling.places import place_name
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, calibration_end
from loopkeeper.plant.words import Language, in_both, name_of

POINTS = ("point", "quantity", "place", "statistic", "unit", "accuracy", "address", "low", "high")
CALIBRATIONS = ("point", "place", "accuracy", "calibrated_on", "months", "next_due", "state")


def points_book(plant: Plant, on: date) -> bytes:
    """
    Return the points of a plant and the register of their calibrations.

    Parameters
    ----------
    plant : Plant
        With its point list.
    on : date
        The day on which a calibration is valid or overdue.

    Returns
    -------
    bytes
        An xlsx workbook.
    """
    points = [_heads(POINTS), *(_point(plant, one) for one in plant.points)]
    register = [_heads(CALIBRATIONS), *_register(plant, on)]
    return workbook(
        {
            in_both("handover.sheet_points"): points,
            in_both("handover.sheet_calibrations"): register,
        }
    )


def _state(point: Point, on: date) -> str | None:
    """Whether a calibration is valid, overdue or was never made; of states nobody asks."""
    end = calibration_end(point)
    if end is None:
        return in_both("calibration.never") if point.accuracy else None
    return in_both(f"calibration.{'overdue' if end < on else 'valid'}")


def _heads(names: tuple[str, ...]) -> list[Cell]:
    return [in_both(f"handover.{name}") for name in names]


def _place(plant: Plant, of: str) -> str:
    return " · ".join(dict.fromkeys(place_name(plant, of, one) for one in Language))


def _point(plant: Plant, one: Point) -> list[Cell]:
    quantity = dict.fromkeys(name_of("quantity", one.quantity, each) for each in Language)
    return [
        one.id,
        " · ".join(quantity),
        _place(plant, one.of),
        str(one.statistic),
        one.unit,
        one.accuracy,
        one.address,
        one.low,
        one.high,
    ]


def _register(plant: Plant, on: date) -> Iterator[list[Cell]]:
    for one in plant.points:
        end = calibration_end(one)
        yield [
            one.id,
            _place(plant, one.of),
            one.accuracy,
            one.calibrated_on.isoformat() if one.calibrated_on else None,
            int(one.calibration_months) if one.calibration_months else None,
            end.isoformat() if end else None,
            _state(one, on),
        ]
