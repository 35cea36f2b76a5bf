"""One state photographed: crawl its city, serve it, take the pictures, leave a report. A process of its own."""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import django

from . import camera, cities

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .crawl import Crawl
    from .tally import Report


def main() -> None:
    """`python -m looking.shoot STATE`, with the copy's address in DATABASE_URL."""
    ask = argparse.ArgumentParser()
    ask.add_argument("state")
    ask.add_argument("--only", default="")
    ask.add_argument("--folder", type=Path, required=True)
    ask.add_argument("--views", default=",".join(camera.VIEWS))
    ask.add_argument("--check", action="store_true")
    ask.add_argument("--judged", default="few")
    ask.add_argument("--no-pictures", action="store_true")
    ask.add_argument("--keep", action="store_true")
    chosen = ask.parse_args()
    django.setup()
    import logging

    from django.conf import settings

    # Denied doors and planned faults belong to the crawl; its log would only hide what it found.
    logging.disable(logging.CRITICAL)

    settings.ROOT_URLCONF = "looking.faults"
    from . import crawl
    from .faults import FAULTS

    people = _people(chosen.state)
    began = time.monotonic()
    known = chosen.folder / f"{chosen.state}-pages.json"
    if chosen.keep and known.exists():
        found = crawl.again(people, json.loads(known.read_text()), only=chosen.only)
    else:
        found = crawl.crawl(people, only=chosen.only, seeds=("/workdays/2026/", "/workdays/", *_seeds(chosen.state)))
        if not chosen.only:
            kept = {"pages": [[one.route, one.who, one.url] for one in found.pages], "unseen": found.unseen}
            known.write_text(json.dumps(kept))
    pages = found.pages
    if chosen.state == cities.ERROR:
        pages += [
            crawl.Found(f"looking-{name}", crawl.NOBODY, f"/looking/{name}/")
            for name in FAULTS
            if crawl.wanted(f"looking-{name}", chosen.only)
        ]
    else:
        pages = [one for one in pages if not one.route.startswith("looking-")]
    if chosen.state == cities.TYPICAL and crawl.wanted("web:parts", chosen.only):
        pages.append(crawl.Found("web:parts", "staff", "/parts/?frame=staff"))
        found.sessions["staff"] = ""
    found.pages = pages
    print(f"{chosen.state}: {len(pages)} pages found in {time.monotonic() - began:.0f} s", flush=True)
    views = {name: camera.VIEWS[name] for name in chosen.views.split(",")}
    with serving() as base:
        taking = camera.Camera(
            base=base,
            state=chosen.state,
            folder=chosen.folder / "pictures" / chosen.state,
            sessions=found.sessions,
            is_judging=chosen.check,
        )
        pictured = [] if chosen.no_pictures else pages
        report = taking.take(pictured, views, lambda line: print(line, flush=True))
        for fault in found.faults:
            if "/looking/" not in fault:
                report.add(fault.partition(" ")[2], fault)
        # What is known so far is kept, should the judges be stopped: they take longer than the photographs.
        _leave(chosen, report, found)
        if chosen.check and chosen.state == cities.TYPICAL:
            from . import judges

            judges.of_pages(
                report, base, chosen.folder, pages=judges.chosen(pages, chosen.judged), views=list(views),
                sessions=found.sessions,
            )  # fmt: skip
            _leave(chosen, report, found)


def _leave(chosen: argparse.Namespace, report: Report, found: Crawl) -> None:
    left = report.as_json() | {
        "pages": [[one.route, one.who, one.url] for one in found.pages],
        "unseen": [name for name in found.unseen if not name.startswith("looking-")],
    }
    (chosen.folder / f"{chosen.state}.json").write_text(
        json.dumps(left, ensure_ascii=False, indent=1), encoding="utf-8"
    )


def _seeds(state: str) -> list[str]:
    from xuecheng.config import environment

    kept = cities.seeds(environment.home(), state)
    return json.loads(kept.read_text()) if kept.exists() else []


def _people(state: str) -> dict[str, str]:
    from xuecheng.config.demo.people import STAFF

    # Who sees the same as somebody before adds nothing where forms are only sent empty or names are only long.
    return {one.role: one.sign_in for one in STAFF if state in ("typical", "empty") or not one.role.endswith("_second")}


@contextmanager
def serving() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--blocking-threads", "4", "--no-ws", "--log-level", "error", "looking.wsgi:application",
    ]  # fmt: skip
    with subprocess.Popen(command, env=os.environ | {"XUECHENG_IDENTITY": "application"}) as server:
        base = f"http://localhost:{port}"
        try:
            for _ in range(120):
                try:
                    urllib.request.urlopen(f"{base}/preferences/", timeout=20).close()  # noqa: S310  # our own server
                    break
                except OSError:
                    time.sleep(0.5)
            yield base
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
