"""Backups and restores, with point in time (REL-30 to REL-32; `docs/operations.md` "Backups", decision 0015).

FOLDER/bases/<id>/      whole backups: manifest.json, what PostgreSQL gave, the list of files; sealed but the first
FOLDER/log/<system>/    the database's log, segment by segment, sealed
FOLDER/files/ab/abcd…   uploaded files, each once, sealed, named by a keyed hash
FOLDER/carried/         lists of the files that came after a backup
FOLDER/drills.jsonl     restore drills: when, how long, what was found
"""
