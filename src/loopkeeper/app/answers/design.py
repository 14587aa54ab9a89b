"""Results of design as JSON."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from loopkeeper.app.designing import Hybridised, Selected, Sized
from loopkeeper.lifecycle.design.consistency import Consistency
from loopkeeper.lifecycle.design.economy import Account
from loopkeeper.lifecycle.design.layout import LayoutSearch
from loopkeeper.lifecycle.design.loads import figures
from loopkeeper.lifecycle.design.phases import Phase
from loopkeeper.lifecycle.design.selection import LEVELS
from loopkeeper.lifecycle.design.wet_sizing import WetSize
from loopkeeper.measure.series import Floats, LoadYear
from loopkeeper.plant.reference_ways import coal_burnt, coal_saved
from loopkeeper.plant.words import Language
from loopkeeper.units import HOUR, KWH


def check_json(found: Consistency, sure: Sized | None, language: Language) -> dict[str, Any]:
    """Return a checked design as plain data, energies in MWh, lengths by probability in metres."""
    run = found.horizon
    lengths = {} if sure is None else sure.reliability.length_for
    mwh = 1000 * KWH
    return {
        "passes": found.passes,
        "length_for_probability_m": {f"{p:g}": _rounded(v, 2) for p, v in lengths.items()},
        "years": run.years,
        "balance_ratio": round(run.balance_ratio, 4),
        "drift_K": round(run.drift, 3),
        "late_drift_K_per_year": round(run.late_drift, 4),
        "yearly": [
            {
                "year": n + 1, "coldest_C": round(float(run.coldest[n]), 2),
                "warmest_C": round(float(run.warmest[n]), 2),
                "coldest_to_field_C": _rounded(run.entering[n], 2),
                "mean_C": round(float(run.mean[n]), 3),
                "extracted_MWh": round(float(run.extracted[n]) / mwh, 2),
                "injected_MWh": round(float(run.injected[n]) / mwh, 2),
                "electricity_MWh": round(float(run.electricity[n]) / mwh, 2),
                "unmet_share": round(float(run.unmet[n]), 5),
            }
            for n in range(run.years)
        ],
        "verdicts": [v.as_dict(language) for v in found.verdicts],
    }  # fmt: skip


def size_json(answer: Sized, language: Language) -> dict[str, Any]:
    """Return a sized field as plain data, lengths in metres."""
    size, sure = answer.found.size, answer.reliability
    return {
        "count": answer.found.task.geometry.count,
        "length_m": round(size.length, 3),
        "total_length_m": round(size.total_length, 1),
        "decided_by": size.decided_by,
        "year": size.year,
        "coldest_C": round(size.coldest, 3),
        "warmest_C": round(size.warmest, 3),
        "coldest_to_field_C": _rounded(size.coldest_entering, 3),
        "numerical_error": size.numerical_error,
        "resistance_mK_W": answer.found.task.resistance,
        "rounds": answer.found.rounds,
        "probability": sure.probability,
        "length_for_probability_m": {f"{p:g}": _rounded(v, 2) for p, v in sure.length_for.items()},
        "no_length_is_enough": sure.hopeless,
        "what_moves_it": {n: round(v, 4) for n, v in sure.ranking.items()},
        "verdicts": [v.as_dict(language) for v in answer.verdicts],
    }


def _rounded(value: float, digits: int) -> float | None:
    """A finite figure, or None."""
    return round(float(value), digits) if np.isfinite(value) else None


def select_json(answer: Selected) -> dict[str, Any]:
    """Return choices of units as plain data, powers in kW."""
    need = answer.need
    return {
        "heating_kW": round(need.heating / 1e3, 1),
        "cooling_kW": round(need.cooling / 1e3, 1),
        "coldest_C": round(need.coldest, 2),
        "ground_C": None if need.ground is None else round(need.ground, 2),
        "type": need.type,
        "choices": [
            {
                "family": c.row.family, "circulation": c.row.circulation, "module": c.row.module,
                "type": c.row.type, "count": c.count, "margin": round(c.margin, 4),
                "flow_m3_h": round(c.flow * HOUR, 2),
                "grade": None if c.grade is None else {
                    "grade": c.grade.grade, "metric": c.grade.metric,
                    "value": round(c.grade.value, 3), "standard": c.grade.standard,
                    "confidence": c.grade.confidence,
                },
                "prices": dict(zip(LEVELS, c.prices, strict=True)),
            }
            for c in answer.choices
        ],
    }  # fmt: skip


def hybrid_json(answer: Hybridised) -> dict[str, Any]:
    """Return splits and other systems as plain data, money in the currency of the prices."""
    return {
        "grid": {"region": answer.grid.region, "year": answer.grid.year,
                 "kg_kWh": answer.grid.factor, "confidence": answer.grid.confidence},
        "splits": [
            {
                "heating_share": s.heating_share, "cooling_share": s.cooling_share,
                "field_m": round(s.field.total_length, 1), "length_m": round(s.field.length, 2),
                "balance": round(s.balance, 4), "covered": round(s.covered, 4),
                "recharge_MWh": round(s.recharge / (1000 * KWH), 2),
                "rejected_MWh": round(s.rejected / (1000 * KWH), 2),
                "measures": list(s.measures),
                **_account_json(s.account, answer),
            }
            for s in answer.found.splits
        ],
        "others": [_account_json(a, answer) for a in answer.found.others],
        "coal_replaced_t": round(coal_burnt(answer.heat) / 1000, 1),
        "refused": dict(answer.found.refused),
    }  # fmt: skip


def _account_json(one: Account, answer: Hybridised) -> dict[str, Any]:
    spent = one.electricity, one.fuel
    saved = coal_saved(answer.heat, answer.cold, spent, answer.capacity)
    return {
        "name": one.name,
        "investment": round(one.investment),
        "yearly": round(one.yearly),
        "life_cycle": round(one.life_cycle),
        "primary_MWh": round(one.primary / (1000 * KWH), 1),
        "carbon_t": round(one.carbon / 1000, 2),
        "coal_saved_t": round(saved / 1000, 1),
    }


def figures_json(load: Floats, area: float | None) -> dict[str, float | None]:
    """Return a load's figures as plain data: kW, MWh, hours, per square metre."""
    found = figures(load)
    energy = found.energy / (1000 * KWH)
    return {
        "peak_kW": round(found.peak / 1e3, 2),
        "p99_kW": round(found.p99 / 1e3, 2),
        "energy_MWh": round(energy, 2),
        "full_load_hours": round(found.full_load_hours, 1),
        "peak_W_m2": None if area is None else round(found.peak / area, 2),
        "energy_kWh_m2": None if area is None else round(1000 * energy / area, 2),
    }


