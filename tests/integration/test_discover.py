"""What live peers offer, from their own mouths."""

import asyncio
import csv
import threading
import time

import asyncua
import pytest
from asyncua import ua
from bacpypes3.apdu import AbortPDU
from bacpypes3.app import Application
from bacpypes3.local.analog import AnalogValueObject
from bacpypes3.local.device import DeviceObject
from bacpypes3.local.networkport import NetworkPortObject

from loopkeeper.adapters.feeds.discover import discover
from loopkeeper.adapters.feeds.opcua.feed import OpcUaFeed, Server
from loopkeeper.errors import InputError, OutsideError
from peers import waiting
from peers.processes import Broker, Sender, free_port, moment

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


class Aside:
    """A peer in an event loop of its own."""

    def __init__(self, peer):
        self.ready, self.done = threading.Event(), None
        self.thread = threading.Thread(target=lambda: asyncio.run(self.live(peer)))

    async def live(self, peer):
        self.done, self.loop = asyncio.Event(), asyncio.get_running_loop()
        async with asyncio.timeout(60):
            await peer(self)

    def __enter__(self):
        self.thread.start()
        assert self.ready.wait(20)
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.done.set)
        waiting.within(90, self.thread.join)


def test_opcua_variables_with_their_units(tmp_path):
    url = f"opc.tcp://127.0.0.1:{free_port()}/"

    async def peer(aside):
        server = asyncua.Server()
        await server.init()
        server.set_endpoint(url)
        space = await server.register_namespace("plant")
        hall = await server.nodes.objects.add_object(space, "地源侧")
        supply = await hall.add_variable(ua.NodeId("Source.Supply", space), "供水温度", 7.5)
        unit = ua.EUInformation(DisplayName=ua.LocalizedText("°C"))
        await supply.add_property(0, "EngineeringUnits", unit)
        await hall.add_variable(space, "model", "WW-800")
        broken = await hall.add_variable(ua.NodeId("Source.Return", space), "回水温度", 5.5)
        await broken.write_value(
            ua.DataValue(ua.Variant(5.5), ua.StatusCode(ua.StatusCodes.UncertainSensorNotAccurate))
        )
        async with server:
            aside.ready.set()
            await aside.done.wait()

    with Aside(peer):
        found = discover(url, seconds=5)
    assert found == [
        {
            "point": "地源侧.供水温度",
            "name": "地源侧 供水温度",
            "unit": "°C",
            "node": "ns=2;s=Source.Supply",
        },
        {
            "point": "地源侧.回水温度",
            "name": "地源侧 回水温度",
            "unit": "",
            "node": "ns=2;s=Source.Return",
        },
    ]
    with (tmp_path / "map.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(found[0]))
        table.writeheader()
        table.writerows(found)
    OpcUaFeed(Server("office", str(tmp_path / "map.csv"), url))  # the same table is a feed's map


def test_bacnet_objects_with_their_units():
    port, ours = free_port(), free_port()

    async def peer(aside):
        device = DeviceObject(
            objectIdentifier=("device", 7), objectName="plc", vendorIdentifier=999
        )
        network = NetworkPortObject(
            f"127.0.0.1/24:{port}", objectIdentifier=("network-port", 1), objectName="port"
        )
        app = Application.from_object_list([device, network])
        app.add_object(
            AnalogValueObject(
                objectIdentifier=("analog-value", 1),
                objectName="AV1",
                presentValue=7.5,
                description="地源侧供水温度",
                units="degreesCelsius",
            )
        )
        aside.ready.set()
        await aside.done.wait()
        app.close()

    with Aside(peer):
        found = discover(f"bacnet://127.0.0.1:{port}", seconds=8, ours=f"127.0.0.1/24:{ours}")
    assert found == [
        {
            "point": "AV1",
            "name": "AV1 地源侧供水温度",
            "unit": "°C",
            "object": "analog-value,1",
            "device": f"127.0.0.1:{port}",
        }
    ]


class Plain(Application):
    """A device that answers no call, and whose list of objects is too long for one answer."""

    async def do_WhoIsRequest(self, apdu):  # noqa: N802 - the library's own name
        pass

    async def do_ReadPropertyRequest(self, apdu):  # noqa: N802 - the library's own name
        if str(apdu.propertyIdentifier) == "object-list" and apdu.propertyArrayIndex is None:
            too_long = AbortPDU(srv=True, reason="segmentation-not-supported", context=apdu)
            return await self.response(too_long)
        if apdu.objectIdentifier[1] == 4194303:
            apdu.objectIdentifier = self.device_object.objectIdentifier
        return await super().do_ReadPropertyRequest(apdu)


def test_bacnet_objects_of_a_plain_device():
    port, ours = free_port(), free_port()

    async def peer(aside):
        device = DeviceObject(
            objectIdentifier=("device", 7), objectName="plc", vendorIdentifier=999
        )
        network = NetworkPortObject(
            f"127.0.0.1/24:{port}", objectIdentifier=("network-port", 1), objectName="port"
        )
        app = Plain.from_object_list([device, network])
        app.add_object(
            AnalogValueObject(
                objectIdentifier=("analog-value", 3),
                objectName="AV3",
                presentValue=7.5,
                description="flow",
                units="cubicMetersPerHour",
            )
        )
        aside.ready.set()
        await aside.done.wait()
        app.close()

    with Aside(peer):
        found = discover(f"bacnet://127.0.0.1:{port}", seconds=10, ours=f"127.0.0.1/24:{ours}")
    assert [(r["point"], r["unit"], r["object"]) for r in found] == [
        ("AV3", "m3/h", "analog-value,3")
    ]


def test_what_a_broker_kept_tells_its_points(tmp_path):
    broker = Broker(tmp_path / "broker").start()
    sender = Sender(broker.port)
    sender.client.publish("ha/house/t_room/state", "21.5", qos=1, retain=True).wait_for_publish(5)
    try:
        found = discover(f"mqtt://127.0.0.1:{broker.port}/ha/{{plant}}/{{point}}/state", seconds=2)
    finally:
        sender.close()
        broker.stop()
    assert [(r["plant"], r["point"]) for r in found] == [("house", "t_room")]


def test_what_a_broker_carries(tmp_path):
    broker = Broker(tmp_path / "broker").start()
    sender = Sender(broker.port)
    sending = threading.Event()

    def send():
        while not sending.wait(0.2):
            sender.send("site/office/telemetry", {"time": moment(0), "values": {"a": 1, "b": 2}})

    thread = threading.Thread(target=send)
    thread.start()
    try:
        began = time.monotonic()
        found = discover(f"mqtt://127.0.0.1:{broker.port}/site/{{plant}}/telemetry", seconds=2)
        assert time.monotonic() - began < 5
    finally:
        sending.set()
        waiting.within(30, thread.join)
        sender.close()
        broker.stop()
    assert [(r["plant"], r["point"]) for r in found] == [("office", "a"), ("office", "b")]


@pytest.mark.parametrize(
    ("url", "kind", "words"),
    [
        ("modbus://127.0.0.1", InputError, "map comes from the maker"),
        ("opc.tcp://127.0.0.1:9", OutsideError, "opc.tcp://127.0.0.1:9"),
        ("mqtt://127.0.0.1:9", OutsideError, "no MQTT broker answers"),
    ],
)
def test_a_peer_that_is_not_there_is_said(url, kind, words):
    with pytest.raises(kind, match=words):
        discover(url, seconds=1.0)
