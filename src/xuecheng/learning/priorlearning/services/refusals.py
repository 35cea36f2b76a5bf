"""What recognising prior learning refuses, by the name of the rule that says no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal


class CentreClosed(Refusal):
    message = _("This centre takes no applications now.")
    field = "centre"


class UnitNotOffered(Refusal):
    message = _("The unit %(unit)s is not given now.")
    field = "units"


class NoUnitChosen(Refusal):
    message = _("Choose at least one unit.")
    field = "units"


class TooManyUnits(Refusal):
    message = _("One application has at most %(most)s units.")
    remedy = _("Begin another one for the rest.")
    field = "units"


class UnitHeld(Refusal):
    message = _("You hold the unit “%(unit)s” already, or asked for it; it is credited once (C-25).")
    remedy = _("Untick it and go on with the others.")
    field = "units"


class NotWritable(Refusal):
    message = _("It was handed in already, and cannot be changed now.")


class IsPaused(Refusal):
    message = _("This application is paused.")
    remedy = _("Go on with it first.")


class NotPaused(Refusal):
    message = _("This application is not paused.")


class NothingToPause(Refusal):
    message = _("No clock runs now; nothing needs to be paused.")


class AnswersMissing(Refusal):
    message = _("%(n)s questions have no answer yet.")
    remedy = _("A sentence or two in your own words is enough.")


class EvidenceMissing(Refusal):
    message = _("There is no evidence yet.")
    remedy = _("Add a photograph, a document, a link, or name somebody who saw it.")


class EvidenceIncomplete(Refusal):
    message = _("Something of this evidence is missing.")
    field = "words"


class EvidenceFuture(Refusal):
    message = _("This day has not come yet.")
    remedy = _("Enter the day on which it was done or written, or leave it empty.")
    field = "dated_on"


class ReachUnclear(Refusal):
    message = _("This is neither a telephone number nor an e-mail address.")
    remedy = _("Enter one by which the assessors can ask the witness.")
    field = "reach"


class RecordAddedAlready(Refusal):
    message = _("This record was added already.")
    remedy = _("Choose another one; one record counts as one piece.")
    field = "record"


class RecordUnknown(Refusal):
    message = _("There is no such record on your account.")
    field = "record"


class NoMoreEvidence(Refusal):
    message = _("An application has at most %(most)s pieces of evidence.")
    remedy = _("Take one out first, or put several photographs into one document.")


class EvidenceUsed(Refusal):
    message = _("It was handed in already; what assessors may have seen stays.")


class TooLateToWithdraw(Refusal):
    message = _("It is decided or ended already, and is not taken back any more.")


class NotWaiting(Refusal):
    message = _("Somebody looked through it already, or it was taken back.")


class ReasonMissing(Refusal):
    message = _("Name the reason, and say it in words that the learner understands.")
    field = "words"


class OwnApplication(Refusal):
    message = _("Nobody handles or assesses their own application.")
    remedy = _("Ask a colleague.")


class NotAssessing(Refusal):
    message = _("It is not being assessed now.")


class NotYours(Refusal):
    message = _("This case is not drawn to you, or you were released from it.")


class GridNotWhole(Refusal):
    message = _("Not every outcome has a piece with all four ticks, or there are too few independent sources (C-46).")
    remedy = _("Tick what you found, or say what is still missing.")
    field = "word"


class TaskMissing(Refusal):
    message = _("Say which task is still to be done.")
    field = "task"


class WordsMissing(Refusal):
    message = _("Say why; the learner reads it.")
    field = "words"


class OpinionGiven(Refusal):
    message = _("You gave your opinion on this unit already.")


class NoTaskOpen(Refusal):
    message = _("No task is open for this unit.")


class MeetingTooSoon(Refusal):
    message = _("It begins in the past, or within a day.")
    remedy = _("Leave at least a day, so that nobody misses it.")
    field = "begins_at"


class MeetingOverlaps(Refusal):
    message = _("Somebody who has to be there has another interview or test from %(begins)s to %(ends)s that day.")
    remedy = _("Choose another time.")
    field = "begins_at"


class MeetingOver(Refusal):
    message = _("It was held or cancelled already.")


class MeetingNotYet(Refusal):
    message = _("It has not begun yet.")


class NothingToAppeal(Refusal):
    message = _("Only “not yet” can be appealed against, and only once.")


class AskedElsewhere(Refusal):
    message = _("You asked for the unit “%(unit)s” in another application, or hold it by now.")
    remedy = _("Take it out of the other application first; then others look at this decision again.")


class TooLateToAppeal(Refusal):
    message = _("An appeal could be lodged until %(until)s.")


class AppealDecided(Refusal):
    message = _("This appeal was decided already.")


class WitnessGone(Refusal):
    message = _("This link is not open any more, or the code is wrong.")
    remedy = _("Look at the code again, or ask whoever sent it to you.")
    field = "code"


class StatementMissing(Refusal):
    message = _("Say in a sentence or two what you saw.")
    field = "statement"


class WitnessIsLearner(Refusal):
    message = _("Nobody is their own witness.")
    field = "name"


class MembersMissing(Refusal):
    message = _("Name at least two members.")
    field = "members"


class MemberUnknown(Refusal):
    message = _("Nobody has the card number, sign-in name or account “%(ref)s” with the name %(name)s.")
    remedy = _("Check the row; whoever has no account opens one at a counter.")
    field = "members"


class MembersUnknown(Refusal):
    message = _("%(n)s rows name nobody: %(rows)s.")
    remedy = _("Check card number, sign-in name and name in each; whoever has no account opens one at a counter.")
    field = "members"


class MemberAnswered(Refusal):
    message = _("You answered already.")


class NotGranted(Refusal):
    message = _("No credit stands behind this unit.")


class FieldsWrong(Refusal):
    message = _("Fields of study are codes of two to four digits, such as 0921.")
    field = "fields"


class GuideWithoutOutcome(Refusal):
    message = _("The unit has no outcome with the number %(number)s.")
    field = "outcome"
