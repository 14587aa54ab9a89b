"""Lists that buildings have of their points: Brick, Haystack, BACnet EDE, plain tables."""

import json

import pytest

from loopkeeper.adapters.files.points.point_sources import read_points
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.monitor.point_mapping import suggest


def told(path):
    return {s.named.address: s for s in suggest(read_points(path))}


def quantities(path):
    return {name: s.quantity for name, s in told(path).items()}


def written(folder, name, text, encoding="utf-8"):
    (folder / name).write_bytes(text.encode(encoding))
    return folder / name


PREFIXES = """
@prefix brick: <https://brickschema.org/schema/{version}Brick#> .
@prefix ref: <https://brickschema.org/schema/Brick/ref#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix b: <urn:house#> .
"""
# thing, classes, what it belongs to, quantity
BUILDING = [
    ("RM12_Space_Temperature", "Air_Temperature_Sensor", "room12", "indoor_temperature"),
    ("TEMP1_Room_9", "Zone_Air_Temperature_Sensor", "vav1", "indoor_temperature"),
    ("avg_floor", "Average_Zone_Air_Temperature_Sensor", "", "indoor_temperature"),
    ("RM12_CO2", "CO2_Sensor", "room12", ""),
    ("RM12_Zone_Stpt", "Zone_Air_Temperature_Setpoint", "room12", ""),
    ("RM12_Mode", "Heating_On_Off_Status", "room12", ""),
    ("RM12_RH", "Humidity_Sensor", "room12", "indoor_humidity"),
    ("sat", "Discharge_Air_Temperature_Sensor", "ahu1", ""),
    ("rat", "Return_Air_Temperature_Sensor", "ahu1", ""),
    ("oat", "Outside_Air_Temperature_Sensor", "ahu1", "outdoor_temperature"),
    ("oah", "Outside_Air_Humidity_Sensor", "ahu1", ""),
    ("duct", "Supply_Air_Static_Pressure_Sensor", "ahu1", ""),
    ("fan", "Fan_On_Off_Status", "ahu1", ""),
    ("pump_run", "Pump_On_Off_Status", "pump1", "running"),
    ("pump_kw", "Electric_Power_Sensor", "pump1", "electricity_power"),
    ("chws", "Chilled_Discharge_Water, brick:Temperature", "", "supply_temperature"),
    ("hwr", "Hot_Water_Return_Temperature_Sensor", "", "return_temperature"),
    ("dt", "Chilled_Water_Differential_Temperature_Sensor", "", ""),
    ("dp", "Chilled_Water_Differential_Pressure_Sensor", "", "differential_pressure"),
    ("hws_high", "High_Hot_Water_Supply_Temperature_Alarm", "", ""),
    ("hws_shed", "Hot_Water_Supply_Temperature_Load_Shed_Status", "", ""),
    ("hws_max", "Max_Hot_Water_Supply_Temperature_Setpoint_Limit", "", ""),
    ("coil_in", "Entering_Water_Temperature_Sensor", "coil1", ""),
    ("ewt", "Entering_Water_Temperature_Sensor", "hp1", "supply_temperature"),
    ("lwt", "Leaving_Water_Temperature_Sensor", "hp1", "return_temperature"),
    ("lhw", "Leaving_Hot_Water_Temperature_Sensor", "hp1", "condenser_outlet_temperature"),
    ("lchw", "Leaving_Chilled_Water_Temperature_Sensor", "hp1", "evaporator_outlet_temperature"),
    ("ecw", "Entering_Condenser_Water_Temperature_Sensor", "hp1", "condenser_inlet_temperature"),
    ("tower", "Leaving_Condenser_Water_Temperature_Sensor", "ct1", "supply_temperature"),
    ("kwh", "Energy_Sensor", "meter", "electricity_energy"),
    ("kvarh", "Reactive_Energy_Sensor", "meter", ""),
    ("top", "Peak_Power_Demand_Sensor", "meter", ""),
    ("gas", "Natural_Gas_Usage_Sensor", "boiler", "gas_volume"),
]
PARTS = """
b:room12 a brick:Room . b:vav1 a brick:VAV . b:ahu1 a brick:AHU . b:hp1 a brick:Heat_Pump .
b:coil1 a brick:Hot_Water_Coil . b:pump1 a brick:Chilled_Water_Pump . b:boiler a brick:Boiler .
b:ct1 a brick:Cooling_Tower . b:meter a brick:Building_Electrical_Meter .
"""


