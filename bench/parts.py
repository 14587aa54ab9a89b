"""The parts of the table, by name, in its order."""

from collections.abc import Callable, Iterator

from bench.clock import Row
from bench.daily import daily
from bench.design import response_tests, searches, sizings
from bench.diagnosis import diagnosis
from bench.physics import g_functions, grounds, plant_years
from bench.reports import reports
from bench.telemetry import from_broker_to_disk, queries
from bench.wells import well_sources

Part = Callable[[], Iterator[Row]]
_ALL: tuple[Part, ...] = (
    plant_years,
    grounds,
    g_functions,
    well_sources,
    response_tests,
    sizings,
    searches,
    from_broker_to_disk,
    queries,
    diagnosis,
    daily,
    reports,
)
PARTS = {part.__name__: part for part in _ALL}
