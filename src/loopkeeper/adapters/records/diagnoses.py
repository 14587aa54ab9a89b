"""Diagnoses of plants and their deviations, one after the other: dated, never changed."""

import json
from typing import Any

from sqlalchemy import RowMapping, Select, insert, select

from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.owned import owned, seen_by
from loopkeeper.adapters.records.schema import deviation, diagnosis
from loopkeeper.app.access import Actor
from loopkeeper.app.ports import Diagnosed, FoundDeviation


class Diagnoses:
    """The diagnoses that an actor may see."""

    def __init__(self, records: Records, actor: Actor) -> None:
        """Of a database, for somebody."""
        self._records, self._actor = records, actor

    def add(self, plant: str, made: Diagnosed) -> None:
        """Keep a diagnosis with its deviations, all or nothing; durable when this returns."""
        whole = owned(
            self._actor,
            plant,
            made_at=made.made_at,
            code_version=made.code_version,
            data_version=made.data_version,
            period_start=made.start,
            period_end=made.end,
            found=json.dumps(made.found, ensure_ascii=False),
        )
        with self._records.writing() as base:
            (key,) = base.execute(insert(diagnosis).returning(diagnosis.c.id), [whole]).one()
            rows = [
                owned(
                    self._actor,
                    plant,
                    diagnosis=key,
                    kind=one.kind,
                    cause=one.cause,
                    energy=one.energy,
                    energy_low=one.low,
                    energy_high=one.high,
                    share=one.share,
                    confidence=one.confidence,
                )
                for one in made.deviations
            ]
            if rows:
                base.execute(insert(deviation), rows)

    def all(self, plant: str) -> tuple[Diagnosed, ...]:
        """Return the diagnoses of a plant, the oldest first."""
        return self._found(select(diagnosis).order_by(diagnosis.c.id), plant)

    def last(self, plant: str) -> Diagnosed | None:
        """Return the newest diagnosis of a plant, None before the first."""
        newest = select(diagnosis).order_by(diagnosis.c.id.desc()).limit(1)
        return next(iter(self._found(newest, plant)), None)

    def _found(self, asked: Select[Any], plant: str) -> tuple[Diagnosed, ...]:
        """Diagnoses of a plant, each with its deviations."""
        asked = asked.where(seen_by(self._actor, diagnosis), diagnosis.c.plant == plant)
        with self._records.reading() as base:
            wholes = base.execute(asked).mappings().all()
            keys = [row["id"] for row in wholes]
            parts = select(deviation).where(
                seen_by(self._actor, deviation), deviation.c.diagnosis.in_(keys)
            )
            by_key: dict[int, list[FoundDeviation]] = {}
            for row in base.execute(parts.order_by(deviation.c.id)).mappings():
                by_key.setdefault(row["diagnosis"], []).append(_deviation(row))
        return tuple(_diagnosed(row, by_key.get(row["id"], [])) for row in wholes)


def _deviation(row: RowMapping) -> FoundDeviation:
    return FoundDeviation(
        kind=row["kind"],
        cause=row["cause"],
        energy=row["energy"],
        low=row["energy_low"],
        high=row["energy_high"],
        share=row["share"],
        confidence=row["confidence"],
    )


def _diagnosed(row: RowMapping, deviations: list[FoundDeviation]) -> Diagnosed:
    return Diagnosed(
        made_at=row["made_at"],
        code_version=row["code_version"],
        data_version=row["data_version"],
        start=row["period_start"],
        end=row["period_end"],
        found=json.loads(row["found"]),
        deviations=tuple(deviations),
    )
