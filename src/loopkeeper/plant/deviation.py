"""The seven kinds of deviation and what is known of their frequency."""

from enum import StrEnum


class DeviationKind(StrEnum):
    """
    The seven kinds of the 2025 industry report, in the order of the survey's shares.

    Members carry the Chinese name and the share among 120 surveyed projects (method of that
    survey undisclosed; confidence S).
    """

    DESIGN = "design"
    OPERATION = "operation"
    THERMAL_BALANCE = "thermal_balance"
    CONSTRUCTION = "construction"
    RESOURCE = "resource"
    HYDRAULIC = "hydraulic"
    COMMISSIONING = "commissioning"


SURVEY_SHARE = {
    DeviationKind.DESIGN: 0.27,
    DeviationKind.OPERATION: 0.22,
    DeviationKind.THERMAL_BALANCE: 0.18,
    DeviationKind.CONSTRUCTION: 0.15,
    DeviationKind.RESOURCE: 0.10,
    DeviationKind.HYDRAULIC: 0.05,
    DeviationKind.COMMISSIONING: 0.03,
}
