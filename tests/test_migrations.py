"""What would stop a running city, or break the release that runs beside, is refused before it is released (OPS-07)."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

_SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "lint_migrations.py"
_spec = importlib.util.spec_from_file_location("lint_migrations", _SCRIPT)
assert _spec is not None
assert _spec.loader is not None
lint = importlib.util.module_from_spec(_spec)
sys.modules["lint_migrations"] = lint
_spec.loader.exec_module(lint)

INDEX = models.Index(fields=["kind"], name="job_by_kind_planted")
CHECK = models.CheckConstraint(condition=models.Q(done_count__gte=0), name="job_counts_up_planted")
UNIQUE = models.UniqueConstraint(fields=["kind", "public_id"], name="job_once_planted")


@pytest.fixture(scope="module")
def today() -> Any:
    """The models as all migrations of today leave them."""
    return MigrationLoader(None).project_state()


def planted(*operations: Any, atomic: bool = True, unsafe_because: dict[str, str] | None = None) -> Any:
    made = migrations.Migration("9999_planted", "jobs")
    made.operations, made.atomic = list(operations), atomic
    made.unsafe_because = unsafe_because or {}
    return made


def rules_against(today: Any, migration: Any) -> set[str]:
    return {one.rule for one in lint.findings([migration], today.clone())}


def add(field: models.Field[Any, Any]) -> migrations.AddField:
    return migrations.AddField("job", "planted", field)


@pytest.mark.parametrize(
    ("rule", "operation"),
    [
        ("require-concurrent-index-creation", migrations.AddIndex("job", INDEX)),
        ("constraint-missing-not-valid", migrations.AddConstraint("job", CHECK)),
        ("require-concurrent-index-creation", add(models.ForeignKey("people.Person", models.PROTECT, null=True))),
        ("disallowed-unique-constraint", migrations.AddConstraint("job", UNIQUE)),
        ("old-code-cannot-insert", add(models.IntegerField(default=0))),
        ("ban-drop-column", migrations.RemoveField("job", "kind")),
        ("renaming-column", migrations.RenameField("job", "kind", "sort")),
        ("ban-drop-table", migrations.DeleteModel("Job")),
        ("changing-column-type", migrations.AlterField("job", "kind", models.BigIntegerField())),
        ("adding-not-nullable-field", migrations.AlterField("job", "ended_at", models.DateTimeField())),
        ("data-in-schema", migrations.RunPython(lambda _apps, _editor: None)),
        ("data-in-schema", migrations.RunSQL("update jobs_job set kind = 'a'")),
        ("data-in-schema", migrations.RunSQL(["select 1", "-- why\ndelete from jobs_job"])),
    ],
    ids=lambda one: one if isinstance(one, str) else type(one).__name__,
)
def test_what_stops_a_city_is_refused(today: Any, rule: str, operation: Any) -> None:
    assert rule in rules_against(today, planted(operation))


def test_what_is_half_done_without_a_transaction_is_refused(today: Any) -> None:
    two = planted(AddIndexConcurrently("job", INDEX), add(models.IntegerField(null=True)), atomic=False)
    assert rules_against(today, two) == {"half-done"}


@pytest.mark.parametrize(
    "migration",
    [
        planted(add(models.IntegerField(null=True))),
        planted(add(models.IntegerField(db_default=0))),
        planted(add(models.ForeignKey("people.Person", models.PROTECT, null=True, db_index=False, related_name="+"))),
        planted(AddIndexConcurrently("job", INDEX), atomic=False),
        planted(AddConstraintNotValid("job", CHECK)),
        planted(migrations.RunSQL("create function planted() returns void language sql as $$ delete from jobs_job $$")),
    ],
    ids=["null", "db_default", "empty reference", "concurrent index", "not valid", "a function that writes"],
)
def test_what_a_city_does_not_notice_passes(today: Any, migration: Any) -> None:
    assert rules_against(today, migration) == set()


def test_a_table_that_is_new_may_be_built_in_any_way(today: Any) -> None:
    columns = [("id", models.BigAutoField(primary_key=True)), ("kind", models.CharField(max_length=9))]
    made = migrations.CreateModel("Planted", columns, options={"indexes": [models.Index(fields=["kind"], name="pl_k")]})
    later = planted(migrations.AddField("planted", "job", models.ForeignKey("jobs.Job", models.PROTECT)))
    later.name = "9999_planted_more"
    assert lint.findings([planted(made), later], today.clone()) == []


def test_two_steps_make_a_constraint_that_one_may_not(today: Any) -> None:
    second = planted(ValidateConstraint("job", CHECK.name))
    second.name = "9999_planted_validated"
    assert lint.findings([planted(AddConstraintNotValid("job", CHECK)), second], today.clone()) == []


def test_a_reason_excuses_its_own_rule_and_no_other(today: Any) -> None:
    both = [
        migrations.RemoveField("job", "kind"),
        migrations.AddIndex("job", models.Index(fields=["state"], name="pl")),
    ]
    excused = planted(*both, unsafe_because={"ban-drop-column": "No code reads it since the release before."})
    assert rules_against(today, excused) == {"require-concurrent-index-creation"}


def test_a_reason_without_its_act_is_taken_out(today: Any) -> None:
    idle = planted(add(models.IntegerField(null=True)), unsafe_because={"ban-drop-column": "It was to go."})
    assert rules_against(today, idle) == {"ban-drop-column"}
