"""Every setting of a service: name, kind, default, range and meaning in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from loopkeeper.adapters.feeds.modbus.feed import FRAMERS
from loopkeeper.app.access import SCOPES
from loopkeeper.app.arrivals import AHEAD
from loopkeeper.app.paper import SUFFIXES
from loopkeeper.app.ports import LEAST_YEARS
from loopkeeper.app.use_cases.due_reports import LANGUAGES
from loopkeeper.measure.periods import KINDS

PRIORITIES = ("critical", "high", "medium", "low")


@dataclass(frozen=True)
class SettingKey:
    """
    A setting: ``kind`` is text, texts, whole, number, switch or timezone.

    ``low`` and ``high`` bound numbers, both included; ``choices`` and ``form`` (a regular
    expression, told to people as ``like``) bound texts; ``must``: it has no default.
    """

    name: str
    kind: str
    default: object
    english: str
    chinese: str
    low: float = 0.0
    high: float = 1e9
    choices: tuple[str, ...] = ()
    form: str = r"(?s).+"
    like: str = "one line of text that is not empty"
    must: bool = False


Keys = tuple[SettingKey, ...]


def _text(name: str, default: object, english: str, chinese: str) -> SettingKey:
    return SettingKey(name, "text", default, english, chinese)


def _must(name: str, english: str, chinese: str) -> SettingKey:
    return SettingKey(name, "text", None, english, chinese, must=True)


def _port(default: int, low: int = 1) -> SettingKey:
    return SettingKey("port", "whole", default, "TCP port", "TCP 端口", low, 65535)


def _seconds(name: str, default: float, english: str, chinese: str) -> SettingKey:
    return SettingKey(name, "number", default, f"{english} [s]", f"{chinese} [s]", 0.05, 86400.0)


_NAME = _text("name", None, "name shown in health; unique", "健康页所示名称，不可重复")
_HOST = _text("host", "localhost", "address of the peer", "对端地址")
_WEB = r"https?://[!-.0-~]+(/[!-~]*)?"
"""Addresses as HTTP sends them: other letters are percent-encoded."""
_PLANT = _must("plant", "id of the plant", "机房编号")
_MAP = _must("map", "CSV of points, beside this file", "点表 CSV，相对本文件")
_USER = _text("username", None, "user name", "用户名")
_PASSWORD = _text("password", None, "password", "密码")
_ZONE = SettingKey(
    "timezone",
    "timezone",
    None,
    "of times without offset; else the plant's",
    "无时区偏移的时间所用时区；缺省用机房时区",
)
_EVERY = _seconds("every", 60.0, "time between two rounds", "两次采集间隔")
_TIMEOUT = _seconds("timeout", 3.0, "a peer is waited for", "等待对端的时间")

TABLES: Mapping[str, Keys] = {
    "store": (
        _text("folder", "loopkeeper-store", "of the readings", "读数存放文件夹"),
        SettingKey(
            "years",
            "number",
            LEAST_YEARS,
            "readings are kept [a]",
            "读数保存年数 [a]",
            LEAST_YEARS,
            1000,
        ),
        SettingKey(
            "ahead",
            "number",
            AHEAD / timedelta(minutes=1),
            "readings stamped later than the clock by more are put aside [min]",
            "时间戳超前时钟更多的读数另存待查 [min]",
            0.0,
            1440.0,
        ),
    ),
    "web": (
        _text(
            "host",
            "127.0.0.1",
            "address listened on; others than loopback need a token",
            "监听地址；非本机地址必须设令牌",
        ),
        _port(8470, 0),
        _ZONE,
    ),
    "alarms": (
        _text("file", None, "CSV of alarms", "报警定义 CSV"),
        SettingKey(
            "defaults",
            "switch",
            default=True,
            english="every plant gets the default alarms",
            chinese="每个机房使用默认报警",
        ),
    ),
    "plants": (_text("folder", None, "of the dossiers", "机房档案文件夹"),),
    "rounds": (
        SettingKey(
            "hours",
            "number",
            24.0,
            "between two rounds of judging; 0: never [h]",
            "两次评判间隔；0 为不评判 [h]",
            0,
            1e6,
        ),
        SettingKey(
            "together", "whole", 1, "plants judged side by side", "同时评判的机房数", 1, 64
        ),
    ),
    "records": (
        SettingKey(
            "url",
            "text",
            None,
            "PostgreSQL of a centre; else a file beside the readings",
            "中心用 PostgreSQL 地址；缺省为读数旁的文件",
            form=r"postgresql(\+psycopg)?://[!-~]+",
            like="postgresql://user:password@host/name",
        ),
    ),
    "reports": (
        _text("folder", "reports", "printed into", "报告输出文件夹"),
        SettingKey("kinds", "texts", KINDS, "kinds printed", "报告种类", choices=tuple(KINDS)),
        SettingKey(
            "formats", "texts", (".pdf",), "file formats", "文件格式", choices=tuple(SUFFIXES)
        ),
        SettingKey("languages", "texts", ("zh",), "languages", "语言", choices=tuple(LANGUAGES)),
        _text("region", "china", "grid whose carbon counts", "碳排放因子所属电网"),
    ),
}
"""Tables that stand once."""

FEEDS: Mapping[str, Keys] = {
    "mqtt": (
        _HOST,
        _port(1883),
        SettingKey(
            "topics",
            "texts",
            ("loopkeeper/{plant}/telemetry", "spBv1.0/#"),
            "patterns subscribed",
            "订阅主题",
        ),
        _text("client_id", "loopkeeper", "keeps the session", "会话标识"),
        _USER,
        _PASSWORD,
        SettingKey("tls", "switch", default=False, english="encrypted", chinese="加密"),
        SettingKey("keepalive", "whole", 30, "sign of life [s]", "心跳 [s]", 1, 65535),
        SettingKey(
            "lasting",
            "switch",
            default=True,
            english="session survives restarts",
            chinese="重启后保留会话",
        ),
        _text("plant", None, "meant where nothing tells one", "未注明时所指机房"),
        _ZONE,
    ),
    "modbus": (
        _PLANT,
        _MAP,
        _HOST,
        _port(502),
        SettingKey("framer", "text", "tcp", "framing", "帧格式", choices=tuple(FRAMERS)),
        _EVERY,
        _TIMEOUT,
    ),
    "bacnet": (
        _PLANT,
        _MAP,
        _text("address", "127.0.0.1/24:47808", "our own, mask and port", "本机地址、掩码与端口"),
        _EVERY,
        _TIMEOUT,
        SettingKey("device_id", "whole", 599_470, "our own instance", "本机设备号", 0, 4_194_302),
    ),
    "opcua": (
        _PLANT,
        _MAP,
        SettingKey(
            "url",
            "text",
            "opc.tcp://localhost:4840",
            "of the server",
            "服务器地址",
            form=r"opc\.tcp://[^\s]+",
            like="opc.tcp://host:port",
        ),
        SettingKey("sampling", "number", 1000.0, "sampling [ms]", "采样间隔 [ms]", 1, 1e8),
        SettingKey("publishing", "number", 1000.0, "publishing [ms]", "发布间隔 [ms]", 1, 1e8),
        SettingKey("queue", "whole", 1000, "values kept by the server", "服务器缓存个数", 1, 1e6),
        SettingKey(
            "backfill", "number", 0.0, "history read after a break [h]", "断线后补读 [h]", 0, 87840
        ),
        _USER,
        _PASSWORD,
    ),
    "drop": (
        _text("folder", "inbox", "one sub-folder a plant", "每机房一个子文件夹"),
        _ZONE,
        _seconds("every", 5.0, "time between two looks", "查看间隔"),
        _text("time_format", None, "of the loggers' times", "记录仪时间格式"),
    ),
}
"""Kinds of ``[[feed]]``; each also has ``kind`` and ``name``."""

LISTS: Mapping[str, Keys] = {
    "feed": (
        SettingKey(
            "kind", "text", None, "kind of feed", "数据源种类", choices=tuple(FEEDS), must=True
        ),
        _NAME,
    ),
    "token": (
        _must("name", "name of the holder; unique", "持有者名称，不可重复"),
        SettingKey(
            "sha256",
            "text",
            None,
            "hash printed by `loopkeeper token`",
            "令牌的散列值",
            form=r"[0-9a-f]{64}",
            like="64 characters of 0-9 a-f",
            must=True,
        ),
        SettingKey("scopes", "texts", ("read",), "what it may do", "权限", choices=SCOPES),
        SettingKey("plants", "texts", ("*",), "plants it sees, * is all", "可见机房，* 为全部"),
        SettingKey("per_minute", "whole", 600, "calls a minute", "每分钟调用次数", 1, 10**9),
    ),
    "notify": (
        _NAME,
        SettingKey(
            "webhook",
            "text",
            None,
            "address told by HTTP; this or `to`",
            "HTTP 通知地址；与 to 二选一",
            form=_WEB,
            like="http(s)://host/… in plain ASCII",
        ),
        _text("to", None, "e-mail address", "电子邮件地址"),
        SettingKey(
            "smtp",
            "text",
            "localhost:25",
            "mail server",
            "邮件服务器",
            form=r"[^\s:]+(:\d{1,5})?",
            like="host:port",
        ),
        _text("sender", "loopkeeper@localhost", "sender of mail", "发件人"),
        SettingKey(
            "priorities",
            "texts",
            ("critical", "high"),
            "alarms told",
            "通知的报警级别",
            choices=PRIORITIES,
        ),
        SettingKey("language", "text", "zh", "language", "语言", choices=("zh", "en")),
    ),
    "push": (
        _NAME,
        SettingKey(
            "url",
            "text",
            None,
            "of the platform",
            "上级平台地址",
            must=True,
            form=_WEB + r"|mqtts?://[^\s/]+/.+",
            like="http(s)://host/… in plain ASCII or mqtt(s)://host/topic",
        ),
        SettingKey(
            "token",
            "text",
            None,
            "bearer token",
            "令牌",
            form=r"[!-~]+",
            like="plain ASCII without blanks",
        ),
        _USER,
        _PASSWORD,
        SettingKey("plants", "texts", (), "plants sent; all when left out", "上送机房；缺省全部"),
        SettingKey("points", "texts", ("*",), "patterns of points", "点位模式"),
        _EVERY,
        SettingKey(
            "begin",
            "text",
            "now",
            "with what comes, or all there is",
            "起点",
            choices=("now", "all"),
        ),
    ),
}
"""Arrays of tables."""
