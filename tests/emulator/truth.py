"""A plant as files: its dossier, and beside it the truth."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from . import dossier, loop, records, telemetry
from .design import YEAR
from .meters import all_points, draw_conventions
from .run import Life, Planting, Year, energies, live, shares

BOUNDARY = (
    "GB/T 50801: heat at the load headers / (machines with stand-by + all water pumps); "
    "recharge circulation included"
)


def account(year: Year) -> dict[str, float]:
    """Energies of a year in MWh."""
    figures = {
        "heating_MWh": year.heat[0],
        "cooling_MWh": year.heat[1],
        "electricity_MWh": year.electricity.sum(),
        "machines_MWh": year.machines.sum(),
        "source_pumps_MWh": year.source_pumps.sum(),
        "load_pumps_MWh": year.load_pumps.sum(),
        "ground_extracted_MWh": year.extracted,
        "ground_rejected_MWh": year.rejected,
        "recharge_MWh": year.recharge,
    }
    out = {k: round(float(v) / 1e3, 2) for k, v in figures.items()}
    cop = [round(float(c), 3) for c in year.cop]
    return out | {"system_cop_heating": cop[0], "system_cop_cooling": cop[1]}


def rooms(life: Life) -> dict[str, float]:
    """Comfort in the last year: hours of use 2 K away from the set point, mean temperatures."""
    t, r = life.table[-YEAR:], life.rooms[-YEAR:].mean(axis=1)
    used, b = t[:, loop.OCCUPIED] > 0, life.design.building
    heating, cooling = used & (t[:, loop.MODE] == 1), used & (t[:, loop.MODE] == 2)
    return {
        "heating_hours_2K_below": int((r[heating] < b.heating - 2.0).sum()),
        "cooling_hours_2K_above": int((r[cooling] > b.cooling + 2.0).sum()),
        "room_mean_heating_C": round(float(r[heating].mean()), 2),
        "room_mean_cooling_C": round(float(r[cooling].mean()), 2),
    }


def closure(life: Life) -> dict[str, float]:
    """What the balances of the last year leave open, relative."""
    t = life.table[-YEAR:]
    h, c = t[:, loop.MODE] == 1, t[:, loop.MODE] == 2
    machines = (t[h, loop.HEAT] - t[h, loop.MACHINES] - t[h, loop.SOURCE_HEAT]).sum()
    machines += (t[c, loop.HEAT] + t[c, loop.MACHINES] + t[c, loop.SOURCE_HEAT]).sum()
    water = 1.163 * t[:, loop.FLOW_L] * np.abs(t[:, loop.T_SUPPLY] - t[:, loop.T_RETURN])
    running = t[:, loop.HEAT] > 0
    total = t[:, loop.HEAT].sum()
    load = (water[running] - t[running, loop.HEAT]).sum()
    return {
        "machines": round(float(machines / total), 8),
        "load_loop": round(float(load / total), 8),
    }


def cause_list(life: Life) -> list[dict[str, object]]:
    """The planted causes."""
    everything = life.shortfalls[frozenset()]
    out: list[dict[str, object]] = []
    for i, (c, e) in enumerate(zip(life.causes, life.shapley, strict=True)):
        onset = life.weather.time[c.timing.onset].astype("datetime64[D]")
        out.append(
            {
                "kind": c.row.kind,
                "name": c.row.name,
                "text": c.text,
                "severity": round(c.severity, 4),
                "onset": str(onset),
                "energy_kWh": round(e),
                "alone_kWh": round(life.shortfalls[frozenset({i})] - everything),
            }
        )
    return out


def truth(life: Life, name: str) -> dict[str, object]:
    """Everything that is known of a plant, by the keys that the judge reads."""
    everything = frozenset(range(len(life.causes)))
    shortfall, natural = life.shortfalls[everything], life.shortfalls[frozenset()]
    base = float((life.measured.heat / life.promise.cop).sum())
    share, by_kind = shares(life), energies(life)
    wall = (
        life.table[: life.table.shape[0] // YEAR * YEAR, loop.T_WALL]
        .reshape(-1, YEAR)
        .mean(axis=1)
    )
    return {
        "id": name,
        "source": life.design.kind,
        "seed": life.design.seed,
        "split": "frozen" if life.design.seed % 3 == 2 else "open",
        "climate": life.design.climate,
        "use": life.design.building.use.name,
        "period": [str(t.astype("datetime64[m]")) for t in life.weather.time[[-YEAR, -1]]],
        "boundary": BOUNDARY,
        "healthy": not life.causes,
        "promised": account(life.promise.year),
        "healthy_expected": account(life.healthy),
        "measured": account(life.measured),
        "healthy_expected_note": "the design without causes in the real weather and use",
        "promised_electricity_for_actual_heat_kWh": round(base),
        "shortfall_kWh": round(shortfall),
        "shortfall_share_of_promised": round(shortfall / base, 4),
        "unattributed_kWh": round(natural),
        "unattributed_note": "weather, use, natural spread: healthy minus promise, at actual heat",
        "energy_kWh": {k: round(v) for k, v in by_kind.items()},
        "share": share,
        "dominant": max(share, key=lambda k: share[k]) if max(share.values()) > 0 else None,
        "causes": cause_list(life),
        "rooms": rooms(life),
        "wall_temperature_year_mean_C": [round(float(x), 2) for x in wall],
        "promised_wall_year_mean_C": [round(x, 2) for x in life.promise.wall],
        "closure": closure(life),
    }


def write_plant(
    seed: int,
    name: str,
    folder: Path,
    planted: Planting | None = None,
    months: int | None = None,
    *,
    told: bool = False,
) -> str:
    """
    The dossier and the truth of a seed, or of what is planted; answers a line about it.

    Where all is `told`, ledger and trials exist and show what is wrong.
    """
    life = live(seed, planted)
    rng = np.random.default_rng([seed, 77])
    home = folder / name
    home.mkdir(parents=True)
    conventions, kept = draw_conventions(rng), records.draw_records(life, rng)
    if told:
        names = frozenset(c.row.name for c in life.causes)
        kept = replace(kept, ledger=True, trials=True, shown=names)
    if months is not None:
        conventions = replace(conventions, months=months)
    points, hours = all_points(life, conventions, rng)
    data = telemetry.frame(points, life.weather.time[hours][0], conventions, rng)
    defects: telemetry.Defects = []
    if rng.random() < 0.2:
        data, defects = telemetry.dirty(data, points, rng)
    telemetry.write(data, home / "telemetry", conventions)
    tests = records.write_records(life, kept, home, rng)
    text = (
        dossier.site(life, name)
        + dossier.promised(life)
        + dossier.source(life, tested=bool(tests))
    )
    (home / "plant.toml").write_text(text + tests + dossier.equipment(life), encoding="utf-8")
    dossier.loads(life, home)
    dossier.maps(life, home)
    dossier.point_list(points, home, life.design.handed_over)
    if rng.random() < 0.5:
        w = life.weather
        rows = [
            [str(a), f"{b:.1f}"]
            for a, b in zip(w.time[hours].astype("datetime64[m]"), w.air[hours], strict=True)
        ]
        dossier.table(home / "weather.csv", "time, outdoor_temperature_C", rows)
    answer = truth(life, name) | {
        "meters": asdict(conventions),
        "records": asdict(kept) | {"shown": sorted(kept.shown)},
        "data_defects": defects,
    }
    path = folder / f"{name}.truth.json"
    path.write_text(json.dumps(answer, ensure_ascii=False, indent=1), encoding="utf-8")
    kinds = ", ".join(f"{k} {v:.0%}" for k, v in answer["share"].items() if v > 0) or "healthy"
    return f"{life.design.kind:14s} {100 * answer['shortfall_share_of_promised']:6.1f} %  {kinds}"
