"""Who gives the ports of :mod:`loopkeeper.app.outside`; rooms are imported when asked for."""

from functools import cached_property

from loopkeeper.app.handover_ports import Handovers
from loopkeeper.app.outside import (
    DesignFiles,
    Dossiers,
    Emulator,
    FieldTests,
    Memberships,
    Peers,
    PointLists,
    Standards,
    Stores,
)
from loopkeeper.app.paper import Printer
from loopkeeper.app.works_ports import WorkForms, Works


class Wired:
    """The ports as this program has them; another process that is given it wires its own."""

    def __reduce__(self) -> tuple[type["Wired"], tuple[()]]:
        """Travel to other processes without the modules."""
        return Wired, ()

    @cached_property
    def dossiers(self) -> Dossiers:
        """Folders of plants."""
        from loopkeeper.bootstrap import dossiers  # noqa: PLC0415

        return dossiers

    @cached_property
    def field_tests(self) -> FieldTests:
        """Logs of field tests."""
        from loopkeeper.bootstrap import field_tests  # noqa: PLC0415

        return field_tests

    @cached_property
    def design_files(self) -> DesignFiles:
        """What a designer brings along."""
        from loopkeeper.bootstrap import design_files  # noqa: PLC0415

        return design_files

    @cached_property
    def standards(self) -> Standards:
        """Packs of standards."""
        from loopkeeper.bootstrap import standards  # noqa: PLC0415

        return standards

    @cached_property
    def point_lists(self) -> PointLists:
        """Points as buildings name them."""
        from loopkeeper.bootstrap import point_lists  # noqa: PLC0415

        return point_lists

    @cached_property
    def printer(self) -> Printer:
        """Paper and pages."""
        from loopkeeper.bootstrap import printer  # noqa: PLC0415

        return printer

    @cached_property
    def emulator(self) -> Emulator:
        """Plants with known faults."""
        from loopkeeper.bootstrap import emulator  # noqa: PLC0415

        return emulator

    @cached_property
    def stores(self) -> Stores:
        """Files of telemetry stores."""
        from loopkeeper.bootstrap import stores  # noqa: PLC0415

        return stores

    @cached_property
    def memberships(self) -> Memberships:
        """Who may come in at a service."""
        from loopkeeper.bootstrap import memberships  # noqa: PLC0415

        return memberships

    @cached_property
    def peers(self) -> Peers:
        """Those that listen to a recording."""
        from loopkeeper.bootstrap import peers  # noqa: PLC0415

        return peers

    @cached_property
    def works(self) -> Works:
        """Ledgers of hidden works."""
        from loopkeeper.bootstrap import works  # noqa: PLC0415

        return works

    @cached_property
    def work_forms(self) -> WorkForms:
        """Workbooks of hidden works."""
        from loopkeeper.bootstrap import work_forms  # noqa: PLC0415

        return work_forms

    @cached_property
    def handovers(self) -> Handovers:
        """Packages of hand-overs."""
        from loopkeeper.bootstrap import handovers  # noqa: PLC0415

        return handovers


outside = Wired()
"""The ports of this process."""
