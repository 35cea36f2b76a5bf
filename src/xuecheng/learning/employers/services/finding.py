"""What rows name of ours, whose it is, and whether they agree: for a slice at once, always by as many statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import groups_of
from xuecheng.city.people.models import Person
from xuecheng.learning.badges.models import Badge, ShareItem
from xuecheng.learning.badges.services import hash_of
from xuecheng.learning.credentials import services as credentials
from xuecheng.learning.credentials.models import Transcript
from xuecheng.learning.credentials.queries import changes_since, lines_in
from xuecheng.learning.credentials.rules import TranscriptCodeWrong, normalise_transcript_code
from xuecheng.learning.employers import sheets
from xuecheng.learning.employers.models import Consent, Inquiry
from xuecheng.learning.employers.rules import Cell, Kind, Known

_NOBODY = -1
"""Asked for beside whatever was found: a question about no row at all would not be sent."""


@dataclass(frozen=True)
class Named:
    """One thing of ours that a row names."""

    what: str
    code: str
    title: str
    known: Known


@dataclass
class Found:
    """All that a slice names, and who agreed."""

    numbers: dict[str, Named] = field(default_factory=dict)
    codes: dict[str, Named] = field(default_factory=dict)
    behind_links: dict[str, list[Named]] = field(default_factory=dict)
    """By the secret of a link what it shows, or showed."""
    open_links: set[str] = field(default_factory=set)
    """Links that show the holder's name now: whoever has one was given it by the holder."""
    agreed: set[int] = field(default_factory=set)

    def is_code(self, text: str) -> bool:
        return bool(code_of(text))

    def named(self, cell: Cell) -> list[Named]:
        match cell.kind:
            case Kind.NUMBER:
                return [self.numbers[cell.value]] if cell.value in self.numbers else []
            case Kind.CODE:
                code = code_of(cell.value)
                return [self.codes[code]] if code in self.codes else []
            case _:
                return self.behind_links.get(cell.value, [])

    def agrees(self, named: Named, *links: Cell) -> bool:
        """By a consent to the organisation, or by a link that shows this very credential with the name (C-89)."""
        if named.known.learner_id in self.agreed:
            return True
        return any(
            one.kind is Kind.SHARE
            and one.value in self.open_links
            and any(named.code == each.code for each in self.behind_links.get(one.value, []))
            for one in links
        )


def code_of(text: str) -> str:
    """The code that somebody meant; "" if it is none."""
    try:
        return normalise_transcript_code(text)
    except TranscriptCodeWrong:
        return ""


def find(cells: Sequence[Cell], *, organisation: Organisation, at: datetime) -> Found:
    """What the cells name. The caller is in the transaction that keeps the answers."""
    on = clock.date_of(at)
    found = Found()
    badges = Badge.objects.filter(public_id__in=_of(cells, Kind.NUMBER)).select_related("learner", "achievement", "key")
    for badge in badges:
        found.numbers[str(badge.public_id)] = _credential(badge, on=on)
    tokens = {hash_of(token): token for token in _of(cells, Kind.SHARE)}
    shown = ShareItem.objects.filter(share__token_hash__in=list(tokens)).select_related(
        "share", "badge__learner", "badge__achievement", "badge__key"
    )
    for item in shown.order_by("pk"):
        token = tokens[bytes(item.share.token_hash)]
        found.behind_links.setdefault(token, []).append(_credential(item.badge, on=on))
        if item.share.is_open(at) and item.share.shows_name:
            found.open_links.add(token)
    codes = sorted({code for text in _of(cells, Kind.CODE) if (code := code_of(text))})
    for code in codes:
        if (named := _transcript(code, at=at)) is not None:
            found.codes[code] = named
    for code, known in sheets.known(codes).items():
        found.codes[code] = Named(Inquiry.What.CERTIFICATE.value, code, next(iter(known.titles), ""), known)
    _ask_people(found, organisation=organisation, at=at)
    return found


def _of(cells: Iterable[Cell], kind: Kind) -> list[str]:
    return list(dict.fromkeys(one.value for one in cells if one.kind is kind))


def _everything(found: Found) -> Iterator[Named]:
    return chain(found.numbers.values(), found.codes.values(), *found.behind_links.values())


def _ask_people(found: Found, *, organisation: Organisation, at: datetime) -> None:
    """Who agreed under any account of theirs; and names that people have under another account are right too."""
    learners = {one.known.learner_id for one in _everything(found)}
    groups = groups_of([*learners, _NOBODY])
    keys = learners.union(*(groups.get(one, (one,)) for one in learners))
    agreed = set(
        Consent.objects.filter(
            organisation=organisation, learner__in=[*keys, _NOBODY], ended_at=None, given_at__lte=at, until__gt=at
        ).values_list("learner", flat=True)
    )
    names = dict(Person.objects.filter(pk__in=[*keys, _NOBODY], erased_at=None).values_list("pk", "name"))
    found.agreed = {one for one in learners if agreed.intersection(groups.get(one, (one,)))}
    for one in _everything(found):
        own = groups.get(one.known.learner_id, (one.known.learner_id,))
        one.known.names.update(names[key] for key in own if key in names)


def _credential(badge: Badge, *, on: date) -> Named:
    title = badge.achievement
    known = Known(
        learner_id=badge.learner_id,
        names=set(),
        titles=[one for one in (title.title_zh, title.title_en) if one],
        days={badge.awarded_on, clock.date_of(badge.issued_at)},
        holds=badge.holds(on),
        may_be_told=badge.holder_left_at is None,
    )
    return Named(Inquiry.What.CREDENTIAL.value, str(badge.public_id), title.title_zh, known)


def _transcript(code: str, *, at: datetime) -> Named | None:
    answer = credentials.answer_code(text=code)
    if answer is None:
        # What a transcript would have cost.
        changes_since(Transcript(learner_id=0, issued_at=at, snapshot={"books": [0], "frameworks": []}))
        return None
    row, lines = answer.transcript, list(lines_in(answer.transcript))
    known = Known(
        learner_id=row.learner_id,
        names={row.snapshot.get("holder", "")} - {""},
        titles=[one["title"] for one in lines],
        days={clock.date_of(row.issued_at), *(date.fromisoformat(one["ended_on"]) for one in lines)},
        holds=answer.is_unchanged,
        is_genuine=answer.is_genuine,
        may_be_told=row.holder_left_at is None,
    )
    return Named(Inquiry.What.TRANSCRIPT.value, code, "", known)
