"""Questions about people. Every one takes first who asks: nobody sees more people than their rights reach."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, Case, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from xuecheng.city.rights import Standing, visible
from xuecheng.city.territories.models import Territory

from . import rules
from .models import WORDS, DuplicateCandidate, Person, PersonMerge

SEE = "people.see_person"
MOST_SORTED = 300
"""Of more people that are called so the first that the index gives are put in order: one types more."""


# The letters of the pinyin alone: “zhang1 ming2 hua2” and a tab and the name → zhangminghua.
_SPOKEN = Func(
    Func(F("sort_key"), Value("\t"), Value(1), function="split_part", output_field=TextField()),
    Value("[^a-z]+"),
    Value(""),
    Value("g"),
    function="regexp_replace",
    output_field=TextField(),
)


def _begins(word: str) -> Func:
    """Whether one of a person's words begins so, by the index. Letters only, as `rules.words_of` leaves them."""
    beginning = Cast(Value(f"'{word}':*", output_field=TextField()), SearchQueryField())
    return Func(WORDS, beginning, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField())


def people(viewer: Standing, *, text: str = "", within: Territory | None = None) -> QuerySet[Person]:
    """Those whom `viewer` may see by a role, else themselves; unordered, for a list by (`sort_key`, `id`). One query.

    `text` finds by the exact name or sign-in name only: a list of a million residents is no book to leaf through
    (SEC-03, ASVS 8.4.1). `within` narrows to those who live in a territory.
    """
    # Nobody looks for themselves in the list of their street. With "or oneself" in the condition no index by places
    # answers it, and the list of a street read and sorted the whole city.
    by_role = bool(viewer.territory_paths(SEE))
    allowed = visible(viewer, SEE, territory="territory") if by_role else visible(viewer, SEE, person="pk")
    found = Person.objects.filter(allowed).select_related("territory", "merged_into")
    if within is not None:
        found = found.filter(territory__path__startswith=within.path)
    # Merged accounts and those of people who left are found by their name, and not leafed through.
    return found.filter(_named(text)) if text.strip() else found.filter(merged_into=None, erased_at=None)


def called(viewer: Standing, text: str, *, most: int) -> list[Person]:
    """Up to `most` people whom `viewer` may see by a role and who are called so. One query.

    The very name comes first, then names that begin so, then those that hold it.

    `text` is any part of a name from two signs on, its pinyin or its initials, as `rules.words_of` reads it, or a whole
    sign-in name. There is no next page. Merged accounts and former residents are found in the list by their whole name.
    """
    if not viewer.territory_paths(SEE):
        return []
    called_so = Q(sign_in_name=text.strip().lower())
    if word := rules.words_of(text):
        called_so |= Q(_begins(word))
    found = Person.objects.filter(
        called_so,
        visible(viewer, SEE, territory="territory"),
        merged_into=None,
        erased_at=None,
    )
    keys = found.order_by().values("pk")[:MOST_SORTED]
    ordered = Person.objects.filter(pk__in=keys).select_related("territory").alias(spoken=_SPOKEN)
    first = Case(
        When(Q(name=text.strip()) | Q(sign_in_name=text.strip().lower()), then=0),
        When(Q(name__startswith=text.strip()) | Q(spoken__startswith=word or text), then=1),
        default=2,
    )
    return list(ordered.order_by(first, "sort_key", "pk")[:most])


def seen(viewer: Standing) -> QuerySet[Person]:
    """Everybody whom `viewer` may see, merged accounts too."""
    allowed = visible(viewer, SEE, territory="territory", person="pk")
    return Person.objects.filter(allowed).select_related("territory", "merged_into")


def person(viewer: Standing, public_id: UUID) -> Person | None:
    """One person, if `viewer` may see them. One query."""
    return seen(viewer).filter(public_id=public_id).first()


def by_sign_in_name(text: str) -> Person | None:
    """The active account with that sign-in name, however it was typed: for forms that name a colleague. One query.

    A merged account's name means the account that is kept.
    """
    try:
        name = rules.normalise_sign_in_name(text)
    except rules.SignInNameWrong:
        return None
    found = Person.objects.filter(sign_in_name=name).select_related("merged_into").first()
    counts = found.merged_into or found if found is not None else None
    return counts if counts is not None and counts.is_active else None


def candidates(viewer: Standing) -> QuerySet[DuplicateCandidate]:
    """Open pairs that `viewer` may decide, for a list by (-score, id). Both must live where the right reaches."""
    act = "people.decide_duplicate"
    return DuplicateCandidate.objects.filter(
        visible(viewer, act, territory="first__territory"),
        visible(viewer, act, territory="second__territory"),
        state=DuplicateCandidate.State.OPEN,
    ).select_related("first__territory", "second__territory")


def candidate(viewer: Standing, public_id: UUID) -> DuplicateCandidate | None:
    """One pair, decided or not, if `viewer` may decide it. One query."""
    act = "people.decide_duplicate"
    return (
        DuplicateCandidate.objects.filter(
            visible(viewer, act, territory="first__territory"),
            visible(viewer, act, territory="second__territory"),
            public_id=public_id,
        )
        .select_related("first__territory", "second__territory", "decided_by")
        .first()
    )


def merge(public_id: UUID) -> PersonMerge | None:
    """One merge; whether somebody may see it follows from its accounts. One query."""
    found = PersonMerge.objects.select_related("kept__territory", "merged__territory")
    return found.filter(public_id=public_id).first()


def merges_of(person: Person) -> list[PersonMerge]:
    """Every merge in which an account took part, the newest first. One query."""
    return list(
        PersonMerge.objects.filter(Q(kept=person) | Q(merged=person))
        .select_related("kept__territory", "merged__territory", "merged_by", "undone_by")
        .order_by("-id")
    )


def _named(text: str) -> Q:
    wanted = Q(sign_in_name=text.strip().lower())
    try:
        return wanted | Q(name=rules.normalise_name(text))
    except (rules.NameMissing, rules.NameTooLong, rules.NameHasSign):
        # A pseudonym holds digits, as no name does.
        return wanted | Q(name=text.strip())
