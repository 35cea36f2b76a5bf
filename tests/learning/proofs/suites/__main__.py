"""The W3C's own suites against this code: `PYTHONPATH=src:tests python -m learning.proofs.suites PORT`, no part of the product.

Answers `/credentials/issue`, `/credentials/verify` and `/presentations/verify` as VC-API does, with a key made at the
start. What the suites use and no credential of anybody's may, their context of examples, is known here only.
`docs/conformance.md` says how the suites are run and what came out.
"""

from __future__ import annotations

import json
import os
import ssl
import sys
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuecheng.config.settings")

import django

django.setup()

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from xuecheng.city import clock
from xuecheng.learning.proofs import documents, own, shapes, statuslist
from xuecheng.learning.proofs.identifiers import base58, multikey
from xuecheng.learning.proofs.integrity import hash_data, proofs_of, signed, stamp
from xuecheng.learning.proofs.verdicts import Outcome, Verdict
from xuecheng.learning.proofs.verifying import verify

EXAMPLES = Path(__file__).parent.parent / "data" / "w3c-vc-di-eddsa" / "examples-v2.json"
documents.CONTEXTS = {  # type: ignore[misc]  # only here
    **documents.CONTEXTS,
    "https://www.w3.org/ns/credentials/examples/v2": str(EXAMPLES.resolve()),
    "https://www.w3.org/2018/credentials/examples/v1": str(EXAMPLES.resolve()),
}


class Key:
    """One key, made anew at each start."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        name = multikey(self._key.public_key())
        self.did = f"did:key:{name}"
        self.verification_method = f"{self.did}#{name}"

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)


KEY = Key()
PORT = int(sys.argv[1])
LIST = f"https://localhost:{PORT + 1}/status/1"


def status_list() -> dict[str, Any]:
    """The published list, none of it set."""
    subject = {
        "id": f"{LIST}#list", "type": "BitstringStatusList", "statusPurpose": "revocation",
        "encodedList": statuslist.encoded(bytes(statuslist.LENGTH // 8)),
    }  # fmt: skip
    unsigned = {
        "@context": [documents.VC_2], "id": LIST, "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": KEY.did, "validFrom": "2026-01-01T00:00:00Z", "credentialSubject": subject,
    }  # fmt: skip
    return signed(unsigned, by=KEY, at=clock.now())


own.declare(lambda address: status_list() if address == LIST else None)


class Refused(Exception):
    """What the suite handed over is no credential; 400."""


def issue(given: dict[str, Any]) -> dict[str, Any]:
    """The credential of a request with a proof by our key."""
    credential = given.get("credential")
    if not isinstance(credential, dict):
        raise Refused("there is no credential")
    finding = shapes.shape(credential)
    if finding.outcome is Outcome.FAILED:
        raise Refused(str(finding.text))
    issuer = credential["issuer"]
    credential = {**credential, "issuer": {**issuer, "id": KEY.did} if isinstance(issuer, dict) else KEY.did}
    if documents.DATA_INTEGRITY not in credential["@context"] and documents.VC_1 in credential["@context"]:
        credential["@context"] = [*credential["@context"], documents.DATA_INTEGRITY]
    if os.environ.get("SUITE") == "status":
        credential["credentialStatus"] = {
            "id": f"{LIST}#94567", "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
            "statusListIndex": "94567", "statusListCredential": LIST,
        }  # fmt: skip
    now = clock.now()
    if os.environ.get("SUITE") != "jcs":
        return signed(credential, by=KEY, at=now)
    proof = {
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "created": stamp(now),
        "verificationMethod": KEY.verification_method, "proofPurpose": "assertionMethod",
        "@context": credential["@context"],
    }  # fmt: skip
    value = "z" + base58(KEY.sign(hash_data(credential, proof)))
    return {**credential, "proof": [*proofs_of(credential), {**proof, "proofValue": value}]}


def verified(given: dict[str, Any], name: str) -> dict[str, Any]:
    """The verdict; an answer about a presentation that nobody signed may stay unproven."""
    verdict = verify(json.dumps(given.get(name)).encode(), at=clock.now(), fetch=None)
    if wrong := _wrong(verdict):
        raise Refused("; ".join(wrong))
    return {"verified": True, "checks": ["proof"], "warnings": [], "errors": []}


def _wrong(verdict: Verdict) -> list[str]:
    found = [f"{one.question}: {one.text}" for one in verdict.findings if _counts(one.question, one.outcome)]
    return found + [each for inside in verdict.inside for each in _wrong(inside)]


def _counts(question: str, outcome: Outcome) -> bool:
    # The suites' issuers and status lists live at addresses that nobody answers.
    return outcome is Outcome.FAILED or (outcome is Outcome.UNPROVEN and question == "signature")


class Handler(BaseHTTPRequestHandler):
    """One request, one verdict."""

    def do_POST(self) -> None:
        try:
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/credentials/issue":
                self._say(201, issue(given))
            else:
                self._say(
                    200,
                    verified(
                        given, "verifiablePresentation" if "presentations" in self.path else "verifiableCredential"
                    ),
                )
        except (Refused, documents.NotSafe, documents.TooLarge, ValueError) as refused:
            self._say(400, {"id": str(uuid4()), "verified": False, "errors": [str(refused)[:500]]})

    def do_GET(self) -> None:
        self._say(200 if self.path == "/status/1" else 404, status_list())

    def _say(self, status: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: object) -> None:
        del said


def beside_with_tls(folder: str) -> ThreadingHTTPServer:
    """The same at the next port over TLS: the suite of status lists asks for lists by https alone."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = clock.now()
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)
    )
    file = Path(folder) / "localhost.pem"
    kept = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(kept + made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = ThreadingHTTPServer(("127.0.0.1", PORT + 1), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return server


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        Thread(target=beside_with_tls(folder).serve_forever, daemon=True).start()
        print(KEY.did, flush=True)
        ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