def loads_json(year: LoadYear, area: float | None) -> dict[str, dict[str, float | None]]:
    """Return the figures of a design year's heat, cold and hot water."""
    parts = {"heating": year.heating, "cooling": year.cooling, "hot_water": year.hot_water}
    return {name: figures_json(load, area) for name, load in parts.items()}


def layout_json(found: LayoutSearch) -> dict[str, Any]:
    """Return layouts as plain data, the cheapest first."""
    return {
        "tried": found.tried,
        "too_deep": found.too_deep,
        "best": [
            {
                "count": len(one.places), "length_m": round(one.length, 2),
                "total_length_m": round(one.total_length, 1), "spacing_m": one.spacing,
                "bearing_deg": one.bearing, "cost": round(one.cost),
                "positions_m": [[round(float(x), 3), round(float(y), 3)] for x, y in one.places],
            }
            for one in found.best
        ],
    }  # fmt: skip


def wet_json(found: WetSize, language: Language) -> dict[str, Any]:
    """Return sized wells or a sized exchanger as plain data."""
    answer: dict[str, Any] = {"kind": str(found.plant.source.kind)}
    for name, value, scale in (
        ("count", found.count, 1.0),
        ("spacing_m", found.spacing, 1.0),
        ("flow_m3_h", found.flow, HOUR),
        ("exchanger_kW_K", found.exchanger, 1e-3),
    ):
        if value is not None:
            answer[name] = round(value * scale, 2) if name != "count" else value
    answer["coldest_C"] = round(float(found.run.coldest.min()), 2)
    answer["warmest_C"] = round(float(found.run.warmest.max()), 2)
    answer["verdicts"] = [v.as_dict(language) for v in found.verdicts]
    return answer


def phases_json(steps: Sequence[Phase]) -> list[dict[str, Any]]:
    """Return phases of building as plain data."""
    return [
        {
            "share": one.share, "count": one.count, "added": one.added,
            "margin": round(one.margin, 4),
            "positions_m": [[round(float(x), 3), round(float(y), 3)] for x, y in one.places],
        }
        for one in steps
    ]  # fmt: skip
