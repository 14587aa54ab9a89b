"""Names as systems of buildings write them, each with what a person reads in it."""

import pytest

from loopkeeper.lifecycle.monitor.point_mapping import Named, suggest

SURE = 0.8
LABELLED = """
ChWS-T;°C;supply_temperature
ChWR-T;°C;return_temperature
CHWST;°F;supply_temperature
CHWRT;°F;return_temperature
HWS_Temp;degC;supply_temperature
HWR_Temp;degC;return_temperature
HWST SP;degC;-
CWS Temp;degC;supply_temperature
CWR Temp;degC;return_temperature
CHW Flow;L/s;flow
CHWP-1 Status;;running
CHWP-1 kW;kW;electricity_power
CHWP-2 VFD Speed;%;-
HP-1 EWT;°F;supply_temperature
HP-1 LWT;°F;return_temperature
HP1 EWT SP;°F;-
AHU-1 SA-T;°F;-
AHU-1 RA-T;°F;-
AHU-1 MA-T;°F;-
AHU-1 SF CMD;;-
AHU-1 SF STS;;-
OAT;°F;outdoor_temperature
OA-T;°F;outdoor_temperature
OA-RH;%;-
VAV-101 ZN-T;°F;indoor_temperature
VAV-101 ZN-SP;°F;-
VAV-101 ZN-T SP;°F;-
RM205 CO2;ppm;-
RM 205 Temp;°F;indoor_temperature
RM 205 RH;%;indoor_humidity
Room 12 Space Temp Setpoint;°C;-
Zone 3 Occupied Heating Setpoint;°C;-
CH-1 Active Power;kW;electricity_power
CH-1 Run Status;;running
CH-1 Alarm;;-
CH-1 Enable;;-
CH-1 Start/Stop CMD;;-
CH-1 Evap EWT;°C;evaporator_inlet_temperature
CH-1 Evap LWT;°C;evaporator_outlet_temperature
CH-1 Cond EWT;°C;condenser_inlet_temperature
CH-1 Cond LWT;°C;condenser_outlet_temperature
CH-1 Suction Pressure;kPa;-
CH-1 Discharge Pressure;kPa;-
CH-1 Amps;A;-
Ground Loop Supply Temp;°C;supply_temperature
Ground Loop Return Temp;°C;return_temperature
GLHE Flow;m3/h;flow
Geo_Loop_DP;kPa;differential_pressure
Building Loop DP SP;kPa;-
Main Meter kWh;kWh;electricity_energy
BTU Meter Energy;kWh;heat_energy
DHW Tank Temp;°C;-
Boiler 1 Gas Meter;m3;gas_volume
Well 2 Level;m;water_level
CT-1 Fan Speed;%;-
Lighting Panel kWh;kWh;-
EF-3 Status;;-
Damper Position;%;-
CHW Valve Position;%;valve_position
CHW Valve Cmd;%;-
Outside Air Damper;%;-
Space CO2 Setpoint;ppm;-
地源侧供水温度;℃;supply_temperature
地源侧回水温度;℃;return_temperature
地源侧供水压力;kPa;pressure
用户侧供水温度;℃;supply_temperature
用户侧回水温度;℃;return_temperature
用户侧供水温度设定;℃;-
1#热泵机组电量;kWh;electricity_energy
2#主机功率;kW;electricity_power
2#主机故障;;fault_code
2#主机启停控制;;-
2#主机运行模式;;-
1#主机负荷率;%;part_load
1#主机蒸发器进水温度;℃;evaporator_inlet_temperature
1#主机冷凝器出水温度;℃;condenser_outlet_temperature
1#主机排气温度;℃;-
用户侧热量;GJ;heat_energy
累计冷量;kWh;cooling_energy
瞬时流量;m3/h;flow
1#地源侧循环泵运行状态;;running
2#用户侧循环泵频率;Hz;-
2#用户侧循环泵电量;kWh;electricity_energy
室外温度;℃;outdoor_temperature
室外湿度;%;-
101房间温度;℃;indoor_temperature
101房间CO2浓度;ppm;-
101房间温度设定值;℃;-
会议室湿度;%;indoor_humidity
新风机组送风温度;℃;-
冷却水供水温度;℃;supply_temperature
冷冻水回水温度;℃;return_temperature
冷冻水供回水温差;℃;-
3号井水温;℃;water_temperature
2号井回灌流量;m3/h;reinjection_flow
T3测温孔60m地温;℃;ground_temperature
补水流量;m3/h;-
水箱液位;m;water_level|-
总电量;kWh;electricity_energy
照明电量;kWh;-
WP1 Vorlauftemperatur;°C;supply_temperature
WP1 Rücklauftemperatur;°C;return_temperature
WP1 Sollwert Vorlauf;°C;-
Sole Vorlauf Temp;°C;supply_temperature
Sole Rücklauf Temp;°C;return_temperature
Aussentemperatur;°C;outdoor_temperature
Raumtemperatur EG;°C;indoor_temperature
Raumfeuchte EG;%;indoor_humidity
WMZ Heizung Energie;MWh;heat_energy
WMZ Heizung Leistung;kW;heat_power
WP1 Störung;;fault_code
WP1 Betrieb;;running
Umwälzpumpe Betriebsmeldung;;running
Heizkreis Vorlauf Soll;°C;-
Zuluft Temperatur;°C;-
Abluft Feuchte;%;-
Durchfluss Sole;m3/h;flow
Stromzähler WP1;kWh;electricity_energy
Puffer oben Temperatur;°C;-
GSHP Condenser Entering Water Temperature;°C;condenser_inlet_temperature
Borehole supply temperature;°C;supply_temperature
hp_2_power_kw;kW;electricity_power
source_pump_1_power;kW;electricity_power
load_side_heat_power;kW;heat_power
heat_meter_total_energy;MWh;heat_energy
outdoor_air_humidity;%;-
compressor_1_starts;;starts
compressor speed;Hz;-
supply air temp;°C;-
Supply Air Flow;m3/h;-
Space Temperature;°C;indoor_temperature
SP1 Status;;running
SP-2 kW;kW;electricity_power
SPACE 1 TEMP;°C;indoor_temperature
Spare AI 7;;-
Steam Flow;kg/h;-
Refrigerant Leak Alarm;;-
Sprinkler Flow Switch;;-
Elevator 2 Power;kW;-
PV Power;kW;-
EV Charger 1 Energy;kWh;-
COP;;-
CHW dT;K;-
HP1 Runtime;h;-
GHX Supply Temperature;°F;supply_temperature
GHX Return Temperature;°F;return_temperature
Loop Water Supply Temp;°F;supply_temperature
Loop Water Return Temp;°F;return_temperature
LWS-T;°F;supply_temperature|-
HP-12 Space Temp;°F;indoor_temperature
HP-12 Discharge Air Temp;°F;-
HP-12 Compressor Status;;running
HP-12 Fan Status;;-
HP-12 Occ Clg Setpt;°F;-
HP-12 Reversing Valve;;-
WSHP_3_LWT;°F;return_temperature
WSHP_3_EWT;°F;supply_temperature
Chiller 1 Evaporator Entering Water Temperature;°F;evaporator_inlet_temperature
Chiller 1 Condenser Water Flow;gal/min;flow
Chiller 1 kW/ton;;-
Chiller 1 Chilled Water Supply Temp Setpoint;°F;-
Chiller 1 Percent RLA;%;-
Primary CHW Pump 1 Run;;running
Primary CHW Flow;gal/min;flow
Secondary CHW DP;psi;differential_pressure
HHW Supply Temp;°F;supply_temperature
HHW Return Temp;°F;return_temperature
HW Supply Temp Reset;°F;-
Boiler-1 Enable;;-
Outdoor Air Temperature;°F;outdoor_temperature
Outdoor Dewpoint;°F;-
Outdoor Wet Bulb;°F;-
AHU1.DuctStaticPressure;Pa;-
AHU1.CoolingCoilLeavingAirTemp;°F;-
AHU1.HWCoilValvePos;%;valve_position
AHU1.MixedAirDamper;%;-
RTU-2 Supply Fan Power;kW;-
Room 301 Temperature;°C;indoor_temperature
Room 301 Humidity;%;indoor_humidity
Room 301 Occupancy;;-
Room 301 Effective Setpoint;°C;-
Lobby Temp;°F;indoor_temperature
Conference Room B CO2 Level;ppm;-
Pool Water Temp;°F;-
Domestic HW Supply Temp;°F;supply_temperature
DHW Recirc Pump Status;;running
Building Electric Meter Demand;kW;electricity_power
Building Electric Meter Energy;kWh;electricity_energy
Peak Demand Today;kW;-
Solar Production;kWh;-
Heat Pump 2 Compressor Power;kW;electricity_power
HeatPump2.ElectricEnergy;kWh;electricity_energy
HeatPump2.ThermalEnergyHeating;kWh;heat_energy
HeatPump2.CoolingEnergy;kWh;cooling_energy
HeatPump2.FaultCode;;fault_code
HeatPump2.CondensingPressure;bar;-
HeatPump2.SourceInTemp;°C;supply_temperature
HeatPump2.SourceOutTemp;°C;return_temperature
HeatPump2.LoadInTemp;°C;return_temperature
HeatPump2.LoadOutTemp;°C;supply_temperature
brine_in_temperature;°C;supply_temperature
brine_out_temperature;°C;return_temperature
flow_temperature;°C;supply_temperature
return_temperature;°C;return_temperature
target_flow_temperature;°C;-
hot_water_tank_temperature;°C;-
compressor_run_hours;h;-
circulation_pump_source_power;W;electricity_power
T_brine_supply;°C;supply_temperature
Borehole 3 temp 50m;°C;ground_temperature
Groundwater level well 1;m;water_level
Injection well 2 flow;m3/h;reinjection_flow
Production well 1 temperature;°C;water_temperature
Injection well 2 wellhead pressure;bar;wellhead_pressure
冷热水机组1出水温度;℃;supply_temperature
1号热泵机组用户侧出水温度;℃;supply_temperature
1号热泵机组用户侧进水温度;℃;return_temperature
1号热泵机组地源侧进水温度;℃;supply_temperature
1号热泵机组地源侧出水温度;℃;return_temperature
1号热泵机组冷凝压力;kPa;-
1号热泵机组电流;A;-
1号热泵机组累计运行时间;h;-
一次侧供水温度;℃;supply_temperature
二次侧回水压力;kPa;pressure
末端供回水压差;kPa;differential_pressure
末端压差设定值;kPa;-
空调侧总流量;m3/h;flow
集水器温度;℃;-
分水器供水温度;℃;supply_temperature
地埋管换热器进口温度;℃;return_temperature|-
热泵系统总耗电量;kWh;electricity_energy
用户侧水泵2故障;;fault_code
冷却塔风机频率;Hz;-
生活热水水箱温度;℃;-
空调箱回风温度;℃;-
新风温度;℃;-
办公室温度;℃;indoor_temperature
室内二氧化碳;ppm;-
抽水井1流量;m3/h;flow|abstraction_flow
回灌井2水位;m;water_level
电动阀开度;%;valve_position
电动阀控制;%;-
Wärmepumpe 2 Leistungsaufnahme;kW;electricity_power
Wärmepumpe 2 Heizleistung;kW;heat_power
Soleeintritt Temperatur;°C;supply_temperature
Soleaustritt Temperatur;°C;return_temperature
Verdampfer Austritt Temperatur;°C;evaporator_outlet_temperature
Heizkreis 1 Rücklauf;°C;return_temperature
Kältespeicher Temperatur;°C;-
Außenfühler;°C;outdoor_temperature
Raumsollwert;°C;-
Volumenstrom Heizung;m3/h;flow
Differenzdruck Netz;mbar;differential_pressure
Zählerstand Strom WP;kWh;electricity_energy
Sammelstörung;;-|fault_code
Pumpe Primär Ein;;running|-
Lüftung Zuluft Soll;°C;-
B1.CHLR.CHWST;degF;supply_temperature
B1.CHLR.CHWRT;degF;return_temperature
B1.CHLR.CDWST;degF;supply_temperature
B1.CHLR.CDWRT;degF;return_temperature
B1.CHLR.CHWSTSP;degF;-
B1.CHLR.KW;kW;electricity_power
B1.CHLR.STS;;running
B1.CHLR.ALM;;-
B1.HWP1.SPD;%;-
B1.HWP1.AMPS;A;-
B1.OAT;degF;outdoor_temperature
B1.OAH;%;-
FCU-3-04 Room Temp;degC;indoor_temperature
FCU-3-04 Room Temp SP;degC;-
FCU-3-04 Valve;%;-
FCU-3-04 Fan Spd;;-
Zone_Temperature_12;degC;indoor_temperature
ZoneTempSp_12;degC;-
Temp_Zone_3;degC;indoor_temperature
SpaceTemp;degF;indoor_temperature
EffectOccCoolSP;degF;-
DischargeAirTemp;degF;-
EntWaterTemp;degF;supply_temperature
LvgWaterTemp;degF;return_temperature
LoopFlowGPM;gal/min;flow
LoopDP;psi;differential_pressure
GeoField_EWT;°F;supply_temperature
GeoField_LWT;°F;return_temperature
HP_Total_kWh;kWh;electricity_energy
Pump_GW_1_kW;kW;electricity_power
BTU_CHW_Total;kWh;cooling_energy
BTU_HW_Rate;kW;heat_power
BTU_CHW_Flow;L/s;flow
NIBE BT1 outdoor temperature;°C;outdoor_temperature
NIBE BT2 supply temperature;°C;supply_temperature
NIBE BT3 return temperature;°C;return_temperature
NIBE BT6 hot water charging;°C;-
NIBE BT10 brine in;°C;supply_temperature
NIBE BT11 brine out;°C;return_temperature
NIBE BT50 room temperature;°C;indoor_temperature
Degree minutes;;-
Compressor starts;;starts
Compressor frequency;Hz;-
Calculated supply temperature;°C;-
地源热泵机组1进水温度(源侧);℃;supply_temperature
地源热泵机组1出水温度(源侧);℃;return_temperature
DY_GS_T;℃;-|supply_temperature
源侧供水压力;MPa;pressure
负荷侧瞬时流量;m3/h;flow
负荷侧瞬时热量;kW;heat_power
负荷侧累积热量;MWh;heat_energy
1#循环泵频率反馈;Hz;-
1#循环泵手自动;;-
1#循环泵运行;;running
主机1冷冻水出水温度;℃;supply_temperature|evaporator_outlet_temperature
主机1冷却水进水温度;℃;condenser_inlet_temperature|supply_temperature
主机1出水温度设定;℃;-
主机1压缩机1运行时间;h;-
主机1通讯状态;;-
软水箱液位;m;-
室内温度_302;℃;indoor_temperature
302室内湿度;%;indoor_humidity
室外湿球温度;℃;-
电表_热泵1_正向有功电度;kWh;electricity_energy
电表_热泵1_A相电压;V;-
电表_热泵1_总有功功率;kW;electricity_power
电表_热泵1_功率因数;;-
热表_供水温度;℃;supply_temperature
热表_回水温度;℃;return_temperature
热表_累计流量;m3;-
测井3水位;m;water_level
P.CHW.PUMP-2.VFD:POWER;kW;electricity_power
P.CHW.PUMP-2.VFD:FREQ;Hz;-
P.CHW.PUMP-2.VFD:FAULT;;fault_code
P.CHW.PUMP-2.Start Stop;;-
2#循环泵启停;;-
P.CHW.Outside Air Temp;°F;outdoor_temperature
P.CHW.BTU:ENERGY RATE;kW;heat_power
P.CHW.BTU:VOLUME RATE;m3/h;flow
P.CHW.HWS_ERR;;-
P.CHW.BEAM DPT;;-
P.FCU12.RM 7.AUX TEMP;°F;-
P.AHU4.CAV2.FLOW;;-
P.AHU4.PRESSURE;;-
P.AHU4.RUN STATUS;;-
LPHW FLOW TEMP;°C;supply_temperature
CHW thermal energy;kWh;cooling_energy
HHW thermal energy;kWh;heat_energy
BTU meter CHW total;kWh;cooling_energy
制冷机房总功率;kW;electricity_power
制冷机房修正后功率;kW;-
昨日同时刻冷负荷;kW;-
系统总负荷;kW;heat_power
HP1 thermal power output;kW;heat_power
HP1 valve output;%;-
Auxiliary heat power consumption;W;electricity_power
Drive ambient temperature;°C;-
HP1 current fault code;;fault_code
CHW flow switch;;-
HP1 isolation valve status;;-
Strömungswächter Sole;;-
HP1 cooling capacity;kW;heat_power
Building electricity monthly usage;kWh;-
Building electricity demand;kW;electricity_power
机房本月用电量;kWh;-
HX1 pressure drop primary;kPa;differential_pressure
"""
"""Name; unit; the quantity, ``-`` where it is none of the plant, ``|`` between alternatives."""


