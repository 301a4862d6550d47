from __future__ import annotations

import socket

import pytest

from resilienza_sim import cli
from resilienza_sim.classroom.server import Dashboard


@pytest.fixture(autouse=True)
def _served_for_a_moment(monkeypatch):
    def stop(_server, poll_interval: float = 0.5) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Dashboard, "serve_forever", stop)


def test_it_tells_where_it_is_and_stops_at_ctrl_c(capsys) -> None:
    assert cli.main(["dashboard", "--no-browser", "--lang", "en"]) == 0
    told = capsys.readouterr()
    assert "http://127.0.0.1:" in told.out
    assert told.out.rstrip().endswith("Closed.")
    assert told.err == ""


def test_without_a_browser_the_address_is_enough(capsys, monkeypatch) -> None:
    monkeypatch.setattr("webbrowser.open", lambda _address: False)
    assert cli.main(["dashboard", "--lang", "en"]) == 0
    assert "No browser was found" in capsys.readouterr().out


def test_who_opens_it_to_others_is_warned(capsys) -> None:
    assert cli.main(["dashboard", "--no-browser", "--host", "0.0.0.0", "--lang", "en"]) == 0
    assert "anybody on the network" in capsys.readouterr().err


def test_the_usual_port_gives_way_and_one_asked_for_does_not(capsys, monkeypatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr("resilienza_sim.cli.dashboard.USUAL_PORT", port)
        assert cli.main(["dashboard", "--no-browser", "--lang", "en"]) == 0
        assert f":{port}/" not in capsys.readouterr().out
        assert cli.main(["dashboard", "--no-browser", "--port", str(port), "--lang", "en"]) == 2
        told = capsys.readouterr()
        assert told.err.count("\n") == 1
        assert str(port) in told.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere"),
        (["quartiere", "--port", "0"], "--port"),
        (["quartiere", "--port", "99999"], "--port"),
        (["quartiere", "--strategies", "none"], "2-5"),
        (["quartiere", "--host", "no such host"], "no such host"),
    ],
)
def test_a_mistake_is_one_sentence(arguments, said, capsys) -> None:
    assert cli.main(["dashboard", "--no-browser", *arguments, "--lang", "en"]) == 2
    told = capsys.readouterr()
    assert told.err.count("\n") == 1
    assert said in told.err