@pytest.mark.parametrize("version", ["", "1.1/", "1.0.2/"])
@pytest.mark.parametrize("link", ["b:{0} brick:isPointOf b:{1} .", "b:{1} brick:hasPoint b:{0} ."])
def test_classes_of_brick_decide(version, link, tmp_path):
    things = "".join(
        f"b:{name} a brick:{kind} .\n" + (link.format(name, part) + "\n" if part else "")
        for name, kind, part, _ in BUILDING
    )
    path = written(tmp_path, "b.ttl", PREFIXES.format(version=version) + PARTS + things)
    found = told(path)
    assert {n: s.quantity for n, s in found.items()} == {n: q for n, *_, q in BUILDING}
    assert all(s.confidence >= 0.8 for s in found.values() if s.quantity)
    places = {
        "ewt": "hp1",
        "pump_kw": "load-pumps",
        "kwh": "site",
        "chws": "load",
        "tower": "source",
        "RM12_Space_Temperature": "zone-12",
        "oat": "site",
    }
    assert {name: found[name].of for name in places} == places
    assert "set-point" in found["RM12_Zone_Stpt"].reason


TYPED = """
b:t1 a brick:Zone_Air_Temperature_Sensor ; brick:hasUnit unit:DEG_F ;
  ref:hasExternalReference [ bacnet:object-identifier "analog-input,1" ; bacnet:objectOf b:d ] .
b:d a bacnet:BACnetDevice ; bacnet:device-instance 123 .
b:t2 a brick:Outside_Air_Temperature_Sensor ;
  ref:hasExternalReference [ ref:BACnetURI "bacnet://5/analog-value,7/present-value" ] .
b:t3 a my:Brine_Supply ; brick:timeseries [ brick:hasTimeseriesId "8f-1" ] .
my:Brine_Supply a owl:Class ; rdfs:subClassOf brick:Supply_Water_Temperature_Sensor .
b:t4 a brick:Deadband .
b:r a brick:Room ; brick:isLocationOf b:t5 .
b:t5 a brick:Temperature_Sensor .
b:t6 a brick:Temperature_Sensor .
b:t7 a brick:Point ; rdfs:label "Ground loop return temp" .
b:hx a brick:Heat_Exchanger ; rdfs:label "Brine" .
"""


def test_things_with_only_a_class_are_points_and_references_their_addresses(tmp_path):
    text = PREFIXES.format(version="") + "@prefix my: <urn:mine#> .\n" + TYPED
    found = told(written(tmp_path, "b.ttl", text))
    assert {n: (s.quantity, s.named.found_at) for n, s in found.items()} == {
        "t1": ("indoor_temperature", "bacnet://123/analog-input,1"),
        "t2": ("outdoor_temperature", "bacnet://5/analog-value,7/present-value"),
        "t3": ("supply_temperature", "8f-1"),
        "t4": ("", ""),
        "t5": ("indoor_temperature", ""),
        "t6": ("", ""),
        "Ground loop return temp": ("return_temperature", ""),
    }
    assert found["t1"].unit == "°F"
    assert found["Ground loop return temp"].confidence < 0.8


STATES = [
    # class, part, quantity of a chiller, of an air handler
    ("Status", "running", ""), ("Run_Status", "running", ""), ("On_Off_Status", "running", ""),
    ("Start_Stop_Status", "running", ""), ("Cooling_Start_Stop_Status", "running", ""),
    ("Fault_Status", "fault_code", ""), ("Off_Status", "", ""), ("Lockout_Status", "", ""),
    ("Drive_Ready_Status", "", ""), ("Lead_Lag_Status", "", ""), ("Enable_Status", "", ""),
    ("Emergency_Push_Button_Status", "", ""), ("Open_Close_Status", "", ""),
    ("Flow_Sensor", "flow", ""), ("Water_Flow_Sensor", "flow", "flow"),
    ("Pressure_Sensor", "pressure", ""), ("Differential_Pressure_Sensor",
                                          "differential_pressure", ""),
    ("Water_Level_Sensor", "", ""), ("Conductivity_Sensor", "", ""),
    ("Capacity_Sensor", "part_load", ""), ("Blowdown_Water_Flow_Sensor", "", ""),
    ("High_Temperature_Hot_Water_Flow_Sensor", "flow", "flow"), ("Fuel_Flow_Sensor", "", ""),
]  # fmt: skip


