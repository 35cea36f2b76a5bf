"""Why a backup or a restore is refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal


class NoBackupFolder(Refusal):
    message = _("No folder for backups is named.")
    remedy = _("Name it with --to, or set XUECHENG_BACKUPS.")


class BackupRuns(Refusal):
    message = _("Another backup or its tidying runs in %(folder)s.")
    remedy = _("Wait until it ends.")


class NoBackups(Refusal):
    message = _("%(folder)s holds no whole backup of Xuecheng.")


class BackupUnknown(Refusal):
    message = _("There is no whole backup %(name)s in %(folder)s.")


class BackupDamaged(Refusal):
    message = _("Backup %(name)s is damaged: %(what)s.")
    remedy = _("Take another backup. Keep this one until the cause is known.")


class BackupTooNew(Refusal):
    message = _("This backup was made by a newer release (%(release)s).")
    remedy = _("Restore it with that release.")


class BackupKeyMissing(Refusal):
    message = _("The key %(key)s that this backup is sealed with is not in %(folder)s.")
    remedy = _("Bring the keys: xuecheng backup keys --open FILE, or name their folder with XUECHENG_KEYS.")


class PlaceTaken(Refusal):
    message = _("%(place)s holds data already.")
    remedy = _("Restore into a new folder, or add --replace.")


class PlaceRuns(Refusal):
    message = _("The database in %(place)s is running.")
    remedy = _("Stop it first: xuecheng stop")


class TooEarly(Refusal):
    message = _("No backup ended before %(time)s.")
    remedy = _("The earliest moment that can be restored is %(earliest)s.")


class TooLate(Refusal):
    message = _("The log reaches to %(reached)s and not to %(time)s.")
    remedy = _("Without --to-time it is restored as far as the log reaches.")


class ToolMissing(Refusal):
    message = _("%(tool)s of PostgreSQL %(major)s is not on this machine.")
    remedy = _("Install the client programs of that version (Debian: postgresql-client-%(major)s).")


class NotOfAnOutsideServer(Refusal):
    message = _("This is done by the outside server's own tools.")
    remedy = _("pgBackRest or barman archive its log and restore to a point in time: see docs/operations.md.")


class DumpNeedsADatabase(Refusal):
    message = _("This backup is a dump of an outside server.")
    remedy = _("Set DATABASE_URL to an empty database, as its owner.")


class DatabaseNotEmpty(Refusal):
    message = _("The database that DATABASE_URL names holds tables already.")
    remedy = _("Name an empty one.")


class DatabasesDiffer(Refusal):
    message = _("DATABASE_URL names the database %(owner)s, DATABASE_APP_URL the database %(application)s.")
    remedy = _("Name the same empty one in both.")


class NoRoom(Refusal):
    message = _("%(place)s has too little room: %(needed)s GB are needed.")


class PassphraseWrong(Refusal):
    message = _("The file does not open with this passphrase.")


class PassphraseShort(Refusal):
    message = _("The passphrase is too short.")
    remedy = _("Take at least 16 characters, such as five words.")


class KeyThere(Refusal):
    message = _("%(path)s is there already and is another one.")
    remedy = _("Open the keys into a folder without keys.")
