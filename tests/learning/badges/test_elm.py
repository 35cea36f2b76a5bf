"""The export by the European Learning Model, judged by the model's own shapes (SHACL, profile "generic" 3.3).

Shapes and context are the Commission's (`docs/conformance.md` names the files, their hashes and their licence) and are
no part of this repository: they lie in `data/elm` beside this file, or in the folder that XUECHENG_ELM names.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld
from pyshacl import validate
from rdflib import RDF, Graph, Namespace

from learning.account import makers
from learning.badges.situations import NOW, TODAY, World, lines, of
from xuecheng.learning.badges import elm, services
from xuecheng.learning.badges.services import taking
from xuecheng.learning.proofs.documents import VC_1, packed

FOLDER = Path(os.environ.get("XUECHENG_ELM", Path(__file__).parent / "data" / "elm"))
FILES = {
    "edc-generic-no-cv.ttl": "14e691293cad67283301f032b946fdf104687547327bfd0eef747afa3316115d",
    "edc-ap-context.jsonld": "528f8a0e86dbbec7db2216c61806e6311feedac77a51d1a38b0a1d49e4c337fb",
}
"""Name → SHA-256."""
SH = Namespace("http://www.w3.org/ns/shacl#")
BASELINE = {"https://www.w3.org/2018/credentials#issuer": 1}
"""The issuer is added by the seal, so the Commission's own unsealed samples miss it too, and nothing else."""

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not all((FOLDER / name).exists() for name in FILES), reason="the shapes are not here: docs/conformance.md"
    ),
]


def load(address: str, _options: Mapping[str, Any]) -> dict[str, Any]:
    """Contexts from files alone."""
    found = {VC_1: packed(VC_1), elm.CONTEXT: (FOLDER / "edc-ap-context.jsonld").read_bytes()}[address]
    return {"contextUrl": None, "documentUrl": address, "document": json.loads(found or b"")}


def faults(document: dict[str, Any]) -> Counter[str]:
    """By property what the shapes find wrong. A term that the context does not know fails the test."""
    dropped: list[str] = []
    options = {"documentLoader": load, "base": None}
    expanded = jsonld.expand(document, options, on_property_dropped=lambda term: dropped.append(str(term)))
    assert dropped == []
    quads = jsonld.to_rdf(expanded, {**options, "format": "application/n-quads"})
    data, shapes = Graph().parse(data=quads, format="nt"), Graph().parse(FOLDER / "edc-generic-no-cv.ttl")
    _conforms, report, _text = validate(data, shacl_graph=shapes)
    assert isinstance(report, Graph)
    results = report.subjects(RDF.type, SH.ValidationResult)
    return Counter(str(report.value(one, SH.resultPath)) for one in results)


def exported(world: World, *, holder: str) -> dict[str, Any]:
    makers.credit(world.learner, 150, title="书法", institution=world.school)
    services.ask_badges(
        actor=of(world.learner), learner=world.learner, at=NOW, with_name=False,
        lines=[line.certifies for line in lines(world.learner)],
    )  # fmt: skip
    return elm.document_of(taking.held(world.learner, [], on=TODAY)[0], holder=holder, at=NOW)


@pytest.mark.parametrize("holder", ["", "陈惠芬"])
def test_the_shapes_find_what_they_find_in_the_commission_s_own_unsealed_samples(world: World, holder: str) -> None:
    assert {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in FILES} == FILES
    assert faults(exported(world, holder=holder)) == BASELINE


def test_what_is_left_out_is_found(world: World) -> None:
    made = exported(world, holder="")
    del made["credentialSubject"]["hasClaim"][0]["title"]
    del made["credentialSubject"]["hasClaim"][1]["awardedBy"]
    found = faults(made)
    assert found - Counter(BASELINE)
    assert all(path.startswith("http") for path in found)
