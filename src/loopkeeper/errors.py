"""
The errors of Loopkeeper. An exception means: *this call cannot answer*.

Bad news about a plant or its data is a value (``plant.verdict.Verdict``), never an exception.

LoopkeeperError
├── InputError                  what was given cannot be right
│   ├── OutOfRangeError         a number outside the validity of the law
│   ├── UnitError               an unknown unit, or one of another dimension
│   ├── InconsistentPlantError  two statements about the plant contradict each other
│   └── DossierError            a dossier that cannot be read; carries every problem found
├── DataError                   the data do not carry an answer
│   ├── InsufficientDataError   too little of it; carries the named reasons
│   └── UnmappedPointError      a needed point is not in the point list
├── ModelError                  the calculation failed
│   ├── NotConvergedError       an iteration did not settle
│   └── UnphysicalError         a result breaks a physical bound
├── AccessError                 who asks may not see or do that
└── OutsideError                a file or feed outside failed
"""

from collections.abc import Sequence


class LoopkeeperError(Exception):
    """Base of every error raised on purpose."""


class InputError(LoopkeeperError):
    """What was given cannot be right."""


class OutOfRangeError(InputError):
    """A number lies outside the validity of the law."""


class InfeasibleError(InputError):
    """What is asked cannot be reached by any size."""


class UnitError(InputError):
    """The unit is unknown, or of another dimension than expected."""


class InconsistentPlantError(InputError):
    """Two statements about the plant contradict each other."""


class DossierError(InputError):
    """
    A dossier cannot be read; ``reasons`` names every one, not only the first.

    Parameters
    ----------
    message : str
        What failed.
    reasons : sequence of str
        One sentence per reason.
    """

    def __init__(self, message: str, reasons: Sequence[str] = ()) -> None:
        super().__init__("\n".join([message, *(f"  - {r}" for r in reasons)]))
        self.reasons = tuple(reasons)


class DataError(LoopkeeperError):
    """The data do not carry an answer."""


class InsufficientDataError(DataError):
    """
    Too little data; ``reasons`` names what is missing.

    Parameters
    ----------
    message : str
        What could not be answered.
    reasons : sequence of str
        One sentence per reason.
    """

    def __init__(self, message: str, reasons: Sequence[str] = ()) -> None:
        super().__init__("\n".join([message, *(f"  - {r}" for r in reasons)]))
        self.reasons = tuple(reasons)


class UnmappedPointError(DataError):
    """A needed point is not in the point list."""


class ModelError(LoopkeeperError):
    """The calculation failed."""


class NotConvergedError(ModelError):
    """An iteration did not settle."""


class UnphysicalError(ModelError):
    """A result breaks a physical bound."""


class AccessError(LoopkeeperError):
    """Who asks may not see or do that."""


class ConflictError(LoopkeeperError):
    """Somebody else changed it since it was read."""


class OutsideError(LoopkeeperError):
    """A file or feed outside the program failed."""


class StoreError(OutsideError):
    """Telemetry cannot be written or read: disk full, a file damaged or gone."""
