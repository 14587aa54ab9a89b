"""Results of design as JSON."""

from collections.abc import Mapping, Sequence

import numpy as np

from loopkeeper.app.answers.common import verdicts_json
from loopkeeper.app.answers.forms.design import (
    AccountForm,
    BegunForm,
    DesignCheckForm,
    HybridForm,
    LayoutsForm,
    LoadForm,
    LoadsForm,
    PhasesForm,
    SelectionForm,
    SizeForm,
    WetSizeForm,
)
from loopkeeper.app.designing import Hybridised, Selected, Sized
from loopkeeper.lifecycle.design.beginning import Beginning
from loopkeeper.lifecycle.design.consistency import Consistency
from loopkeeper.lifecycle.design.economy import Account
from loopkeeper.lifecycle.design.layout import LayoutSearch
from loopkeeper.lifecycle.design.loads import figures
from loopkeeper.lifecycle.design.phases import Phase
from loopkeeper.lifecycle.design.selection import LEVELS
from loopkeeper.lifecycle.design.wet_sizing import WetSize
from loopkeeper.measure.series import Floats, LoadYear
from loopkeeper.plant.reference_ways import coal_burnt, coal_saved
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language
from loopkeeper.units import HOUR, KWH


def check_json(
    found: Consistency, sure: Sized | None, verdict: str, language: Language
) -> DesignCheckForm:
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
                "year": n + 1,
                "coldest_C": round(float(run.coldest[n]), 2),
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
        "verdicts": verdicts_json(found.verdicts, language),
        "verdict": verdict,
    }


def size_json(answer: Sized, language: Language) -> SizeForm:
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
        "verdicts": verdicts_json(answer.verdicts, language),
    }


def _rounded(value: float, digits: int) -> float | None:
    """A finite figure, or None."""
    return round(float(value), digits) if np.isfinite(value) else None


def select_json(answer: Selected, said: Sequence[Verdict], language: Language) -> SelectionForm:
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
                "family": c.row.family,
                "circulation": c.row.circulation,
                "module": c.row.module,
                "type": c.row.type,
                "count": c.count,
                "margin": round(c.margin, 4),
                "flow_m3_h": round(c.flow * HOUR, 2),
                "grade": None
                if c.grade is None
                else {
                    "grade": c.grade.grade,
                    "metric": c.grade.metric,
                    "value": round(c.grade.value, 3),
                    "standard": c.grade.standard,
                    "confidence": c.grade.confidence,
                },
                "prices": dict(zip(LEVELS, c.prices, strict=True)),
            }
            for c in answer.choices
        ],
        "verdicts": verdicts_json(said, language),
    }


def hybrid_json(answer: Hybridised, said: Sequence[Verdict], language: Language) -> HybridForm:
    """Return splits and other systems as plain data, money in the currency of the prices."""
    return {
        "grid": {
            "region": answer.grid.region,
            "year": answer.grid.year,
            "kg_kWh": answer.grid.factor,
            "confidence": answer.grid.confidence,
        },
        "splits": [
            {
                "heating_share": s.heating_share,
                "cooling_share": s.cooling_share,
                "field_m": round(s.field.total_length, 1),
                "length_m": round(s.field.length, 2),
                "balance": round(s.balance, 4),
                "covered": round(s.covered, 4),
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
        "verdicts": verdicts_json(said, language),
    }


def _account_json(one: Account, answer: Hybridised) -> AccountForm:
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


def figures_json(load: Floats, area: float | None) -> LoadForm:
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


def loads_json(
    year: LoadYear,
    place: tuple[str, float | None],
    columns: Mapping[str, Sequence[str]],
    said: Sequence[Verdict],
    language: Language,
) -> LoadsForm:
    """Return a design year as plain data: its file and area [m2], what it was read from."""
    file, area = place
    return {
        "loads": file,
        "model": not columns,
        "heating": figures_json(year.heating, area),
        "cooling": figures_json(year.cooling, area),
        "hot_water": figures_json(year.hot_water, area),
        "columns": {name: list(names) for name, names in columns.items() if names},
        "verdicts": verdicts_json(said, language),
    }


def layout_json(found: LayoutSearch, said: Sequence[Verdict], language: Language) -> LayoutsForm:
    """Return layouts as plain data, the cheapest first."""
    return {
        "tried": found.tried,
        "too_deep": found.too_deep,
        "best": [
            {
                "count": len(one.places),
                "length_m": round(one.length, 2),
                "total_length_m": round(one.total_length, 1),
                "spacing_m": one.spacing,
                "bearing_deg": one.bearing,
                "cost": round(one.cost),
                "positions_m": [[round(float(x), 3), round(float(y), 3)] for x, y in one.places],
            }
            for one in found.best
        ],
        "verdicts": verdicts_json(said, language),
    }


def wet_json(found: WetSize, language: Language) -> WetSizeForm:
    """Return sized wells or a sized exchanger as plain data."""
    answer: WetSizeForm = {
        "kind": str(found.plant.source.kind),
        "coldest_C": round(float(found.run.coldest.min()), 2),
        "warmest_C": round(float(found.run.warmest.max()), 2),
        "verdicts": verdicts_json(found.verdicts, language),
    }
    if found.count is not None:
        answer["count"] = found.count
    if found.spacing is not None:
        answer["spacing_m"] = round(found.spacing, 2)
    if found.flow is not None:
        answer["flow_m3_h"] = round(found.flow * HOUR, 2)
    if found.exchanger is not None:
        answer["exchanger_kW_K"] = round(found.exchanger / 1000, 2)
    return answer


def phases_json(
    length: float, steps: Sequence[Phase], said: Sequence[Verdict], language: Language
) -> PhasesForm:
    """Return phases of building with holes of a length [m] as plain data."""
    return {
        "length_m": round(length, 2),
        "phases": [
            {
                "share": one.share,
                "count": one.count,
                "added": one.added,
                "margin": round(one.margin, 4),
                "positions_m": [[round(float(x), 3), round(float(y), 3)] for x, y in one.places],
            }
            for one in steps
        ],
        "verdicts": verdicts_json(said, language),
    }


def begun_json(
    folder: str,
    plant: Beginning,
    assumed: Mapping[str, object],
    steps: Sequence[tuple[str, str]],
) -> BegunForm:
    """Return a dossier that was begun as plain data."""
    return {
        "plant": folder,
        "id": plant.id,
        "name": plant.name,
        "timezone": plant.timezone,
        "latitude": plant.latitude,
        "longitude": plant.longitude,
        "use": plant.use,
        "area_m2": plant.area,
        "source": str(plant.source),
        "heating_kW": plant.heating,
        "cooling_kW": plant.cooling,
        "ground_C": plant.ground,
        "count": plant.count,
        "length_m": plant.length,
        "assumed": dict(assumed),
        "next": [{"part": part, "possible": possible} for part, possible in steps],
    }
