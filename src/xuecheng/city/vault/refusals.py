"""What the vault says when it cannot open something."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal


class KeyMissing(Refusal):
    """The key of a sealed value is not here: destroyed, shredded, or from another database."""

    message = _("This cannot be opened: key %(key)s of “%(purpose)s” is not in this database.")
    remedy = _("If the rows come from a backup, restore its table of keys (vault_key) with them.")


class KeyDestroyed(KeyMissing):
    message = _("This cannot be opened: key %(key)s of “%(purpose)s” was destroyed on %(on)s.")
    remedy = _("What was sealed with it is lost on purpose, in backups too.")


class KekMissing(KeyMissing):
    """The key is there, but the key that wraps it is not."""

    message = _(
        "This cannot be opened: the key-encryption key %(kek)s, which wraps key %(key)s, is not in the key folder."
    )
    remedy = _("Bring it back from the backup of the keys, which is kept apart from that of the data.")


class OwnerSecretMissing(KeyMissing):
    message = _("This cannot be opened: the secret of key %(key)s was shredded or is not in the key folder.")
    remedy = _("If it was shredded, what was sealed with it is lost on purpose, in backups too.")


class KeyFolderOpen(Refusal):
    message = _("%(path)s can be read by others than its owner (mode %(mode)s).")
    remedy = _("Close it: chmod 700 for the folder, chmod 600 for its files.")


class SuiteUnknown(Refusal):
    message = _("There is no cipher suite “%(suite)s”.")
    remedy = _("Choose aes256gcm+hmac-sha256 or sm4gcm+hmac-sm3.")


class SealBroken(Exception):
    """A sealed value was altered, or moved here from another place. A fault, never a person's mistake."""
