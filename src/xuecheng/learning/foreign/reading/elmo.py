"""ELMO, the transcripts of EMREX (schema v1): read without entities, network or huge trees, judged by the XSD.

An XML signature is noticed and not verified: EMREX binds no key to an institution that we could look up, so what is
signed is no better proof here than what is not, and the finding says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _
from lxml import etree

from .found import Bad, Contents, Found, Holder, Said, clean, said
from .refusals import FileBroken, FileUnsafe, NotAsTheSchema, NotPassed, TitleMissing, TooMuchInFile

NAMESPACE: Final = "https://github.com/emrex-eu/elmo-schemas/tree/v1"
MOST: Final = 500
"""Achievements of one file (ours): a transcript has some dozens."""
MOST_DEPTH: Final = 12
_FOLDER: Final = Path(__file__).parents[1] / "data" / "elmo"
_RAW: Final = "https://raw.githubusercontent.com"
_FILES: Final = {
    "http://www.w3.org/2001/03/xml.xsd": "xml.xsd",
    f"{_RAW}/emrex-eu/elmo-schemas/v1/references/xmldsig-core-schema.xsd": "xmldsig-core-schema.xsd",
    f"{_RAW}/emrex-eu/elmo-schemas/v1/references/EUROPASS_ISOCountries_V1.1.xsd": "EUROPASS_ISOCountries_V1.1.xsd",
    f"{_RAW}/erasmus-without-paper/ewp-specs-types-address/stable-v1/schema.xsd": "ewp-address.xsd",
    f"{_RAW}/erasmus-without-paper/ewp-specs-architecture/stable-v1/common-types.xsd": "ewp-common-types.xsd",
}
_NS: Final = {"e": NAMESPACE, "ds": "http://www.w3.org/2000/09/xmldsig#"}
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_INTERNAL = re.compile(r"\{[^}]*\}")
_ISSUER_KEYS = ("pic", "schac", "erasmus")
"""Identifiers that a register gives, best first. Others (`local`) are the sender's own word."""


class _Packed(etree.Resolver):
    """Gives what the schemas name from the folder beside; whatever else they named would be empty."""

    def resolve(self: Any, url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]  # stubs lack it
        del public_id
        if (name := _FILES.get(url)) is not None:
            return self.resolve_filename(str(_FOLDER / name), context)
        return None if url == str(_FOLDER / "schema.xsd") else self.resolve_empty(context)


def _parser() -> Any:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip


@cache
def _schema() -> Any:
    parser = _parser()
    parser.resolvers.add(_Packed())
    # Our own file, by a parser that follows no entity.
    return etree.XMLSchema(etree.parse(str(_FOLDER / "schema.xsd"), parser))  # nosemgrep  # our own file


def looks_like(data: bytes) -> bool:
    """Whether it is an ELMO file, by its namespace near the beginning."""
    return NAMESPACE.encode() in data[:8000]


def read(data: bytes) -> Contents:
    """All achievements that were passed, parents before their parts. Raises the refusals of files."""
    root = _root(data)
    schema = _schema()
    if not schema.validate(root):
        first = schema.error_log[0]
        raise NotAsTheSchema(line=first.line, why=clean(_INTERNAL.sub("", first.message), 200))
    holder = _holder(root.find("e:learner", _NS))
    notes = _notes(is_signed=root.find("ds:Signature", _NS) is not None)
    found: list[Found] = []
    bad: list[Bad] = []
    for number, report in enumerate(root.findall("e:report", _NS), start=1):
        for one in _of_report(report, str(number), holder, notes):
            (found if isinstance(one, Found) else bad).append(one)  # type: ignore[arg-type]  # told apart just here
            if len(found) > MOST:
                raise TooMuchInFile(most=MOST)
    return Contents("ELMO 1", tuple(found), tuple(bad))


def _root(data: bytes) -> Any:
    # Looked for in the bytes as well: a file in UTF-16 would hide it, and its root is looked at after parsing.
    if _DOCTYPE.search(data):
        raise FileUnsafe
    try:
        root = etree.fromstring(data, _parser())  # nosemgrep  # no DTD, no entities, no network: `_parser`
    except etree.XMLSyntaxError as error:
        raise FileBroken(why=clean(error.msg or "", 160), line=error.lineno or 1) from error
    except ValueError as error:
        raise FileBroken(why=clean(str(error), 160), line=1) from error
    if root.getroottree().docinfo.doctype:
        raise FileUnsafe
    return root


def _notes(*, is_signed: bool) -> tuple[Said, ...]:
    text = (
        _("The file is signed. The signature was not verified: no key is known here that belongs to the issuer.")
        if is_signed
        else _("The file is not signed. Anybody could have written it.")
    )
    return (Said("signature", "unproven", **said(text)),)


