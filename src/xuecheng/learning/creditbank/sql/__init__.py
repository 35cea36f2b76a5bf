"""The ledger's tables and functions as versioned SQL, loaded by migrations (ledger.md §4).

A file that a release has run is never edited: a function that changes gets a new file (`ledger_post_v2.sql`) and a new
migration, which ends with `ledger_rights_v1.sql` again, since every new function is open to all until then.
"""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).resolve().parent

#: The files of the first release in the order they are run; the first as whoever migrates, the others as the owner.
FIRST_RELEASE = (
    "ledger_roles_v1.sql",
    "ledger_schema_v1.sql",
    "ledger_accounts_v1.sql",
    "ledger_post_v1.sql",
    "ledger_seal_v1.sql",
    "ledger_verify_v1.sql",
    "ledger_rights_v1.sql",
)
#: What changed afterwards, run as the owner.
SECOND_RELEASE = ("ledger_move_v2.sql", "ledger_rights_v1.sql")
#: Accounts of collectives (C-91).
COLLECTIVES = ("ledger_collectives_v1.sql", "ledger_rights_v1.sql")
BECOME_OWNER = "set local role ledger_owner"
RESUME = "reset role"


def text(name: str) -> str:
    """The SQL of the file `name` of this folder."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def as_owner(*names: str) -> list[str]:
    """Statements that run the files `names` as the owner of the ledger, inside the transaction of a migration."""
    return [BECOME_OWNER, *(text(name) for name in names), RESUME]
