"""What may stand against a verb of learning from outside."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal


class NobodyDecides(Refusal):
    message = _("No certification body is at work in this city yet, so nothing can be brought.")


class FileEmpty(Refusal):
    message = _("The file is empty.")
    remedy = _("Choose another file.")
    field = "file"


class NotShown(Refusal):
    message = _("This file was sent already, or was let go.")
    remedy = _("Bring it once more if something is missing.")


class OwnRecord(Refusal):
    message = _("You cannot decide on your own record.")
    remedy = _("Another officer does it.")


class NotWaiting(Refusal):
    message = _("This record does not wait for a decision any more.")


class DecidedBefore(Refusal):
    message = _("You decided on this record the first time; somebody else looks at it again.")


class StatedByYou(Refusal):
    message = _("You brought the table in which this record stands.")
    remedy = _("Another officer decides.")


class ReasonsMissing(Refusal):
    message = _("Say why. The learner reads it.")
    field = "words"


class UnitNotGiven(Refusal):
    message = _("This unit is not given at the moment.")
    field = "unit"


class CreditsOutOfRange(Refusal):
    message = _("Give between 0.01 and %(most)s credits.")
    field = "amount"


class RefusedWithCredits(Refusal):
    message = _("A record that is refused is given no unit and no credits.")
    remedy = _("Say that it grants credit, or leave unit and credits out.")
    field = "grants"


class UnitCredited(Refusal):
    message = _("The learner has credit for this unit already.")
    remedy = _("Choose another unit, or refuse with this reason.")
    field = "unit"


class PartCredited(Refusal):
    message = _("The whole that this is part of, or a part of it, is credited already; nothing counts twice.")


class RevokedThere(Refusal):
    message = _("Its issuer revoked this credential, so it cannot count.")


class CannotBePosted(Refusal):
    message = _("The credit cannot be posted at the moment: the account is closed or a budget is spent.")


class EndUnknown(Refusal):
    message = _("The record does not say when the learning ended.")
    remedy = _("Refuse it and say that the day is missing.")


class NotRefused(Refusal):
    message = _("Only what was not recognised can be asked about again.")


class AskedOnce(Refusal):
    message = _("You asked again once, and another officer decided. That decision stands.")
    remedy = _("You can still apply for recognition of what you can do.")


class ClaimedMeanwhile(Refusal):
    message = _("Somebody brought this achievement meanwhile; the certification body looks at both.")


class TooLateToDrop(Refusal):
    message = _("Only what waits can be taken back, and nothing that was refused before.")


class IssuerKeysMissing(Refusal):
    message = _("Write at least one identifier by which files name the issuer.")
    field = "keys"


class IssuerKeyTaken(Refusal):
    message = _("One of the identifiers belongs to another issuer.")
    field = "keys"


class ProposedByYou(Refusal):
    message = _("You proposed this yourself.")
    remedy = _("Ask another officer of the certification body.")


class NotProposed(Refusal):
    message = _("This does not wait for a decision any more.")


class NotInForce(Refusal):
    message = _("This is not in force.")


class RuleNeedsIssuer(Refusal):
    message = _("Choose one issuer or one kind of issuers, not both.")
    field = "issuer"


class IssuerNotRecognised(Refusal):
    message = _("This issuer is not recognised yet.")
    remedy = _("Let another officer recognise it first.")
    field = "issuer"


class RatioWrong(Refusal):
    message = _("Say how many credits here stand for how many there, both of them or neither.")
    field = "num"


class RuleDaysWrong(Refusal):
    message = _("The rule must end after it begins, and a new version begins after the one before.")
    field = "effect_from"


class VersionProposed(Refusal):
    message = _("A version of this rule waits for a decision already.")


class CapWrong(Refusal):
    message = _("A cap needs its credits, what is added up, its period and what happens to what does not fit.")
    remedy = _("Fill in all of them, the months only for so many months; or leave them all empty.")
    field = "cap"


class TrialMissing(Refusal):
    message = _("This rule was not tried yet on what waits.")
    remedy = _("Wait for its dry run, or start one, and look at what the rule would do.")


class TrialStale(Refusal):
    message = _("Since the dry run %(newer)s more records came to wait.")
    remedy = _("Repeat the dry run, and look at what changed.")


class NotContested(Refusal):
    message = _("This record neither waits nor counts, so there is nothing to settle about whose it is.")
