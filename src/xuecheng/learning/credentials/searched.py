"""Transcripts in the search box: a whole code leads to its verification, which counts tries."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xuecheng.web import searching

from .rules import TranscriptCodeWrong, normalise_transcript_code


def _look(request: HttpRequest, text: str) -> list[searching.Hit]:
    del request
    # Twelve letters in a row may be a word of English or a name in pinyin: a code has a digit or its dashes.
    if not any(sign.isdigit() or sign == "-" for sign in text):
        return []
    try:
        code = normalise_transcript_code(text)
    except TranscriptCodeWrong:
        return []
    return [searching.Hit(_("Verify %(code)s") % {"code": code}, reverse("credentials:verify_code", args=[code]))]


SOURCE = searching.Source("transcripts", gettext_lazy("Transcripts"), "shield-check", _look, order=5)