def test_what_a_class_says_beyond_the_words_known_is_not_read_past(tmp_path):
    parts = "b:c a brick:Chiller . b:a a brick:AHU . b:r a brick:Room .\n"
    things = "".join(
        f"b:{part}{n} a brick:{kind} ; brick:isPointOf b:{part} .\n"
        for n, (kind, *_) in enumerate(STATES)
        for part in "ca"
    )
    air = (
        "Embedded_Temperature_Sensor",
        "Underfloor_Air_Temperature_Sensor",
        "Natural_Gas_Temperature_Sensor",
        "Absolute_Humidity_Sensor",
    )
    things += "".join(f"b:r{n} a brick:{k} ; brick:isPointOf b:r .\n" for n, k in enumerate(air))
    found = told(written(tmp_path, "b.ttl", PREFIXES.format(version="") + parts + things))
    sure = {n: s.quantity if s.confidence >= 0.8 else "" for n, s in found.items()}
    wanted = {f"c{n}": machine for n, (_, machine, _) in enumerate(STATES)}
    wanted |= {f"a{n}": air for n, (_, _, air) in enumerate(STATES)}
    assert sure == wanted | {f"r{n}": "" for n in range(len(air))}
    of = {found[f"c{n}"].of for n, (kind, q, _) in enumerate(STATES) if q and "Hot" not in kind}
    assert of == {"machines"}


RELATED = """
b:sys a brick:Chilled_Water_System ; brick:hasPart b:p1 . b:p1 a brick:Pump .
b:wp a brick:Heat_Pump ; brick:feeds b:p2 . b:p2 a brick:Pump .
b:ct a brick:Cooling_Tower . b:p3 a brick:Water_Pump ; brick:isFedBy b:ct .
b:heat_pump_2 a brick:Pump . b:p4 a brick:Pump .
b:s1 a brick:Pump_On_Off_Status ; brick:isPointOf b:p1 .
b:s2 a brick:Electric_Power_Sensor ; brick:isPointOf b:p2 .
b:s3 a brick:Electric_Power_Sensor ; brick:isPointOf b:p3 .
b:s4 a brick:Electric_Power_Sensor ; brick:isPointOf b:p4 .
b:s5 a brick:Electric_Power_Sensor ; brick:isPointOf b:heat_pump_2 .
b:s6 a brick:Leaving_Chilled_Water_Temperature_Sensor ; brick:isPointOf b:wp .
b:s7 a brick:Water_Flow_Sensor ; brick:hasLocation b:room7 . b:room7 a brick:Room .
b:m1 a brick:Electrical_Meter ; brick:isPointOf b:floor ; rdfs:label "LPHW kWh" .
b:m2 a brick:Electrical_Meter .
b:s8 a brick:Chilled_Water_Temperature_Sensor ; brick:hasUnit unit:K ;
  rdfs:label "T CHW sup" .
b:s9 a brick:Differential_Pressure_Sensor ; rdfs:label "AHU3 dp" .
b:s10 a brick:Chilled_Water_Thermal_Energy_Sensor .
b:s11 a brick:Energy_Sensor ; brick:hasUnit unit:W ; brick:isPointOf b:wp .
b:u1 a brick:Point ; ref:hasExternalReference [ bacnet:object-identifier "analog-input,1" ;
  bacnet:description "Brine supply temperature" ] .
b:u2 a brick:Point ; ref:hasExternalReference [ bacnet:object-identifier "analog-output,2" ;
  bacnet:description "Brine supply temperature" ] .
"""