def labelled():
    rows = [line.split(";") for line in LABELLED.strip().splitlines()]
    return [(name, unit, set(wanted.split("|"))) for name, unit, wanted in rows]


def test_what_is_sure_is_right_and_most_is_found():
    asked = labelled()
    found = suggest([Named(address=name, name=name, unit=unit) for name, unit, _ in asked])
    sure = [(s, w) for s, (*_, w) in zip(found, asked, strict=True) if s.confidence >= SURE]
    wrong = [s.named.name for s, wanted in sure if (s.quantity or "-") not in wanted]
    assert len(wrong) <= 0.02 * len(sure), wrong
    measured = [(s, w) for s, (*_, w) in zip(found, asked, strict=True) if "-" not in w]
    right = [s for s, wanted in measured if s.quantity in wanted]
    assert len(right) >= 0.95 * len(measured)
    assert sum(s.confidence >= SURE for s in right) >= 0.9 * len(measured)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("VAV-7 ZN-T SP", "set-point"),
        ("CHWP-2 CMD", "command"),
        ("RM 12 CO2", "CO2"),
        ("CH-1 Alarm", "alarm"),
        ("AHU-2 Mode", "operating mode"),
        ("机组运行模式", "operating mode"),
        ("供水温度设定", "set-point"),
        ("Heizkreis Vorlauf Sollwert", "set-point"),
        ("CHW dT", "difference of temperatures"),
        ("HHW DP2 STAGEHIGH", "limit"),
    ],
)
def test_what_a_point_is_instead_is_said(name, reason):
    (found,) = suggest([Named(address=name, name=name)])
    assert (found.quantity, found.of, found.confidence) == ("", "", 0.0)
    assert reason in found.reason


