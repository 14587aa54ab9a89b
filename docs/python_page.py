"""The page of the Python interface, from its docstrings."""

import inspect
import re

from loopkeeper import api

HEAD = [
    "# From Python",
    "",
    "`import loopkeeper as lk` offers the verbs of the program. What is given is a folder of a "
    "dossier or files as loggers write them; what comes back are plain records with intervals, "
    "coverage and verdicts, in SI units unless their names say otherwise. Every example below is "
    "run by the tests. Written by `make docs` from the docstrings; longer ones: "
    "[examples](../examples).",
    "",
    "用 Python 调用同样的功能：输入为项目档案文件夹或记录仪导出的文件，返回带区间、覆盖率与结论的记录；除名称注明单位外均为 SI 单位。以下示例均由测试运行。",
]
PARTS = re.compile(r"\n(Parameters|Returns|Raises|Examples)\n-+\n")


def python_page() -> str:
    """Return the page of the verbs."""
    lines = [*HEAD, ""]
    lines += [f"- [`lk.{name}`](#lk{name})" for name in api.__all__]
    for name in api.__all__:
        verb = getattr(api, name)
        told, *parts = PARTS.split(inspect.cleandoc(verb.__doc__ or ""))
        lines += ["", f"## `lk.{name}`", "", _call(name, verb), "", told.strip()]
        for title, text in zip(parts[::2], parts[1::2], strict=True):
            lines += ["", f"**{title}**", "", *_part(title, text)]
    return "\n".join(lines) + "\n"


def _call(name: str, verb: object) -> str:
    """How a verb is called, without types."""
    found = inspect.signature(verb)  # type: ignore[arg-type]
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in found.parameters.values()]
    shown = found.replace(parameters=bare, return_annotation=inspect.Signature.empty)
    return f"`lk.{name}{shown}`"


def _part(title: str, text: str) -> list[str]:
    """A part of a docstring as Markdown: definitions as a list, examples as code."""
    if title == "Examples":
        return ["```pycon", text.strip(), "```"]
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.startswith(" "):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(f"- `{line.strip()}`:")
    return [line.removesuffix(":") if line.endswith("`:") else line for line in lines]
