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

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Answers 1 if something is wrong or a page has no photograph."""
    ask = argparse.ArgumentParser(prog="make photos", description=__doc__)
    ask.add_argument("--only", default="", help="addresses whose name holds this, such as people or web:parts")
    ask.add_argument("--states", default="typical,empty,long,error")
    ask.add_argument("--views", default="zh-normal,zh-elder,en-normal,en-elder")
    ask.add_argument("--check", action="store_true", help="axe, html-validate, pa11y and Lighthouse as well")
    ask.add_argument("--judged", default="few", choices=("few", "all"), help="pages that pa11y and Lighthouse see")
    ask.add_argument("--slow", action="store_true", help="only measure the pages of the budget on a slow phone")
    ask.add_argument("--keep", action="store_true", help="photograph the copies of the last run, do not make them anew")
    chosen = ask.parse_args()
    home = Path(os.environ.setdefault("XUECHENG_HOME", str(ROOT / "var" / "photos")))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuecheng.config.settings")
    states = ["typical"] if chosen.slow else chosen.states.split(",")
    from . import cities, judges, sheet

    if not shutil.which("chromium"):
        print("Chromium is missing (apt-get install chromium fonts-noto-cjk).")
        return 3
    began = time.monotonic()
    if not chosen.keep:
        cities.prepare(home, states)
        print(f"The cities are there after {time.monotonic() - began:.0f} s")
    else:
        from xuecheng.config import embedded

        embedded.start(home)
    folder = home / "looking"
    folder.mkdir(parents=True, exist_ok=True)
    if chosen.slow:
        return subprocess.run([sys.executable, "-m", "looking.slow"], env=_environment(home, "typical"), check=False).returncode
    if chosen.check:
        judges.install()
    if not chosen.only:
        for old in ("pictures", "source"):
            shutil.rmtree(folder / old, ignore_errors=True)

    def shoot(state: str) -> int:
        words = [sys.executable, "-W", "ignore", "-m", "looking.shoot", state, "--folder", str(folder)]
        words += ["--only", chosen.only, "--views", chosen.views, *(["--check", "--judged", chosen.judged] if chosen.check else [])]
        return subprocess.run(words, env=_environment(home, state), check=False).returncode

    with ThreadPoolExecutor(max_workers=2) as pool:
        failed = [state for state, code in zip(states, pool.map(shoot, states), strict=True) if code]
    reports = {state: json.loads((folder / f"{state}.json").read_text()) for state in states if state not in failed}
    wrong: dict[str, list[object]] = {}
    for report in reports.values():
        wrong |= report["wrong"]
    seen = [set(report["unseen"]) for state, report in reports.items() if state != "error"]
    unseen = sorted(set.intersection(*seen)) if seen else []
    if chosen.check:
        wrong |= judges.of_sources(folder / "source")
    index = sheet.write(folder / "pictures", unseen)
    for where, what in wrong.items():
        print(f"\n{where}", *(f"  {each}" for each in what), sep="\n")
    total = sum(report["photographs"] for report in reports.values())
    print(f"\n{total} photographs in {time.monotonic() - began:.0f} s: {index}")
    if unseen:
        print("Addresses without a photograph (say in looking/crawl.py why, or let the demonstration lead there):", *unseen)
    if failed:
        print("Not ended:", *failed)
    print("Wrong:", len(wrong) or "nothing")
    return 1 if wrong or unseen or failed else 0


def _environment(home: Path, state: str) -> dict[str, str]:
    from . import cities

    return os.environ | {"DATABASE_URL": cities.address(home, state), "XUECHENG_IDENTITY": "application"}


if __name__ == "__main__":
    sys.exit(main())