def test_relations_and_references_tell_what_classes_leave_open(tmp_path):
    found = told(written(tmp_path, "b.ttl", PREFIXES.format(version="") + RELATED))
    assert {n: (s.quantity, s.of) for n, s in found.items()} == {
        "s1": ("running", "load-pumps"),
        "s2": ("electricity_power", "load-pumps"),
        "s3": ("electricity_power", "source-pumps"),
        "s4": ("electricity_power", ""),
        "s5": ("electricity_power", "hp2"),
        "s6": ("evaporator_outlet_temperature", "machines"),
        "s7": ("flow", ""),
        "T CHW sup": ("supply_temperature", "load"),
        "AHU3 dp": ("", ""),
        "s10": ("cooling_energy", "load"),
        "s11": ("", ""),
        "LPHW kWh": ("heat_energy", "load"),
        "u1": ("supply_temperature", "source"),
        "u2": ("", ""),
    }
    sure = {n for n, s in found.items() if s.confidence >= 0.8}
    assert sure == {"s1", "s2", "s3", "s5", "s6", "s10", "T CHW sup"}


FRAMED = """
@prefix bf: <http://buildsys.org/ontologies/BrickFrame#> .
@prefix old: <http://buildsys.org/ontologies/Brick#> .
b:t1 a old:Zone_Temperature_Sensor, bf:Label, bf:TagSet ; bf:isPointOf b:Room_A ;
  rdfs:label "T1"@en .
b:t2 a old:Chilled_Water_Supply_Temperature_Sensor, bf:TagSet, owl:NamedIndividual .
b:t3 a old:CO2_Sensor, bf:TagSet ; bf:isLocatedIn b:Room_A .
"""


def test_the_frame_of_old_models_is_no_class(tmp_path):
    found = told(written(tmp_path, "b.ttl", PREFIXES.format(version="") + FRAMED))
    assert {n: (s.quantity, s.confidence >= 0.8) for n, s in found.items()} == {
        "T1": ("indoor_temperature", True),
        "t2": ("supply_temperature", True),
        "t3": ("", False),
    }


GRID = """ver:"3.0"
id,dis,point,sensor,sp,cmd,zone,air,temp,water,entering,elec,power,unit,equip,heatPump,equipRef
@e1,"Heat Pump 4",,,,,,,,,,,,,M,M,
@p1 "EWT","EWT",M,M,,,,,M,M,M,,,"°C",,,@e1 "Heat Pump 4"
@p2,"Zone, 3",M,M,,,M,M,M,,,,,"°C",,,
@p3,"Zone 3 sp",M,,M,,M,M,M,,,,,"°C",,,
@p4,"kW",M,M,,,,,,,,M,M,"kW",,,@e1 "Heat Pump 4"
@p5,"Run",M,,,M,,,,,,,,,,,@e1
"""


def test_a_grid_in_zinc_and_in_json_says_the_same(tmp_path):
    found = told(written(tmp_path, "g.zinc", GRID))
    wanted = {
        "p1": ("supply_temperature", "hp4"),
        "p2": ("indoor_temperature", "zone-3"),
        "p3": ("", ""),
        "p4": ("electricity_power", "hp4"),
        "p5": ("", ""),
    }
    assert {n: (s.quantity, s.of) for n, s in found.items()} == wanted
    lines = [line.replace('"Zone, 3"', '"Zone 3"').split(",") for line in GRID.splitlines()[1:]]
    rows = [
        {
            c: {"_kind": "marker"}
            if v == "M"
            else v.split(" ")[0].strip("@")
            if c.endswith(("id", "Ref"))
            else v.strip('"')
            for c, v in zip(lines[0], line, strict=True)
            if v
        }
        for line in lines[1:]
    ]
    found = told(written(tmp_path, "g.json", json.dumps({"rows": rows})))
    assert {n: (s.quantity, s.of) for n, s in found.items()} == wanted


def test_water_that_enters_an_exchanger_is_its_primary_supply(tmp_path):
    rows = [{"id": "r:hx", "dis": "HX 1", "heatExchanger": "m:", "equip": "m:"}]
    rows += [
        {"id": f"r:{side}.{way}", "point": "m:", "equipRef": "r:hx"}
        | dict.fromkeys((side, way, "water", "temp", "sensor"), "m:")
        for side in ("primary", "secondary")
        for way in ("entering", "leaving")
    ]
    rows += [
        {"id": f"r:{n}", "dis": name, "point": "m:", "equipRef": "r:hx", "sensor": "m:", tag: "m:"}
        for n, (name, tag) in enumerate(
            (
                ("Primary inlet", "temp"),
                ("Primary outlet", "temp"),
                ("Pressure drop", "pressure"),
                ("Delta T", "temp"),
            )
        )
    ]
    found = quantities(written(tmp_path, "g.json", json.dumps({"rows": rows})))
    ways = ["supply_temperature", "return_temperature"]
    assert list(found.values()) == ways + ways[::-1] + ways + ["differential_pressure", ""]


