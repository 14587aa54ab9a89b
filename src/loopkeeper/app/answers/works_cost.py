"""What hidden works as found cost, as plain data."""

from collections.abc import Mapping

from loopkeeper.app.answers.common import estimate_json
from loopkeeper.app.answers.forms.works_cost import (
    CostChangeForm,
    CostCourseForm,
    CostReachedForm,
    CureForm,
    HolesFoundForm,
    IgnoranceForm,
    WorksCostForm,
)
from loopkeeper.app.works_costing import WorksCost
from loopkeeper.lifecycle.build.as_found import KINDS, PRIORS
from loopkeeper.lifecycle.build.cure import Cure, CureKind
from loopkeeper.lifecycle.build.running import RunCourse
from loopkeeper.lifecycle.design.economy import CONFIDENCE, CURRENCY
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.units import KWH

MWH = 1000 * KWH
_UNITS = {
    CureKind.EXTRA_HOLES: (1.0, "holes"),
    CureKind.RECHARGE: (MWH, "MWh/a"),
    CureKind.CAP: (1e3, "kW"),
}


def works_cost_json(answer: WorksCost) -> WorksCostForm:
    """Return it as plain data: kWh, MWh and kW, °C, money in the tariff's currency."""
    cost = answer.cost
    return {
        "years": answer.years,
        "currency": answer.currency,
        "holes": _holes(answer),
        "drawn": _course(cost.drawn),
        "found": _course(cost.found),
        "change": _change(cost.change),
        "reached": _reached(cost.reached),
        "of_unrecorded": _change(cost.unrecorded),
        "ignorance": {kind: _ignorance(shares) for kind, shares in cost.ignorance.items()},
        "priors": {
            kind: {"worth_holes": p.holes, "common_sd": p.common, "single_sd": p.single}
            for kind, p in PRIORS.items()
        },
        "promised_coldest_C": answer.promised,
        "target_coldest_C": answer.target,
        "cures": [_cure(one) for one in answer.cures],
        "cure_prices": {"currency": CURRENCY, "confidence": CONFIDENCE},
    }


def _holes(answer: WorksCost) -> HolesFoundForm:
    record, cost = answer.record, answer.cost
    return {
        "drawn": record.drawn.count,
        "drawn_total_length_m": record.drawn.total_length,
        "found_total_length_m": cost.holes.total_length,
        "recorded": {kind: record.told(kind) for kind in KINDS},
        "unrecorded": record.unrecorded,
        "unread": len(record.unread),
        "beyond_drawing": list(record.beyond),
        "resistance_drawn_mK_W": cost.resistance_drawn,
        "resistance_found_mK_W": cost.model.field.resistance,
    }


def _course(course: RunCourse) -> CostCourseForm:
    return {
        "electricity_kWh": course.electricity / KWH,
        "money": course.money,
        "coldest_C": course.coldest,
        "coldest_year": course.coldest_year,
        "warmest_C": course.warmest,
        "unmet_share": course.unmet,
    }


def _change(told: Mapping[str, Estimate]) -> CostChangeForm:
    money = told.get("money")
    return {
        "electricity_kWh": estimate_json(told["electricity"].scaled(1 / KWH)),
        "money": None if money is None else estimate_json(money),
        "coldest_K": estimate_json(told["coldest"]),
        "warmest_K": estimate_json(told["warmest"]),
    }


def _reached(told: Mapping[str, Estimate]) -> CostReachedForm:
    money = told.get("money")
    return {
        "electricity_kWh": estimate_json(told["electricity"].scaled(1 / KWH)),
        "money": None if money is None else estimate_json(money),
        "coldest_C": estimate_json(told["coldest"]),
        "warmest_C": estimate_json(told["warmest"]),
    }


def _ignorance(shares: Mapping[str, float]) -> IgnoranceForm:
    return {
        "electricity_share": shares["electricity"],
        "money_share": shares.get("money"),
        "coldest_share": shares["coldest"],
        "warmest_share": shares["warmest"],
    }


def _cure(cure: Cure) -> CureForm:
    factor, unit = _UNITS[cure.kind]
    return {
        "kind": str(cure.kind),
        "amount": cure.amount / factor,
        "unit": unit,
        "coldest_C": cure.course.coldest,
        "invested": cure.invested,
        "yearly": cure.yearly,
        "life_cycle": cure.life_cycle,
    }
