"""What the ledger answers, and how a refusal reads (ledger.md §4.2)."""

from __future__ import annotations

from enum import IntEnum

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal


class Code(IntEnum):
    """Answer to one transfer. Precedence: 1 and 7, then 5, 3, 2, 9, 6, 4, 8."""

    POSTED = 0
    #: The same key with the same content stands in the books: the retry of what had worked.
    ALREADY_POSTED = 1
    NO_SUCH_ACCOUNT = 2
    #: One account twice, or an amount outside 1 … 10^12; for a reversal: not a kind that is reversed.
    MALFORMED = 3
    #: The balance would fall below the account's floor.
    INSUFFICIENT = 4
    #: The same key twice in one call.
    KEY_TWICE = 5
    UNITS_DIFFER = 6
    #: The key stands in the books with other content; reversed or ended before in another way.
    KEY_USED = 7
    #: Another transfer of the same all-or-nothing call was refused.
    OTHERS_REFUSED = 8
    #: Frozen accounts give nothing, closed ones neither give nor receive.
    NOT_OPEN = 9

    @property
    def stands(self) -> bool:
        """Whether the transfer is in the books, now or since before."""
        return self in (Code.POSTED, Code.ALREADY_POSTED)


class NotPosted(Refusal):
    """The ledger refused; `result` says which code it answered. Nothing was written, the key is still free."""

    result: Code
    message = _("The ledger refused this posting.")


class AccountMissing(NotPosted):
    result = Code.NO_SUCH_ACCOUNT
    message = _("One of the two accounts does not exist in this book.")


class TransferMalformed(NotPosted):
    result = Code.MALFORMED
    message = _("A posting needs two different accounts and an amount between 0.01 and 10,000,000,000.00 credits.")


class CreditsInsufficient(NotPosted):
    result = Code.INSUFFICIENT
    message = _("There are not enough credits on the account.")
    field = "amount"


class KeyTwice(NotPosted):
    result = Code.KEY_TWICE
    message = _("The same posting stands twice in this call.")


class UnitsDiffer(NotPosted):
    result = Code.UNITS_DIFFER
    message = _("The two accounts hold different classes of credit, which are never exchanged for one another.")


class KeyUsed(NotPosted):
    result = Code.KEY_USED
    message = _("This was posted before with other content.")
    remedy = _("Reverse the earlier posting, then post anew.")


class OthersRefused(NotPosted):
    result = Code.OTHERS_REFUSED
    message = _("Nothing was posted, because another posting of the same call was refused.")


class AccountNotOpen(NotPosted):
    result = Code.NOT_OPEN
    message = _("The account is frozen or closed.")
    remedy = _("Ask the credit bank to look into it.")


class TransferUnknown(Refusal):
    """`reverse` names a transfer that this book does not hold."""

    message = _("There is no such posting.")


class NotReversible(NotPosted):
    result = Code.MALFORMED
    message = _("A set-aside, a transfer between books and a reversal are not reversed.")
    remedy = _("End the set-aside, transfer the credits back, or post anew.")


class ReversedBefore(NotPosted):
    result = Code.KEY_USED
    message = _("This posting was reversed before.")


class CreditsSpent(NotPosted):
    """Reversing would leave the learner owing: a case for an officer, never a negative balance (ledger.md §4.4)."""

    result = Code.INSUFFICIENT
    message = _("These credits were spent already, so the posting cannot be reversed.")
    remedy = _("An officer decides: freeze the account and recover the credits later.")


class HoldUnknown(Refusal):
    """`hold_close` names a hold that this book does not hold."""

    message = _("There is no such set-aside.")


class CaptureOutOfRange(NotPosted):
    result = Code.MALFORMED
    message = _("Not more can be taken than was set aside.")
    field = "amount"


class HoldEndedBefore(NotPosted):
    result = Code.KEY_USED
    message = _("These set-aside credits were taken or given back before.")


class RulingMalformed(NotPosted):
    """`set_state` and `set_floor`: no such state, a floor out of range or one that never changes, or no reason."""

    result = Code.MALFORMED
    message = _("The account cannot be changed in this way, or the reason is missing.")


class FloorAboveBalance(NotPosted):
    result = Code.INSUFFICIENT
    message = _("The account lies below that limit already.")
    field = "floor"


class BatchKeyUsed(Exception):
    """The key of a batch call was used before with other content: a fault of the caller, who names the call."""


_OF_POSTING: dict[Code, type[NotPosted]] = {
    refusal.result: refusal
    for refusal in (
        AccountMissing,
        TransferMalformed,
        CreditsInsufficient,
        KeyTwice,
        UnitsDiffer,
        KeyUsed,
        OthersRefused,
        AccountNotOpen,
    )
}


def refusal_of(code: Code, **instead: type[NotPosted]) -> NotPosted:
    """The refusal that `code` stands for; `instead` names others by the code's name, `insufficient=CreditsSpent`."""
    return (instead.get(code.name.lower()) or _OF_POSTING[code])()


def standing(code: Code, **instead: type[NotPosted]) -> Code:
    """`code` if the transfer stands in the books, else its refusal is raised."""
    if code.stands:
        return code
    raise refusal_of(code, **instead)