@pytest.mark.parametrize("sided", [True, False])
def test_a_machine_that_tells_its_source_apart_has_load_water_else(sided, tmp_path):
    points = [
        ("lwt", "leaving water temp sensor"),
        ("ewt", "entering water temp sensor"),
        ("defrost", "defrost status"),
        ("run", "run status"),
    ]
    points += [("swt", "entering source temp sensor")] if sided else []
    rows = [{"id": "r:hp", "dis": "HP 3", "heatPump": "m:", "equip": "m:"}]
    rows += [
        {"id": f"r:{name}", "point": "m:", "equipRef": "r:hp"} | dict.fromkeys(tags.split(), "m:")
        for name, tags in points
    ]
    found = quantities(written(tmp_path, "g.json", json.dumps({"rows": rows})))
    ways = ["supply_temperature", "return_temperature"]
    assert [found["lwt"], found["ewt"]] == (ways if sided else ways[::-1])
    assert (found["run"], found["defrost"]) == ("running", "")
    assert found.get("swt", ways[0]) == ways[0]


def test_points_of_a_grid_without_markers_are_told_by_their_names(tmp_path):
    kept = {"point": "m:", "his": "m:", "cur": "m:"}
    names = ("cond leaving temp", "gpm", "compressor starts", "reset", "enable")
    rows = [
        {
            "id": f"r:site.chiller_1.{name.replace(' ', '-')}",
            "dis": "not mapped",
            "equipRef": "r:site.chiller_1",
            **kept,
        }
        for name in names
    ]
    found = told(written(tmp_path, "g.json", json.dumps({"rows": rows})))
    assert [(s.quantity, s.of) for s in found.values()] == [
        ("condenser_outlet_temperature", "hp1"),
        ("flow", "hp1"),
        ("starts", "hp1"),
        ("", ""),
        ("", ""),
    ]
    assert all(s.confidence < 0.8 for s in found.values())


TRIO = """dis:"Heat Pump 4"
id:@e1
equip
heatPump
---
id:@p1
dis:EWT
point
sensor
water
temp
entering
unit:"°C"
equipRef:@e1
---
dis:ZN-T
point
bacnetCur:AI7
bacnetDesc:"Zone 3 temperature"
kind:Number
---
dis:CLG
point
cmd
"""


def test_records_in_trio(tmp_path):
    found = told(written(tmp_path, "g.trio", TRIO))
    assert {n: (s.quantity, s.of, s.named.found_at) for n, s in found.items()} == {
        "p1": ("supply_temperature", "hp4", ""),
        "ZN-T": ("indoor_temperature", "zone-3", "AI7"),
        "CLG": ("", "", ""),
    }


ALIKE = """
<urn:house#rooms/3/temperature> a brick:Zone_Air_Temperature_Sensor ; brick:hasLocation b:room3 ;
  brick:hasPoint b:meter1 .
<urn:house#rooms/4/temperature> a brick:Zone_Air_Temperature_Sensor ; brick:hasLocation b:room4 .
b:room3 a brick:Room . b:room4 a brick:Room . b:meter1 a brick:Electrical_Meter .
b:a a brick:CO2_Sensor ; rdfs:label "CO2" . b:b a brick:CO2_Sensor ; rdfs:label "CO2" .
"""


def test_names_that_things_share_are_told_apart_and_meters_are_no_points(tmp_path):
    found = told(written(tmp_path, "b.ttl", PREFIXES.format(version="") + ALIKE))
    assert {n: s.of for n, s in found.items()} == {
        "3/temperature": "zone-3",
        "4/temperature": "zone-4",
        "a": "",
        "b": "",
    }


