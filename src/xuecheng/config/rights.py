"""What the application's role may do in the database: applied after every migration, by the owner."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.db import IntegrityError, ProgrammingError, connections, transaction

from .database import APPLICATION_ROLE

# Only added to, never changed or taken away, by anybody (`ledger.md` §4.1, `scale-out.md` §4.10).
APPEND_ONLY = (
    "records_learningrecord",
    "records_sourcekey",
    "recognition_posting",
    "credentials_transcriptcheck",
    "access_reading",
    "care_deed",
    "realname_unmasking",
    "mydata_consent",
    "enrolment_movement",
    "staff_consent",
    "staff_limitsversion",
    "teaching_mark",
    "teaching_decision",
    "volunteers_scale",
)
# Written by a function of the owner only.
OWNERS = ("mydata_historyerased",)
# What the owner does for the application, each for one purpose (`decision 0014`).
CALLABLE = ("mydata_erase_history_v2(uuid, jsonb)",)
_HISTORIES = """
select c.oid::regclass::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'pgh_obj_id'
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and not a.attisdropped"""


def ensure_role(connection: Any) -> None:
    """Make the application's role if the server has none. Roles are the server's: two databases may race for it."""
    with connection.cursor() as cursor:
        cursor.execute("select 1 from pg_roles where rolname = %s", [APPLICATION_ROLE])
        if cursor.fetchone() is None:
            with suppress(IntegrityError, ProgrammingError), transaction.atomic(using=connection.alias):
                cursor.execute(f"create role {APPLICATION_ROLE} nologin")


def grant(using: str = "default") -> None:
    """Rows of all tables to the application; history to be added to only; no right on the schema itself."""
    connection = connections[using]
    ensure_role(connection)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        # Two workers of a test run migrate two databases of one server at once; each grants in its own.
        cursor.execute(f"grant usage on schema public to {APPLICATION_ROLE}")
        cursor.execute(f"grant select, insert, update, delete on all tables in schema public to {APPLICATION_ROLE}")
        cursor.execute(f"grant usage, select on all sequences in schema public to {APPLICATION_ROLE}")
        # Tables that come outside a migration (the cache's): ordinary ones.
        cursor.execute(
            "alter default privileges in schema public "
            f"grant select, insert, update, delete on tables to {APPLICATION_ROLE}"
        )
        cursor.execute(f"revoke insert, update, delete on django_migrations from {APPLICATION_ROLE}")
        for table in APPEND_ONLY:
            cursor.execute("select to_regclass(%s)", [table])
            if cursor.fetchone()[0]:
                cursor.execute(f"revoke update, delete on {table} from {APPLICATION_ROLE}")
        # Triggers keep the histories too; a right that nobody needs is not given.
        cursor.execute(_HISTORIES)
        for (table,) in cursor.fetchall():
            cursor.execute(f"revoke update, delete on {table} from {APPLICATION_ROLE}")
        for table in OWNERS:
            cursor.execute("select to_regclass(%s)", [table])
            if cursor.fetchone()[0]:
                cursor.execute(f"revoke insert, update, delete on {table} from {APPLICATION_ROLE}")
        for function in CALLABLE:
            cursor.execute("select to_regprocedure(%s)", [function])
            if cursor.fetchone()[0]:
                cursor.execute(f"grant execute on function {function} to {APPLICATION_ROLE}")


def after_migrating(sender: Any, using: str, **_kwargs: Any) -> None:
    """Receiver of `post_migrate`, sent once per app; the work is done for the last one, this app."""
    del sender
    grant(using)
