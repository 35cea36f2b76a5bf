"""Somebody's server on this machine that is told, and a college's wish to have it told."""

from __future__ import annotations

import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from city.api.programs import Town
from city.situations import TODAY
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.webhooks import services
from xuecheng.city.webhooks.models import Subscription

EVENTS = ["record.entered", "record.corrected", "record.withdrawn", "dispute.opened", "dispute.answered"]


class Receiver:
    """Somebody's server on this machine: keeps what comes, answers what it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: deque[int] = deque()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                status = outer.answers.popleft() if outer.answers else 204
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_args: Any) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hook?of=xuecheng"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def subscribe(town: Town, url: str, events: list[str] = EVENTS) -> tuple[Subscription, str]:
    return services.subscribe(
        actor=standing_of(town.people["R"], today=TODAY), public_id=uuid7(), organisation=town.desk.college, url=url,
        events=events, at=clock.now(), reason="接入",
    )  # fmt: skip