HEAD = """# Engineering-Data-Exchange - B.I.G.-EU;;;
PROJECT_NAME;Haus;;
VERSION_OF_LAYOUT;2.3;;
#mandatory;mandatory;mandatory;mandatory
"""
COLUMNS = (
    "keyname;device obj.-instance;object-name;object-type;object-instance;description;"
    "settable;unit-code"
)
OBJECTS = [
    # name, type, description, settable, unit, quantity, of
    ("H01_WP2_TVL", 0, "Wärmepumpe 2 Vorlauftemperatur", "N", 62, "supply_temperature", "hp2"),
    ("H01_SO_TE", 0, "Soleeintritt", "N", 62, "supply_temperature", "source"),
    ("H01_SO_TA", 0, "Sole Austritt", "N", 62, "return_temperature", "source"),
    ("H01_AT", 0, "Außentemperatur", "N", 62, "outdoor_temperature", "site"),
    ("H01_R12", 0, "Raumtemperatur", "N", 62, "indoor_temperature", "zone-h-01-r-12"),
    ("H01_HK_SW", 2, "Heizkreis Vorlauf Sollwert", "Y", 62, "", ""),
    ("H01_KL", 2, "Aussentemperatur im Knickpunkt", "", 62, "", ""),
    ("H01_DT", 2, "Spreizung Sole", "N", 63, "", ""),
    ("H01_WMZ", 23, "Wärmemengenzähler Nutzung", "N", 146, "heat_energy", "load"),
    ("H01_ELZ", 2, "Stromzähler WP2", "N", 19, "electricity_energy", "hp2"),
    ("H01_P", 4, "Solepumpe Befehl", "Y", "", "", ""),
    ("H01_PB", 3, "Solepumpe Betrieb", "N", "", "running", "source-pumps"),
    ("H01_Y", 1, "Mischventil Stellung", "Y", 98, "", ""),
    ("H01_TR", 20, "Vorlauftemperatur Trend", "N", "", "", ""),
    ("H01_ZP", 17, "Zeitprogramm Raumtemperatur", "N", "", "", ""),
    ("H01_GA", 5, "Vorlauftemperatur zu hoch", "N", "", "", ""),
    ("H01_CO2", 0, "Raumluft CO2", "N", 96, "", ""),
    ("H01", 8, "Station", "", "", "", ""),
]


def objects(delimiter=";"):
    return "\n".join(
        delimiter.join(f"{x}" for x in (f"K{n}", 4711, name, kind, n, text, settable, unit))
        for n, (name, kind, text, settable, unit, *_) in enumerate(OBJECTS)
    )


@pytest.mark.parametrize(
    ("encoding", "delimiter", "head"),
    [
        ("cp1252", ";", HEAD + "# "),
        ("utf-8-sig", ";", HEAD + "#"),
        ("utf-8", ",", "#x\n"),
        ("utf-16", ";", HEAD),
    ],
)
def test_ede_files_of_every_make(encoding, delimiter, head, tmp_path):
    columns = COLUMNS.replace(";", delimiter).replace("settable", "commandable")
    text = f"{head}{columns}\r\n{objects(delimiter)}\r\n"
    found = told(written(tmp_path, "haus_EDE.csv", text, encoding))
    assert {n: (s.quantity, s.of) for n, s in found.items()} == {
        name: (quantity, of) for name, *_, quantity, of in OBJECTS
    }
    assert found["H01_WP2_TVL"].named.found_at == "bacnet://4711/analog-input,0"
    assert (found["H01_WMZ"].unit, found["H01_WMZ"].statistic) == ("MWh", "counter")
    assert all(s.confidence >= 0.8 for s in found.values() if s.quantity)


def test_ede_names_that_stand_twice_and_units_of_the_maker(tmp_path):
    rows = "K1;1;T;0;1;Zone 1 temperature;N;2000\nK2;2;T;AI;1;Zone 2 temperature;N;62\n"
    path = written(tmp_path, "a_EDE.csv", f"#{COLUMNS}\n{rows}")
    written(tmp_path, "a_Units.csv", "#Code;Unit\n2000;°C\n62;degrees\n")
    found = told(path)
    assert {n: (s.of, s.unit) for n, s in found.items()} == {
        "1.T": ("zone-1", "°C"),
        "2.T": ("zone-2", "°C"),
    }