def _holder(learner: Any) -> Holder:
    given, family = (clean(learner.findtext(f"e:{name}", "", _NS), 100) for name in ("givenNames", "familyName"))
    names = (f"{given} {family}", f"{family} {given}") if given or family else ()
    return Holder(names=names, born_on=_day(learner.findtext("e:bday", None, _NS)))


def _of_report(report: Any, place: str, holder: Holder, notes: tuple[Said, ...]) -> Iterator[Found | Bad]:
    issuer = report.find("e:issuer", _NS)
    said_keys = {one.get("type"): clean(one.text, 120) for one in issuer.findall("e:identifier", _NS)}
    keys = tuple(f"{kind}:{said_keys[kind]}" for kind in _ISSUER_KEYS if said_keys.get(kind))
    issued_on = _day(report.findtext("e:issueDate", None, _NS))
    about = {"issuer_name": _titled(issuer, 200), "issuer_keys": keys, "holder": holder, "findings": notes}
    open_nodes = [(one, place, "", 1) for one in reversed(report.findall("e:learningOpportunitySpecification", _NS))]
    while open_nodes:
        node, above, part_of, depth = open_nodes.pop()
        identifiers = {one.get("type"): clean(one.text, 120) for one in node.findall("e:identifier", _NS)}
        title = _titled(node, 200)
        code = identifiers.get("local") or identifiers.get("elmo") or ""
        here = f"{above} / {code or title}"[:300]
        is_taken = False
        named = _Named(here, title, code, identifiers.get("elmo") or code, part_of)
        for one in _achieved(node, named, issued_on, about):
            is_taken = is_taken or isinstance(one, Found)
            yield one
        if depth < MOST_DEPTH:
            parts = node.findall("e:hasPart/e:learningOpportunitySpecification", _NS)
            open_nodes += [(part, here, here if is_taken else part_of, depth + 1) for part in reversed(parts)]


class _Named(NamedTuple):
    """One node of the tree, before it is known whether it was passed."""

    place: str
    title: str
    code: str
    identifier: str
    part_of: str


def _achieved(node: Any, named: _Named, issued_on: date | None, about: dict[str, Any]) -> Iterator[Found | Bad]:
    instance = node.find("e:specifies/e:learningOpportunityInstance", _NS)
    if not named.title:
        yield Bad(named.place, TitleMissing())
        return
    # Without a status it was passed (the schema's own words).
    if (instance.findtext("e:status", "", _NS) or "passed") != "passed":
        yield Bad(named.place, NotPassed(title=named.title))
        return
    earned, scheme = _credits(instance)
    level = next((clean(one.findtext("e:value", "", _NS), 40) for one in instance.findall("e:level", _NS)), "")
    ended = instance.findtext("e:date", None, _NS) or instance.findtext("e:academicTerm/e:end", None, _NS)
    started = _day(instance.findtext("e:start", None, _NS) or instance.findtext("e:academicTerm/e:start", None, _NS))
    ended_on = _day(ended) or issued_on
    yield Found(
        place=named.place,
        title=named.title,
        identifier=named.identifier,
        kind=clean(node.findtext("e:type", "", _NS), 40),
        code=named.code[:60],
        level=level or clean(instance.findtext("e:credit/e:level", "", _NS), 40),
        credits=earned,
        scheme=scheme,
        grade=clean(instance.findtext("e:resultLabel", "", _NS), 40),
        started_on=started if started is None or ended_on is None or started <= ended_on else None,
        ended_on=ended_on,
        part_of=named.part_of,
        **about,
    )


def _credits(instance: Any) -> tuple[int | None, str]:
    """ECTS if it is there, else the first scheme that says a number; hundredths, rounded down (C-19)."""
    said_credits = []
    for one in instance.findall("e:credit", _NS):
        try:
            value = Decimal(one.findtext("e:value", "", _NS) or "x")
        except InvalidOperation:
            continue
        if 0 <= value < 10_000:
            said_credits.append((int(value * 100), clean(one.findtext("e:scheme", "", _NS), 24).upper()))
    return next((one for one in said_credits if one[1] == "ECTS"), said_credits[0] if said_credits else (None, ""))


def _titled(node: Any, most: int) -> str:
    """The title in Chinese, English, or the first language there is."""
    titles = {(one.get(_LANG) or "").lower()[:2]: one.text for one in reversed(node.findall("e:title", _NS))}
    first = next(iter(reversed(titles.values())), "")
    return clean(titles.get("zh") or titles.get("en") or first, most)


def _day(text: str | None) -> date | None:
    """A date of XML, with or without zone or time; None for one that no calendar has."""
    try:
        return date.fromisoformat((text or "").strip()[:10])
    except ValueError:
        return None
