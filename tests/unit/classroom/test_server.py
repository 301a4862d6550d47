from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from resilienza_sim.classroom import server as module
from resilienza_sim.classroom.levers import Asked
from resilienza_sim.classroom.server import Dashboard, Setting
from resilienza_sim.errors import ResilienzaError

SESSION = "abcdefgh12345678"


class FakeSession:
    """What a worker would say, without one."""

    def __init__(self, *_: Any) -> None:
        self.run = 0
        self.asked: list[Asked] = []
        self.closed = False

    def ask(self, asked: Asked) -> int:
        self.asked.append(asked)
        self.run += 1
        return self.run

    def messages(self, run: int, first: int, seconds: float) -> tuple[int, list[dict]]:
        return self.run, [{"kind": "end"}][first:] if run == self.run else []

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def server(scenario, monkeypatch) -> Iterator[Dashboard]:
    monkeypatch.setattr(module, "Session", FakeSession)
    arms = scenario.arms(("alluvial", "transformative"))
    opened = Dashboard(Setting(scenario, arms, 1, 0, "it"))
    thread = threading.Thread(target=opened.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield opened
    opened.shutdown()
    thread.join()
    opened.close()


def ask(
    server: Dashboard, method: str, path: str, body: str | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, names)
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return found


def run(server: Dashboard, told: Any, **headers: str) -> tuple[int, dict[str, str], bytes]:
    body = told if isinstance(told, str) else json.dumps(told)
    headers = {"Content_Type": "application/json", **headers}
    return ask(server, "POST", f"/{server.token}/run", body, **headers)


def test_the_page_comes_with_its_token_and_a_strict_policy(server) -> None:
    status, headers, body = ask(server, "GET", f"/{server.token}/")
    assert status == 200
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert b"Live.start()" in body


@pytest.mark.parametrize("path", ["/", "/data", "/wrong/", "/wrong/data", "/../etc/passwd", "//"])
def test_nothing_is_told_without_the_token(server, path) -> None:
    assert ask(server, "GET", path)[0] == 404
    assert ask(server, "GET", f"/{server.token}/nothing")[0] == 404


def test_another_name_for_this_machine_is_refused(server) -> None:
    """A page of elsewhere whose name leads here (DNS rebinding) gets nothing."""
    path = f"/{server.token}/data"
    assert ask(server, "GET", path, Host=f"evil.example:{server.port}")[0] == 421
    assert ask(server, "GET", path, Host=f"localhost:{server.port}")[0] == 200
    assert ask(server, "GET", path, Origin="http://evil.example")[0] == 403
    assert ask(server, "GET", path, Origin=f"http://127.0.0.1:{server.port}")[0] == 200


def test_the_data_hold_the_levers_and_no_recording(server, scenario) -> None:
    data = json.loads(ask(server, "GET", f"/{server.token}/data")[2])
    assert data["recording"] is None
    assert len(data["levers"]["peaks"]) == len(scenario.shocks)


def test_a_run_is_begun_and_followed(server) -> None:
    asked = {"session": SESSION, "levers": {"purse": 1.5}}
    assert json.loads(run(server, asked)[2]) == {"run": 1}
    assert json.loads(run(server, asked)[2]) == {"run": 2}
    feed = f"/{server.token}/feed?session={SESSION}"
    told = json.loads(ask(server, "GET", f"{feed}&run=2&first=0")[2])
    assert told == {"run": 2, "messages": [{"kind": "end"}]}
    told = json.loads(ask(server, "GET", f"{feed}&run=1&first=0")[2])
    assert told == {"run": 2, "messages": []}


def test_a_lever_out_of_range_is_told_in_both_languages(server) -> None:
    told = json.loads(run(server, {"session": SESSION, "levers": {"purse": -1}})[2])
    assert told["refused"].keys() == {"it", "en"}
    assert "purse" in told["refused"]["it"]


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("{", 400),
        ("[]", 400),
        ({"levers": {}}, 400),
        ({"session": "../../etc", "levers": {}}, 400),
        ({"session": "short", "levers": {}}, 400),
        ("[" * 19_000, 400),
        ("x" * 30_000, 413),
    ],
)
def test_what_is_no_request_is_refused(server, told, status) -> None:
    assert run(server, told)[0] == status


def test_another_kind_of_content_is_refused(server) -> None:
    """A form of another page can post text, never JSON."""
    told = {"session": SESSION, "levers": {}}
    assert run(server, told, Content_Type="text/plain")[0] == 404


def test_numbers_of_a_feed_are_read_with_care(server) -> None:
    for number in ("-1", "x", "9" * 50, "1e9"):
        path = f"/{server.token}/feed?session={SESSION}&run={number}&first={number}"
        assert ask(server, "GET", path)[0] == 200


def test_of_too_many_visitors_the_one_away_longest_goes(server) -> None:
    first = server.session("visitor0")
    for k in range(1, module.MOST_SESSIONS + 1):
        assert server.session(f"visitor{k}") is not first
    assert first.closed
    assert server.session("visitor0") is not first


def test_a_port_in_use_is_told_in_a_sentence(scenario) -> None:
    setting = Setting(scenario, scenario.arms(("alluvial", "transformative")), 1, 0, "it")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ResilienzaError) as problem:
            Dashboard(setting, port=port)
    assert problem.value.key == "dashboard_port"
    assert str(port) in problem.value.text("it")


def test_a_host_that_is_none_is_told_in_a_sentence(scenario) -> None:
    setting = Setting(scenario, scenario.arms(("alluvial", "transformative")), 1, 0, "it")
    with pytest.raises(ResilienzaError) as problem:
        Dashboard(setting, host="no such host")
    assert problem.value.key == "dashboard_host"
