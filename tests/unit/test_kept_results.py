"""Results of field tests kept in a dossier, by the names of today and those before."""

import math

import pytest

from loopkeeper.adapters.files.dossier.findings import keep_result, read_findings
from loopkeeper.adapters.files.field_tests.response_logs import read_response_test
from loopkeeper.app.answers.survey import response_json
from loopkeeper.lifecycle.survey.thermal_response_test import interpret
from loopkeeper.plant.words import Language

BEFORE = {
    "conductivity_interval_W_mK": "conductivity_interval",
    "resistance_interval_mK_W": "resistance_interval",
    "undisturbed_interval_C": "undisturbed_interval",
}


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    hours = [n / 12 for n in range(1, 12 * 60)]
    rows = [f"{h:.4f},{2.65 * math.log(3600 * h):.3f},6000" for h in hours]
    path = tmp_path_factory.mktemp("log") / "trt.csv"
    path.write_text("\n".join(["t [h],Tf [degC],P [W]", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def answer(log):
    read, _ = read_response_test(log, {}, None)
    test = interpret(
        read, length=100.0, radius=0.075, heat_capacity=2.4e6, undisturbed_temperature=14.0
    )
    return response_json(log, test, Language.ENGLISH)


def as_before(value):
    if isinstance(value, dict):
        return {BEFORE.get(key, key): as_before(one) for key, one in value.items()}
    return value


@pytest.mark.parametrize("naming", [lambda answer: answer, as_before], ids=["now", "before"])
def test_a_kept_result_reads_back_with_its_intervals(log, answer, naming, tmp_path):
    keep_result(tmp_path, log, "thermal_response", naming(answer))
    (found,), said = read_findings(tmp_path)
    assert said == []
    low, high = answer["design"]["conductivity_interval_W_mK"]
    assert (found.values["conductivity"].low, found.values["conductivity"].high) == (low, high)
    low, high = answer["fit"]["resistance_interval_mK_W"]
    assert (found.values["resistance"].low, found.values["resistance"].high) == (low, high)
