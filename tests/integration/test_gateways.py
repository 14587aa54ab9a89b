"""Gateways against real peers on loopback: a Modbus server, a BACnet device, an OPC UA server."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import asyncua
import polars as pl
import pytest
from asyncua import ua
from bacpypes3.apdu import AbortPDU
from bacpypes3.app import Application
from bacpypes3.errors import UnrecognizedService
from bacpypes3.local.analog import AnalogInputObject, AnalogValueObject
from bacpypes3.local.binary import BinaryValueObject
from bacpypes3.local.device import DeviceObject
from bacpypes3.local.networkport import NetworkPortObject
from pymodbus import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from loopkeeper.adapters.feeds.bacnet.feed import BacnetFeed, Bus
from loopkeeper.adapters.feeds.modbus.feed import Device, ModbusFeed
from loopkeeper.adapters.feeds.modbus.registers import Register, blocks
from loopkeeper.adapters.feeds.opcua.feed import OpcUaFeed, Server
from loopkeeper.app.columns import SCHEMA
from loopkeeper.app.ingesting import Tally, kept_running
from loopkeeper.errors import InputError
from peers.processes import free_port

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


class Kept:
    """An intake that remembers."""

    def __init__(self):
        self.frames, self.refused, self.tally = [], [], Tally()

    async def keep(self, frame, _feed):
        self.frames.append(frame)

    async def refuse(self, _feed, source, reason, _payload):
        self.refused.append((source, reason))

    def rows(self):
        return pl.concat([pl.DataFrame(schema=SCHEMA), *self.frames])

    def values(self, point):
        return self.rows().filter(pl.col("point") == point)["value"].to_list()


@asynccontextmanager
async def running(feed, kept):
    task = asyncio.create_task(kept_running(feed, kept))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(true, seconds=10.0):
    for _ in range(int(seconds / 0.02)):
        if true():
            return True
        await asyncio.sleep(0.02)
    return bool(true())


MODBUS = """point,table,address,type,words,scale,offset
supply,holding,0,int16,,0.1,
energy,holding,2,uint32,little,,
flow,holding,4,float32,big,3.6,1
level,input,0,uint16,,0.01,-5
pump,coil,3,,,,
far,holding,900,uint16,,,
"""


def modbus_device():
    return SimDevice(
        1,
        simdata=(
            [SimData(0, values=[False, False, False, True], datatype=DataType.BITS)],
            [SimData(0, values=[True] * 8, datatype=DataType.BITS)],
            [SimData(0, values=[65411, 7, 0x1388, 1, 0x4148, 0], datatype=DataType.REGISTERS)],
            [SimData(0, values=[1234], datatype=DataType.REGISTERS)],
        ),
    )


@pytest.mark.parametrize("framer", ["tcp", "rtu_over_tcp"])
def test_modbus_registers_of_every_kind(tmp_path, framer):
    (tmp_path / "map.csv").write_text(MODBUS)
    port = free_port()
    kind = FramerType.SOCKET if framer == "tcp" else FramerType.RTU

    async def play():
        kept = Kept()
        options = Device("office", str(tmp_path / "map.csv"), "127.0.0.1", port, framer, 0.1, 0.5)
        feed = ModbusFeed(options)
        async with running(feed, kept):
            assert await until(lambda: kept.tally.failures["modbus"] > 0)  # nobody is there yet
            server = ModbusTcpServer(modbus_device(), framer=kind, address=("127.0.0.1", port))
            await server.serve_forever(background=True)
            assert await until(lambda: len(kept.frames) >= 2)
            assert feed.state()["connected"]
            await server.shutdown()
            before = len(kept.frames)
            assert await until(lambda: not feed.state()["connected"])
            server = ModbusTcpServer(modbus_device(), framer=kind, address=("127.0.0.1", port))
            await server.serve_forever(background=True)
            assert await until(lambda: len(kept.frames) > before + 1, 15)
            await server.shutdown()
        return kept

    kept = asyncio.run(play())
    assert kept.values("supply")[0] == pytest.approx(-12.5)
    assert kept.values("energy")[0] == 0x00011388
    assert kept.values("flow")[0] == pytest.approx(3.6 * 12.5 + 1)
    assert kept.values("level")[0] == pytest.approx(7.34)
    assert kept.values("pump")[0] == 1.0
    bad = kept.rows().filter(pl.col("point") == "far")
    assert set(bad["value"]) == {None}
    assert set(bad["quality"]) == {2}


def test_registers_that_are_refused_are_bad_and_a_server_that_is_silent_says_nothing(tmp_path):
    (tmp_path / "map.csv").write_text("point,table,address\nfar,holding,900\n")
    port = free_port()

    async def play():
        kept = Kept()
        server = ModbusTcpServer(modbus_device(), address=("127.0.0.1", port))
        await server.serve_forever(background=True)
        table = str(tmp_path / "map.csv")
        feed = ModbusFeed(Device("office", table, "127.0.0.1", port, every=0.1, timeout=0.5))
        async with running(feed, kept):
            assert await until(lambda: len(kept.frames) >= 2)
            state = feed.state()
            await server.shutdown()
            assert await until(lambda: not feed.state()["connected"])
            told = len(kept.frames)
            await asyncio.sleep(0.5)
        return kept, state, told

    kept, state, told = asyncio.run(play())
    assert set(kept.rows().select("value", "quality").iter_rows()) == {(None, 2)}
    assert state["connected"]
    assert state["failed_blocks"] == state["blocks"] == 1
    assert len(kept.frames) == told


HOLES = """point,table,address,type,order,missing
a,holding,0,int16,,
gone,holding,1,uint16,,
b,holding,2,float32,CDAB,
none,holding,4,float32,,
c,holding,6,uint16,,0xFFFF
d,holding,9,int16,,
"""


def test_a_register_that_is_not_there_costs_no_neighbour(tmp_path):
    """Holding 1 and 7 to 8 answer exception 2; 4.5 in words reversed; a float that is none."""
    (tmp_path / "map.csv").write_text(HOLES)
    port = free_port()
    device = SimDevice(
        1,
        simdata=[
            SimData(0, values=[65411], datatype=DataType.REGISTERS),
            SimData(2, values=[0, 0x4090, 0x7FC0, 0, 0xFFFF], datatype=DataType.REGISTERS),
            SimData(9, values=[17], datatype=DataType.REGISTERS),
        ],
    )

    async def play():
        kept = Kept()
        server = ModbusTcpServer(device, address=("127.0.0.1", port))
        await server.serve_forever(background=True)
        feed = ModbusFeed(
            Device("office", str(tmp_path / "map.csv"), "127.0.0.1", port, every=0.1, timeout=0.5)
        )
        async with running(feed, kept):
            assert await until(lambda: len(kept.frames) >= 3)
            state = feed.state()
        await server.shutdown()
        return kept, state

    kept, state = asyncio.run(play())
    last = kept.frames[-1]
    found = {p: (v, q) for p, v, q in last.select("point", "value", "quality").iter_rows()}
    assert found == {
        "a": (-125.0, 0),
        "gone": (None, 2),
        "b": (4.5, 0),
        "none": (None, 2),
        "c": (None, 2),
        "d": (17.0, 0),
    }
    assert state["failed_blocks"] == 1
    assert state["connected"]


def test_registers_are_read_in_few_requests():
    def at(address, kind="uint16", table="holding", unit=1):
        return Register(f"p{address}", unit, table, address, kind, "big", 1.0, 0.0)

    found = blocks([at(0), at(4), at(20), at(21, "float64"), at(300), at(0, unit=2)])
    assert [(b.unit, b.start, b.count, len(b.registers)) for b in found] == [
        (1, 0, 5, 2),
        (1, 20, 5, 2),
        (1, 300, 1, 1),
        (2, 0, 1, 1),
    ]
    assert all(b.count <= 120 for b in blocks([at(n) for n in range(500)]))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("point,table\na,holding\n", "no column address"),
        ("point,table,address\na,holding,x\n", "row 2: address 'x' is no number"),
        ("point,table,address\na,holding,70000\n", "expected 0 to 65535"),
        ("point,table,address\na,cabinet,1\n", "table 'cabinet': expected holding"),
        ("point,table,address,type\na,holding,1,real\n", "type 'real': expected int16"),
        ("point,table,address\na,holding,1\na,holding,2\n", "stands there twice"),
    ],
)
def test_a_wrong_map_names_its_row(tmp_path, text, words):
    (tmp_path / "map.csv").write_text(text)
    with pytest.raises(InputError, match=words) as error:
        ModbusFeed(Device("office", str(tmp_path / "map.csv")))
    assert str(error.value).startswith("map.csv: ")


def bacnet_device(port):
    device = DeviceObject(objectIdentifier=("device", 1), objectName="peer", vendorIdentifier=999)
    network = NetworkPortObject(
        f"127.0.0.1/24:{port}", objectIdentifier=("network-port", 1), objectName="port"
    )
    return Application.from_object_list([device, network])


def test_bacnet_by_polling_and_by_change(tmp_path):
    port, ours, silent = free_port(), free_port(), free_port()
    (tmp_path / "map.csv").write_text(
        "point;device;object;cov\n"
        f"supply;127.0.0.1:{port};analog-value,1;yes\npump;127.0.0.1:{port};binary-value,1;\n"
        f"none;127.0.0.1:{port};analog-value,99;\nghost;127.0.0.1:{silent};analog-value,1;\n"
    )

    async def play():
        peer = bacnet_device(port)
        supply = AnalogValueObject(
            objectIdentifier=("analog-value", 1),
            objectName="supply",
            presentValue=7.5,
            covIncrement=0.05,
        )
        peer.add_object(supply)
        peer.add_object(
            BinaryValueObject(
                objectIdentifier=("binary-value", 1),
                objectName="pump",
                presentValue="active",
            )
        )
        kept = Kept()
        bus = Bus("office", str(tmp_path / "map.csv"), f"127.0.0.1/24:{ours}", 30.0, 0.4)
        feed = BacnetFeed(bus)
        async with running(feed, kept):
            assert await until(lambda: feed.state()["changes"] >= 1)
            assert await until(lambda: feed.state()["polls"] >= 1)
            for value in (8.0, 8.01, 9.0):
                supply.presentValue = value
                await asyncio.sleep(0.05)
            assert await until(lambda: feed.state()["changes"] >= 3)
            state = feed.state()
        peer.close()
        return kept, state

    kept, state = asyncio.run(play())
    assert kept.values("supply")[-2:] == [8.0, 9.0]  # 8.01 is within the increment
    assert kept.values("pump") == [1.0]
    assert kept.values("none") == [None]
    assert kept.values("ghost") == [None]
    assert state["silent_devices"] == 1
    assert state["connected"]


class Simple(Application):
    """A device that knows to read one property, and nothing else."""

    how = "rejects"

    async def do_ReadPropertyMultipleRequest(self, apdu):  # noqa: N802 - the library's own name
        if self.how == "rejects":
            raise UnrecognizedService
        if self.how == "aborts" and len(apdu.listOfReadAccessSpecs) > 1:
            return await self.response(
                AbortPDU(srv=True, reason="segmentation-not-supported", context=apdu)
            )
        if self.how == "silent":
            return None
        return await super().do_ReadPropertyMultipleRequest(apdu)


FLAGS = {
    "good": {"presentValue": 7.5, "statusFlags": [0, 0, 0, 0]},
    "alarm": {"presentValue": 8.5, "statusFlags": [1, 0, 0, 0], "eventState": "high-limit"},
    "fault": {"presentValue": 8.8, "statusFlags": [0, 1, 0, 0], "reliability": "open-loop"},
    "reliability": {"presentValue": 1.0, "reliability": "unreliable-other"},
    "sound": {"presentValue": 1.5, "reliability": "no-fault-detected"},
    "out": {"presentValue": 5.0, "statusFlags": [0, 0, 0, 1], "outOfService": True},
    "nan": {"presentValue": float("nan"), "statusFlags": [0, 0, 0, 0]},
}
JUDGED = {
    "good": (7.5, 0), "alarm": (8.5, 0), "fault": (8.8, 2), "reliability": (1.0, 2),
    "sound": (1.5, 0), "out": (5.0, 1), "nan": (None, 2), "none": (None, 2),
}  # fmt: skip


@pytest.mark.parametrize("how", ["answers", "rejects", "aborts", "silent"])
def test_bacnet_flags_of_devices_of_every_skill(tmp_path, how):
    port, ours = free_port(), free_port()
    rows = [
        f"{name};127.0.0.1:{port};analog-input,{n};{'yes' if name == 'fault' else ''}\n"
        for n, name in enumerate(JUDGED, 1)
    ]
    (tmp_path / "map.csv").write_text("point;device;object;cov\n" + "".join(rows))

    async def play():
        device = DeviceObject(
            objectIdentifier=("device", 1), objectName="peer", vendorIdentifier=999
        )
        network = NetworkPortObject(
            f"127.0.0.1/24:{port}", objectIdentifier=("network-port", 1), objectName="port"
        )
        peer = Simple.from_object_list([device, network])
        peer.how = how
        for n, (name, given) in enumerate(FLAGS.items(), 1):
            peer.add_object(
                AnalogInputObject(
                    objectIdentifier=("analog-input", n),
                    objectName=name,
                    covIncrement=0.1,
                    units="degreesCelsius",
                    **{"eventState": "normal", "outOfService": False, **given},
                )
            )
        kept = Kept()
        feed = BacnetFeed(Bus("b", str(tmp_path / "map.csv"), f"127.0.0.1/24:{ours}", 0.5, 0.3))
        async with running(feed, kept):
            assert await until(lambda: feed.state()["polls"] >= 3, 30)
            assert await until(lambda: feed.state()["changes"] >= 1)
            state = feed.state()
        peer.close()
        return kept, state

    kept, state = asyncio.run(play())
    assert state["silent_devices"] == 0
    assert state["read_one_by_one"] == (how in {"rejects", "silent"})
    for point, (value, quality) in JUDGED.items():
        rows = kept.rows().filter(pl.col("point") == point)
        assert set(rows["quality"]) == {quality}, point
        assert all(v == (value if value is None else pytest.approx(value)) for v in rows["value"])


@pytest.mark.parametrize("text", ["Source.Supply", "ns=x;s=a", "ns=2;q=1"])
def test_a_wrong_node_names_its_row(tmp_path, text):
    (tmp_path / "map.csv").write_text(f'point,node\na,"{text}"\n')
    with pytest.raises(InputError, match="row 2: node"):
        OpcUaFeed(Server("office", str(tmp_path / "map.csv")))


def supplied(kept):
    return kept.rows().filter(pl.col("point") == "supply")


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("analog-input,3", "analog-input,3"),
        ("analogInput:3", "analog-input,3"),
        ("AI3", "analog-input,3"),
        ("bv 12", "binary-value,12"),
        ("MSV-4", "multi-state-value,4"),
        ("nonsense,1", None),
        ("analog-input", None),
        ("AI", None),
    ],
)
def test_bacnet_objects_as_they_are_written(tmp_path, text, identifier):
    (tmp_path / "map.csv").write_text(f"point;device;object\na;127.0.0.1;{text}\n")
    bus = Bus("b", str(tmp_path / "map.csv"))
    if identifier is None:
        with pytest.raises(InputError, match=r"row 2: device '127\.0\.0\.1', object"):
            BacnetFeed(bus)
    else:
        assert BacnetFeed(bus)._things[0].object == identifier


def test_opcua_by_subscription_with_history(tmp_path):
    port = free_port()
    url = f"opc.tcp://127.0.0.1:{port}/"

    async def serve():
        server = asyncua.Server()
        await server.init()
        server.set_endpoint(url)
        space = await server.register_namespace("plant")
        folder = await server.nodes.objects.add_object(space, "plant")
        supply = await folder.add_variable(ua.NodeId("Source.Supply", space), "supply", 7.5)
        return server, space, supply

    async def play():
        server, space, supply = await serve()
        (tmp_path / "map.csv").write_text(
            f"point,node\nsupply,ns={space};s=Source.Supply\nghost,ns={space};s=Nobody\n"
        )
        kept = Kept()
        options = Server("office", str(tmp_path / "map.csv"), url, 20, 20, backfill=1.0)
        feed = OpcUaFeed(options)
        async with running(feed, kept):
            assert await until(lambda: kept.tally.failures["opcua"] > 0)
            await server.start()
            await server.historize_node_data_change(supply, period=timedelta(hours=1))
            for value in (8.0, 8.5):  # before the feed is back: history has them
                await supply.write_value(value)
                await asyncio.sleep(0.02)
            assert await until(lambda: {8.0, 8.5} <= set(kept.values("supply")), 15)
            await supply.write_value(9.0)
            assert await until(lambda: 9.0 in kept.values("supply"))
            for quality, status in (
                (1, ua.StatusCodes.UncertainLastUsableValue),
                (2, ua.StatusCodes.BadSensorFailure),
            ):
                await supply.write_value(ua.DataValue(ua.Variant(9.5), ua.StatusCode(status)))
                assert await until(lambda quality=quality: quality in supplied(kept)["quality"])
            assert feed.state()["connected"]
            await server.stop()
            assert await until(lambda: not feed.state()["connected"], 20)
        return kept

    kept = asyncio.run(play())
    assert kept.values("ghost")[0] is None
    assert {source for source, _ in kept.refused} == {"ghost"}
    odd = supplied(kept).filter(pl.col("quality") > 0)
    assert set(odd.select("value", "quality").iter_rows()) == {(9.5, 1), (None, 2)}
    stamps = kept.rows()["time"].to_list()
    assert all(abs((datetime.now(UTC) - t).total_seconds()) < 300 for t in stamps)
