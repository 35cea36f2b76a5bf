// Judges credentials with verifiers that nobody here wrote. Each line of the input is one case, each line of the output
// its answer; nothing is fetched: what a case does not bring is an error.
import { createInterface } from "node:readline";
import { createHash, createPublicKey, verify as verifySignature } from "node:crypto";
import { cryptosuite } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import * as vc from "@digitalbazaar/vc";
import { checkStatus } from "@digitalbazaar/vc-bitstring-status-list";
import { contexts as credentials } from "@digitalbazaar/credentials-context";
import integrity from "@digitalbazaar/data-integrity-context";
import multikey from "@digitalbazaar/multikey-context";
import { decode } from "base58-universal";
import canonicalize from "canonicalize";

const loaderOf = (pages) => {
  const known = new Map([...credentials, ...integrity.contexts, ...multikey.contexts, ...Object.entries(pages)]);
  return async (url) => {
    const [base, fragment] = url.split("#");
    const document = known.get(url) ?? known.get(base);
    if (!document) throw new Error(`nothing is known of ${url}`);
    const method = fragment && (document.verificationMethod ?? []).find(({ id }) => id === url);
    return {
      contextUrl: null,
      documentUrl: url,
      document: method ? { "@context": "https://w3id.org/security/multikey/v1", ...method } : document,
    };
  };
};

const rdfc = async ({ document, pages }) => {
  const documentLoader = loaderOf(pages);
  const suite = new DataIntegrityProof({ cryptosuite });
  const asked = { credential: document, suite, documentLoader };
  if (document.credentialStatus) {
    asked.checkStatus = (given) => checkStatus({ ...given, suite, verifyBitstringStatusListCredential: true });
  }
  const { verified, statusResult, error } = await vc.verifyCredential(asked);
  // For a revoked one the library says that it is verified: its status stands beside that.
  const isRevoked = (statusResult?.results ?? []).some(({ status }) => status === true);
  return { verified, isRevoked, error: error && String(error.errors?.[0]?.message ?? error.message) };
};

const jcs = async ({ document, pages }) => {
  const { proof, ...unsecured } = document;
  const { proofValue, ...options } = proof;
  if (options["@context"]) unsecured["@context"] = options["@context"];
  const hash = (value) => createHash("sha256").update(canonicalize(value)).digest();
  const { document: method } = await loaderOf(pages)(proof.verificationMethod);
  // 0xed01, then the 32 bytes of the key.
  const publicKey = decode(method.publicKeyMultibase.slice(1)).slice(2);
  const jwk = { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey).toString("base64url") };
  const data = Buffer.concat([hash(options), hash(unsecured)]);
  const isSigned = verifySignature(null, data, createPublicKey({ key: jwk, format: "jwk" }), decode(proofValue.slice(1)));
  return { verified: isSigned, isRevoked: false };
};

for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line);
  const judge = given.document.proof?.cryptosuite === "eddsa-jcs-2022" ? jcs : rdfc;
  let answer;
  try {
    answer = await judge(given);
  } catch (error) {
    answer = { verified: false, isRevoked: false, error: String(error.message) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