PLACES = [
    # name, unit, of
    ("SP1 kWh", "kWh", "sp1"),
    ("1071 Space Temperature", "°C", "zone-1071-space-temperature"),
    ("RM1071 Space Temperature", "°C", "zone-1071"), ("CHWP-1 kW", "kW", "lp1"),
    ("CWP-2 kW", "kW", "sp2"), ("Sole Pumpe Leistung", "kW", "source-pumps"),
    ("WSHP_3 EWT", "°F", "hp3"), ("AHU-2 HW Supply Temp", "°C", "terminals"),
    ("总电量", "kWh", "site"), ("CWS Temp", "°C", "source"), ("HWR Temp", "°C", "load"),
    ("生活热水供水温度", "℃", "hot-water"), ("FCU13.RM1017.Zone Air Temp", "°F", "zone-1017"),
    ("CH-2 chilled water energy kWh el", "kWh", "hp2"),
    ("Chiller cooling kW el", "kW", "machines"), ("制冷机房总功率", "kW", "plant"),
    ("Floor 3 Zone 4 Outside Air Temp", "°C", "site"),
    ("系统冷负荷", "kW", "load"), ("Heat extracted from the loop", "kW", "source"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "unit", "of"), PLACES)
def test_where_a_point_stands(name, unit, of):
    (found,) = suggest([Named(address=name, name=name, unit=unit)])
    assert found.of == of


def test_a_class_is_never_contradicted_by_a_name():
    named = [
        Named(
            address="SP1_Space_T",
            name="SP1_Space_T",
            kind="Air Temperature Sensor",
            part="RM 12|Room",
        ),
        Named(address="room temperature", name="room temperature", kind="CO2 Sensor"),
        Named(address="HW Return", name="HW Return", kind="Hot Water Supply Temperature Sensor"),
        Named(
            address="HP1 power kW",
            name="HP1 power kW",
            kind="Heating On Off Status",
            part="Room 3",
        ),
    ]
    space, air, supply, mode = suggest(named)
    assert (space.quantity, space.of) == ("indoor_temperature", "zone-12")
    assert (air.quantity, mode.quantity) == ("", "")
    assert supply.quantity == "supply_temperature"
    assert supply.confidence < SURE
