"""Why a file, or something in it, is not taken in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal


class FileRefusal(Refusal):
    field = "file"


class FileUnknown(FileRefusal):
    message = _("This file is none that can be read here.")
    remedy = _("Bring an ELMO file (XML), an Open Badge (JSON, PNG, SVG or JWT) or a CLR.")


class CredentialUnreadable(FileRefusal):
    message = _("This file cannot be read: %(why)s")
    remedy = _("Bring an ELMO file (XML), an Open Badge (JSON, PNG, SVG or JWT) or a CLR.")


class FileTooLarge(FileRefusal):
    message = _("The file is too large.")
    remedy = _("At most %(most)s MB can be read.")


class FileBroken(FileRefusal):
    message = _("The file is damaged: %(why)s (line %(line)s).")
    remedy = _("Download it anew from where it was issued; do not edit it.")


class FileUnsafe(FileRefusal):
    message = _("The file has a part that refers to other files (DOCTYPE or entities). Such files are not read.")
    remedy = _("Download it anew from where it was issued; a real ELMO file has no such part.")


class NotReadToTheEnd(FileRefusal):
    message = _("Reading this file ended before all of it was read.")
    remedy = _("Bring it once more; if it ends so again, ask at the counter.")


class TooMuchInFile(FileRefusal):
    message = _("The file has more than %(most)s achievements.")
    remedy = _("Bring it in parts.")


class NothingInFile(FileRefusal):
    message = _("No achievement stands in this file.")
    remedy = _("Look whether it is the right one.")


class NotAsTheSchema(FileRefusal):
    message = _("Line %(line)s is not as ELMO asks: %(why)s")
    remedy = _("The issuer must mend it; a file that was edited by hand cannot be read.")


class NotPassed(Refusal):
    message = _("“%(title)s” is not finished or was not passed, so it is left out.")


class NotProven(Refusal):
    message = _("“%(title)s”: %(why)s")
    remedy = _("Ask whoever issued it for a new one.")


class NotYetOver(Refusal):
    message = _("“%(title)s” ends on %(day)s, which is to come.")
    remedy = _("Bring it when it is over.")


class ClaimedByAnother(Refusal):
    message = _("“%(title)s” was brought by another person already. The certification body looks at it.")
    remedy = _("If it is yours, nothing is lost: wait for the answer, or ask at the counter.")


class NamesAnother(Refusal):
    message = _("“%(title)s” was brought by the person whom it names.")
    remedy = _("If it is yours, prove the e-mail address that it names, or ask at the counter.")


class SaysSomethingElse(Refusal):
    message = _("“%(title)s” is here already, and says something else than before.")
    remedy = _("If the issuer corrected it, take the old one back first, or ask the certification body.")


class NothingAchieved(Refusal):
    message = _("Here stands no achievement that could be read: %(why)s")
    remedy = _("Ask whoever issued it for a new one.")


class ContentElsewhere(Refusal):
    message = _("The badge only points to the address where its content lies.")
    remedy = _("Ask its issuer for one of Open Badges 3.0, which holds everything itself.")


class TitleMissing(Refusal):
    message = _("An achievement without a title cannot be taken in.")