REGISTRY = """Point Name,Volttron Point Name,Units,BACnet Object Type,Property,Writable,Index
Plant/A.HP1-LWT,HeatPump1LeavingWaterTemperature,degreesFahrenheit,analogInput,presentValue,FALSE,7
Plant/A.OA-T,OutdoorAirTemperature,degreesFahrenheit,analogValue,presentValue,FALSE,8
Plant/A.LW-SP,LeavingWaterTemperatureSetPoint,degreesFahrenheit,analogValue,presentValue,TRUE,9
Plant/A.P1-C,LoadPump1Command,Enum,binaryOutput,presentValue,TRUE,10
Plant/A.F,LoadFlow,usGallonsPerMinute,analogInput,presentValue,FALSE,11
"""


def test_the_registry_of_a_bacnet_driver(tmp_path):
    found = list(told(written(tmp_path, "r.csv", REGISTRY)).values())
    assert [(s.quantity, s.of, s.unit) for s in found if s.confidence >= 0.8] == [
        ("return_temperature", "hp1", "°F"),
        ("outdoor_temperature", "site", "°F"),
        ("flow", "load", "gal/min"),
    ]
    assert found[0].named.found_at == "bacnet:///analog-input,7"
    assert "set-point" in found[2].reason


def test_the_name_of_the_project_is_no_room(tmp_path):
    rows = "".join(
        f"House Space:P{n};1;P{n};0;{n};House Space.Kreis {n} Messwert;N;62\n" for n in range(30)
    )
    found = told(written(tmp_path, "a.csv", f"#{COLUMNS}\n{rows}"))
    assert {s.quantity for s in found.values()} == {""}


@pytest.mark.parametrize(
    "text",
    [
        "point,name,unit\nA1,地源侧供水温度,degC\nA2,101房间温度设定,degC\n",
        "测点;描述;单位\nA1;地源侧供水温度;℃\nA2;101房间温度设定;℃\n",
        "Point Name\tDescription\tUnits\nA1\tGround loop supply temp\tdegrees-celsius\n"
        "A2\tRoom temp set point\tdegC\n",
    ],
)
def test_plain_lists_by_their_headings(text, tmp_path):
    path = written(tmp_path, "n.csv", text)
    assert quantities(path) == {"A1": "supply_temperature", "A2": ""}
    assert told(path)["A1"].of == "source"


def test_a_list_of_names_alone_and_one_that_is_none(tmp_path):
    assert quantities(written(tmp_path, "n.csv", "HP1 power\nHP2 power\nCHWS temp\n")) == {
        "HP1 power": "electricity_power",
        "HP2 power": "electricity_power",
        "CHWS temp": "supply_temperature",
    }
    for text, words in [
        ("a,b\n1,2\n", "no column point"),
        ("point,name\nA,x\nA,y\n", "'A' stands there twice"),
        ("point,name\n,x\nA,y\n", "point is empty"),
        (f"#{COLUMNS}\n", "no objects below the header"),
    ]:
        with pytest.raises(InputError, match=words):
            read_points(written(tmp_path, "n.csv", text))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("m.ttl", "b:x a", "m.ttl: no Turtle"),
        ("m.rdf", "<rdf", "m.rdf: no Xml"),
        ("m.jsonld", '{"a"', "m.jsonld: no Json-ld"),
        ("m.zinc", 'ver:"3.0"', "no Haystack grid"),
        ("m.trio", "dis:a", "marker 'point'"),
        ("m.csv", "", "no column point"),
    ],
)
def test_what_is_no_list_is_said(name, text, words, tmp_path):
    with pytest.raises(InputError, match=words):
        read_points(written(tmp_path, name, text))


def test_demands_and_usage_meters_of_old_models_are_points(tmp_path):
    text = PREFIXES.format(version="1.0.2/") + (
        "b:house_kwd a brick:Energy_Demand .\n"
        "b:Heat_Meter_Rate a brick:Current_Usage_Meter .\n"
        "b:House_Meter a brick:Meter .\n"
        "b:Hall_Fan_2_OA_Temp a brick:Outside_Air_Temperature_Sensor .\n"
    )
    found = told(written(tmp_path, "old.ttl", text))
    assert set(found) == {"house_kwd", "Heat_Meter_Rate", "Hall_Fan_2_OA_Temp"}
    assert found["house_kwd"].quantity == "electricity_power"
    assert found["Heat_Meter_Rate"].confidence < 0.8
    outside = found["Hall_Fan_2_OA_Temp"]
    assert (outside.quantity, outside.of) == ("outdoor_temperature", "site")
    assert outside.confidence >= 0.8
