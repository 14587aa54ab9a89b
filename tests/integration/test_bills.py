"""Bills from the command line: a room's own energy and its part of the shared, each by itself."""

import json
from datetime import datetime, timedelta

import pytest
from typer.testing import CliRunner

from loopkeeper.cli.main import app

PLANT = """
format = "dossier/1"
[site]
id = "village"
name = "Village"
latitude = 52.0
longitude = 10.0
timezone = "UTC"
[source]
kind = "borehole_field"
fluid = "water"
[[machine]]
id = "hp1"
medium = "water"
rated_heating_kW = 12.0
rated_cop = 4.6
[[pump]]
id = "sp1"
loop = "source"
flow_m3_h = 2.2
head_m = 6.0
power_kW = 0.2
[tariff]
currency = "EUR"
bands = [{name = "night", price = 0.2, hours = [[23, 7]]},
         {name = "day", price = 0.4, hours = [[7, 23]]}]
"""
POINTS = """point,quantity,of,statistic,unit,accuracy
east,electricity_energy,room-1,counter,kWh,EN1434-3
west,electricity_energy,room-2,counter,kWh,EN1434-3
pump,electricity_power,sp1,mean,kW,IEC-1
"""
HOURS, PUMP, EAST, WEST = 31 * 24, 0.2, 3.0, 1.0


@pytest.fixture
def village(tmp_path):
    """Two rooms of constant use for a month, and the pump they share."""
    start = datetime(2025, 1, 1)  # noqa: DTZ001 a logger's own clock
    rows = [
        f"{start + timedelta(hours=n)},{10 + EAST * n:.1f},{20 + WEST * n:.1f},{PUMP}"
        for n in range(HOURS + 48)
    ]
    (tmp_path / "telemetry").mkdir()
    (tmp_path / "plant.toml").write_text(PLANT, encoding="utf-8")
    (tmp_path / "points.csv").write_text(POINTS, encoding="utf-8")
    log = "\n".join(["time,east,west,pump", *rows])
    (tmp_path / "telemetry" / "log.csv").write_text(log, encoding="utf-8")
    return tmp_path


def test_the_kilowatt_hours_of_a_room_are_those_of_its_meter(village):
    done = CliRunner().invoke(app, ["bill", str(village), "--period", "2025-01", "--json"])
    answer = json.loads(done.stdout)

    def total(room, column):
        return sum(line[column] for line in answer["lines"] if line["room"] == room)

    for room, power in (("room-1", EAST), ("room-2", WEST)):
        assert total(room, "kWh") == pytest.approx(power * HOURS, abs=0.1)
        part = PUMP * HOURS * power / (EAST + WEST)
        assert total(room, "shared_kWh") == pytest.approx(part, abs=0.1)
        money = (power * HOURS + part) * (8 * 0.2 + 16 * 0.4) / 24
        assert answer["totals"][room] == pytest.approx(money, abs=0.05)
