"""`make photos`: photographs of every page, a contact sheet, and with `--check` what the judges say."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from . import cities, judges, sheet
from .tally import Report

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Answers 1 if something is wrong or a page has no photograph, 3 if the browser is missing."""
    chosen = _chosen()
    home = Path(os.environ.setdefault("XUECHENG_HOME", str(ROOT / "var" / "photos")))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuecheng.config.settings")
    if not shutil.which("chromium"):
        print("Chromium is missing (apt-get install chromium fonts-noto-cjk).")
        return 3
    began = time.monotonic()
    states = ["typical"] if chosen.slow else chosen.states.split(",")
    _make_ready(home, states, chosen)
    print(f"The cities are there after {time.monotonic() - began:.0f} s", flush=True)
    if chosen.slow:
        command = [sys.executable, "-W", "ignore", "-m", "looking.slow"]
        return subprocess.run(command, env=_environment(home, "typical"), check=False).returncode
    folder = home / "looking"
    reports, failed = _shoot(home, folder, states, chosen)
    return _tell(folder, reports, failed, is_judged=chosen.check, seconds=time.monotonic() - began)


def _chosen() -> argparse.Namespace:
    ask = argparse.ArgumentParser(prog="make photos", description=__doc__)
    ask.add_argument(
        "--only", default="", help="addresses whose name holds one of these, such as people or staff:,web:parts"
    )
    ask.add_argument("--states", default="typical,empty,long,error")
    ask.add_argument("--views", default="zh-normal,zh-elder,en-normal,en-elder")
    ask.add_argument("--check", action="store_true", help="axe, html-validate, pa11y and Lighthouse as well")
    ask.add_argument(
        "--judged",
        default="few",
        choices=("few", "each", "all"),
        help="pages that pa11y and Lighthouse see: of each kind, each address once, as everybody who sees it otherwise",
    )
    ask.add_argument("--no-pictures", action="store_true", help="with --check: only pa11y and Lighthouse")
    ask.add_argument("--slow", action="store_true", help="only measure the pages of the budget on a slow phone")
    ask.add_argument("--keep", action="store_true", help="take the copies and the pages that the last run found")
    ask.add_argument("--one-by-one", action="store_true", help="one state after the other, on a machine that is busy")
    return ask.parse_args()


def _make_ready(home: Path, states: list[str], chosen: argparse.Namespace) -> None:
    if chosen.keep:
        from xuecheng.config import embedded

        embedded.start(home)
    else:
        cities.prepare(home, states)
    if chosen.check:
        judges.install()
    (home / "looking").mkdir(parents=True, exist_ok=True)
    if not (chosen.only or chosen.slow or chosen.no_pictures):
        for state in states:
            for old in ("pictures", "source"):
                shutil.rmtree(home / "looking" / old / state, ignore_errors=True)


def _shoot(home: Path, folder: Path, states: list[str], chosen: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    words = ["--folder", str(folder), "--only", chosen.only, "--views", chosen.views]
    words += ["--keep"] if chosen.keep else []
    words += ["--check", "--judged", chosen.judged] if chosen.check else []
    words += ["--no-pictures"] if chosen.no_pictures else []

    def shoot(state: str) -> int:
        command = [sys.executable, "-W", "ignore", "-m", "looking.shoot", state, *words]
        return subprocess.run(command, env=_environment(home, state), check=False).returncode

    with ThreadPoolExecutor(max_workers=1 if chosen.one_by_one else 2) as pool:
        failed = [state for state, code in zip(states, pool.map(shoot, states), strict=True) if code]
    return {
        state: json.loads((folder / f"{state}.json").read_text()) for state in states if state not in failed
    }, failed


def _tell(folder: Path, reports: dict[str, Any], failed: list[str], *, is_judged: bool, seconds: float) -> int:
    whole = Report()
    for report in reports.values():
        whole.take_in(report)
    if is_judged:
        judges.of_sources(whole, folder / "source")
    seen = [set(report["unseen"]) for state, report in reports.items() if state != cities.ERROR]
    unseen = sorted(set.intersection(*seen)) if seen else []
    index = sheet.write(folder / "pictures", unseen)
    (folder / "wrong.json").write_text(json.dumps(whole.wrong, ensure_ascii=False, indent=1), encoding="utf-8")
    for where, what in whole.wrong.items():
        print(f"\n{where}", *(f"  {each}" for each in what), sep="\n")
    print(f"\nLooks: findings\n{whole.table()}")
    print(f"\n{whole.photographs} photographs in {seconds:.0f} s: {index}")
    if unseen:
        print("Without a photograph (say in looking/crawl.py why, or let the demonstration lead there):", *unseen)
    if failed:
        print("Not ended:", *failed)
    print("Wrong:", len(whole.wrong) or "nothing")
    return 1 if whole.wrong or unseen or failed else 0


def _environment(home: Path, state: str) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": cities.address(home, state), "XUECHENG_IDENTITY": "application"}


if __name__ == "__main__":
    sys.exit(main())
