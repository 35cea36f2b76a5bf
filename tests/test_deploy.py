"""The files under deploy/ speak of what there is: commands, settings, numbers, sections of the guide.

Whether their programs read them is tried by `scripts/check-deploy.sh`, which needs those programs.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
# This section comes with the commands of backup and restore.
ELSEWHERE = {"backups"}


def anchors() -> set[str]:
    headings = re.findall(r"^#+ (.+)$", GUIDE, re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings} | ELSEWHERE


def alarms() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DEPLOY / "prometheus" / "rules.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


@pytest.mark.parametrize("alarm", alarms(), ids=lambda alarm: alarm["alert"])
def test_each_alarm_has_a_severity_and_a_section_of_the_guide_that_there_is(alarm: dict[str, Any]) -> None:
    assert alarm["labels"]["severity"] in ("page", "ticket")
    assert alarm["annotations"]["summary"]
    file, _hash, section = alarm["annotations"]["runbook"].partition("#")
    assert file == "docs/operations.md"
    assert section in anchors()


def test_alarms_and_guide_name_numbers_that_are_told() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    told = set(re.findall(r'"(xuecheng_[a-z_]+)"', source))
    told |= {f"{name}{end}" for name in told for end in ("_total", "_bucket", "_count", "_sum")}
    named = {name for alarm in alarms() for name in re.findall(r"xuecheng_[a-z_]+", alarm["expr"])}
    named |= set(re.findall(r"`(xuecheng_[a-z_]+)", GUIDE)) - {"xuecheng_app", "xuecheng_owner", "xuecheng_site"}
    assert named - told == set()


def test_alarms_that_are_named_in_their_trials_exist() -> None:
    trials = yaml.safe_load((DEPLOY / "prometheus" / "rules-test.yml").read_text(encoding="utf-8"))["tests"]
    names = {one["alertname"] for trial in trials for one in trial["alert_rule_test"]}
    assert names <= {alarm["alert"] for alarm in alarms()}


def test_units_and_containers_start_commands_that_there_are() -> None:
    from xuecheng.config.cli import COMMANDS

    units = "".join(path.read_text(encoding="utf-8") for path in (DEPLOY / "systemd").iterdir())
    starts = re.findall(r"^ExecStart=(.+)$", units, re.MULTILINE)
    assert len(starts) == 4
    for start in starts:
        program, _space, rest = start.partition(" ")
        assert program.endswith("/bin/xuecheng") or rest.startswith("-m xuecheng.config.cli.worker ")
        if program.endswith("/bin/xuecheng"):
            assert rest.split()[0] in COMMANDS
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert {"database", "migrate", "web", "jobs", "routines", "errands", "proxy"} == set(services)


def test_each_container_is_given_the_secrets_that_its_settings_name() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    for name, service in services.items():
        named = {
            value.removeprefix("/run/secrets/")
            for value in service.get("environment", {}).values()
            if str(value).startswith("/run/secrets/")
        }
        assert named == set(service.get("secrets", ())), name


def test_each_queue_has_a_worker_in_units_and_containers() -> None:
    from xuecheng.city.jobs.workers import QUEUES

    for text in (
        "".join(path.read_text(encoding="utf-8") for path in (DEPLOY / "systemd").glob("*.service")),
        (DEPLOY / "compose.yaml").read_text(encoding="utf-8"),
    ):
        found = re.findall(r'cli\.worker"?,? "?([a-z,]+)"?,? "?\d', text)
        assert {queue for queues in found for queue in queues.split(",")} == set(QUEUES)


def test_settings_that_are_given_are_known() -> None:
    given: set[str] = set()
    for path in (DEPLOY / "xuecheng.env", DEPLOY / "compose.yaml"):
        given |= set(re.findall(r"^\s*([A-Z_]+)[=:]", path.read_text(encoding="utf-8"), re.MULTILINE))
    theirs = {"POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS"}
    assert [name for name in given - theirs if f"| `{name.removesuffix('_FILE')}` |" not in GUIDE] == []


def test_a_proxy_says_who_it_was_and_keeps_the_numbers_inside() -> None:
    for path in (
        DEPLOY / "nginx" / "xuecheng.conf",
        DEPLOY / "nginx" / "container.conf",
        DEPLOY / "haproxy" / "haproxy.cfg",
    ):
        text = path.read_text(encoding="utf-8")
        for word in ("X-Forwarded-For", "X-Forwarded-Proto", "X-Request-Id", "/metrics", "/readyz"):
            assert word in text, f"{path.name} lacks {word}"


def test_addresses_stand_between_quotes_since_a_shell_reads_the_settings_too() -> None:
    text = (DEPLOY / "xuecheng.env").read_text(encoding="utf-8")
    given = re.findall(r"^DATABASE_\w+=(.+)$", text, re.MULTILINE)
    assert len(given) == 2
    # One with `&sslmode=verify-full` would else be cut there, and the rest be a command.
    assert [one for one in given if not re.fullmatch(r'"[^"]+"', one)] == []
