"""The dashboard's own server: on this machine alone unless asked otherwise, behind a token.

It is the standard library's: five addresses, no uploads, nothing kept on disk. What it is asked is
small and checked, the name of the host too, so that no page of elsewhere can ask by another name.
"""

from __future__ import annotations

import gzip
import json
import os
import secrets
import socket
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from resilienza_sim.classroom.keeping import kept
from resilienza_sim.classroom.lesson import lesson_for
from resilienza_sim.classroom.levers import asked_of, levers_of
from resilienza_sim.classroom.pages import live_page, page_data
from resilienza_sim.classroom.session import Session
from resilienza_sim.errors import ResilienzaError, system_reason
from resilienza_sim.messages import languages
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy

__all__ = ["Dashboard", "Setting"]

MOST_SESSIONS, MOST_BYTES = 8, 20_000
"""Visitors at once (the one who was away longest goes first), and bytes of a request."""
WAIT_SECONDS = 15.0
_ID = 40
_HERE = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Setting:
    """What the dashboard shows."""

    scenario: Scenario
    arms: Sequence[Strategy]
    seed: int
    pairs: int
    lang: str


class Dashboard(ThreadingHTTPServer):
    """A server of one scenario.

    Parameters
    ----------
    setting : Setting
        What it shows.
    host : str
        Where it listens.
    port : int
        0 for any that is free.

    Raises
    ------
    ResilienzaError
        If the port is in use, or the host is none of this machine's.
    """

    daemon_threads = True
    allow_reuse_address = os.name == "posix"  # elsewhere it would share a port in use

    def __init__(self, setting: Setting, host: str = "127.0.0.1", port: int = 0) -> None:
        self.setting, self.host = setting, host
        self.token = secrets.token_urlsafe(18)
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()
        try:
            super().__init__((host, port), _Handler)
        except OSError as problem:
            key = "dashboard_host" if isinstance(problem, socket.gaierror) else "dashboard_port"
            reason = system_reason(problem)
            raise ResilienzaError(key, host=host, port=str(port), reason=reason) from None

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    @property
    def address(self) -> str:
        """What to type in a browser."""
        return f"http://{self.host}:{self.port}/{self.token}/"

    @property
    def names(self) -> frozenset[str]:
        """The hosts it answers to."""
        return frozenset(f"{name}:{self.port}" for name in (*_HERE, self.host))

    def session(self, name: str) -> Session:
        """Return the session of a visitor, made at the first call."""
        with self._lock:
            if name not in self._sessions:
                here = self.setting
                self._sessions[name] = Session(here.scenario, here.arms, here.seed, here.pairs)
            self._sessions.move_to_end(name)
            gone = [
                self._sessions.popitem(last=False)[1]
                for _ in range(len(self._sessions) - MOST_SESSIONS)
            ]
        for each in gone:
            each.close()
        return self._sessions[name]

    def close(self) -> None:
        """Stop serving and end the workers."""
        self.server_close()
        with self._lock:
            sessions, self._sessions = list(self._sessions.values()), OrderedDict()
        for each in sessions:
            each.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a visitor who went away while being answered."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: Dashboard
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "resilienza-sim", ""

    def log_message(self, *_: Any) -> None:
        """Write nothing on the trainer's terminal."""

    # -- who may ask ---------------------------------------------------------------------------

    def _part(self) -> str | None:
        """Return what is asked for behind the token; None, and a refusal, if nothing may be."""
        if self.headers.get("Host", "") not in self.server.names:
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST)
            return None
        origin = self.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc not in self.server.names:
            self._refuse(HTTPStatus.FORBIDDEN)
            return None
        token, slash, part = urlsplit(self.path).path.removeprefix("/").partition("/")
        if not secrets.compare_digest(token.encode(), self.server.token.encode()) or not slash:
            self._refuse(HTTPStatus.NOT_FOUND)
            return None
        return part

    def do_GET(self) -> None:
        """Answer with the page, its data, or what a run has said."""
        part = self._part()
        if part is None:
            return
        if part == "":
            policy, page = live_page(self.server.setting.lang)
            self._answer(page, "text/html; charset=utf-8", policy)
        elif part == "data":
            self._data()
        elif part == "feed":
            self._feed()
        elif part == "save":
            self._save()
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """Begin a run."""
        part = self._part()
        if part is None:
            return
        if part != "run" or self.headers.get("Content-Type") != "application/json":
            self._refuse(HTTPStatus.NOT_FOUND)
            return
        size = self.headers.get("Content-Length", "")
        if not size.isdecimal() or int(size) > MOST_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        try:
            data = json.loads(self.rfile.read(int(size)))
            name, asked = str(data["session"]), asked_of(data["levers"])
        except ResilienzaError as error:
            self._json({"refused": {lang: error.text(lang) for lang in languages()}})
        except (ValueError, KeyError, TypeError, RecursionError):
            self._refuse(HTTPStatus.BAD_REQUEST)
        else:
            if self._named(name):
                self._json({"run": self.server.session(name).ask(asked)})

    # -- answers -------------------------------------------------------------------------------

    def _data(self) -> None:
        setting = self.server.setting
        data = page_data(None, lesson_for(setting.scenario.name), setting.lang)
        data["levers"] = levers_of(setting.scenario, setting.arms)
        self._json(data)

    def _feed(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)

        def number(name: str) -> int:
            text = asked.get(name, [""])[0]
            return int(text) if text.isdecimal() and len(text) < 10 else 0

        name = asked.get("session", [""])[0]
        if self._named(name):
            session = self.server.session(name)
            run, messages = session.messages(number("run"), number("first"), WAIT_SECONDS)
            self._json({"run": run, "messages": messages})

    def _save(self) -> None:
        name = parse_qs(urlsplit(self.path).query).get("session", [""])[0]
        if self._named(name):
            here, asked = self.server.setting, self.server.session(name).asked
            body = kept(here.scenario, here.arms, asked, here.seed, here.lang)
            self._answer(body, "application/zip")

    def _named(self, session: str) -> bool:
        if 8 <= len(session) <= _ID and session.isascii() and session.isalnum():
            return True
        self._refuse(HTTPStatus.BAD_REQUEST)
        return False

    def _json(self, data: Any) -> None:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        self._answer(text.encode(), "application/json; charset=utf-8")

    def _answer(self, body: bytes, kind: str, policy: str = "default-src 'none'") -> None:
        if "gzip" in self.headers.get("Accept-Encoding", "") and len(body) > 2_000:
            body, packed = gzip.compress(body, 3), True
        else:
            packed = False
        self.send_response(HTTPStatus.OK)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self._head(kind, len(body), policy)
        self.wfile.write(body)

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True
        body = f"{status.value} {status.phrase}".encode()
        self.send_response(status)
        self.send_header("Connection", "close")
        self._head("text/plain; charset=utf-8", len(body), "default-src 'none'")
        self.wfile.write(body)

    def _head(self, kind: str, size: int, policy: str) -> None:
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(size),
            "Content-Security-Policy": policy,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Resource-Policy": "same-origin",
        }.items():
            self.send_header(name, value)
        self.end_headers()
