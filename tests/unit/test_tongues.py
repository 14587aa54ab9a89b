"""Refusals of the web and lines of the log in the language of who reads them."""

import asyncio
import json
import logging

import httpx
import pytest
from fastapi import FastAPI, HTTPException

from loopkeeper.cli.serve import _Json
from loopkeeper.cli.tongue import speak, told, tongue
from loopkeeper.errors import StoreError
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language
from loopkeeper.web.tongue import add_tongue

CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}


@pytest.fixture
def spoken(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    yield speak
    speak([])


@pytest.fixture(scope="module")
def door():
    app = FastAPI()
    add_tongue(app, "30")

    @app.get("/job")
    def job():
        raise HTTPException(404, "no job 'x7'", {"Kept": "yes"})

    @app.get("/store")
    def store():
        raise StoreError("/data: the store is not there; is its disk mounted?")

    async def get(path, asked):
        way = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=way, base_url="http://localhost") as client:
            return await client.get(path, **asked)

    return lambda path, **asked: asyncio.run(get(path, asked))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "no job 'x7'"),
        ({"headers": CHINESE}, "没有任务 'x7'"),
        ({"headers": {"Accept-Language": "de, zh;q=0.5"}}, "no job 'x7'"),
        ({"params": {"lang": "zh"}}, "没有任务 'x7'"),
        ({"params": {"lang": "en"}, "headers": CHINESE}, "no job 'x7'"),
    ],
)
def test_a_refusal_speaks_as_who_asks(door, asked, said):
    answer = door("/job", **asked)
    assert (answer.status_code, answer.json()) == (404, {"detail": said})
    assert answer.headers["kept"] == "yes"


def test_a_store_that_fails_says_so(door):
    answer = door("/store", headers=CHINESE)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert answer.json() == {"detail": "/data：存储不存在；其磁盘是否已挂载？"}


def test_a_line_of_the_log_keeps_its_keys(spoken):
    record = logging.LogRecord(
        "loopkeeper.web", logging.WARNING, "", 0, "wrong token from %s", ("10.0.0.7",), None
    )
    lines = {}
    for language in ("en", "zh"):
        spoken(["serve", "--lang", language])
        lines[language] = json.loads(_Json().format(record))
    assert lines["en"]["message"] == "wrong token from 10.0.0.7"
    assert lines["zh"]["message"] == "来自 10.0.0.7 的错误令牌"
    assert lines["en"].keys() == lines["zh"].keys()


def test_what_is_told_follows_the_run(spoken):
    spoken(["--lang", "zh"])
    assert (tongue(), told("no data")) == (Language.CHINESE, "没有数据")
    spoken([])
    assert (tongue(), told("no data")) == (Language.ENGLISH, "no data")


def test_a_phrase_in_a_verdict_is_in_its_language():
    figures = {"where": "site.id", "value": "3", "expected": "a number from 0 to 5"}
    verdict = Verdict("dossier.key.wrong", figures)
    assert verdict.sentence(Language.CHINESE).endswith("应为 0 至 5 之间的数值。")
    assert verdict.sentence().endswith("expected a number from 0 to 5.")
