import "reflect-metadata";
import { Pkcs10CertificateRequest } from "@peculiar/x509";
import { fail, ok, type Result } from "../lib/result.ts";

/** What a charger wants signed, with everything about it in order. */
export interface CheckedRequest {
  readonly request: Pkcs10CertificateRequest;
  /** As the charger names its operator; null where it does not. */
  readonly organization: string | null;
}

/** A request has no more: 1.6 and 2.x chargers send at most 5,500 characters. */
const LENGTH_MAX = 10_000;
const RSA_BITS = { min: 2_048, max: 8_192 } as const;
const CURVES: ReadonlySet<string> = new Set(["P-256", "P-384", "P-521"]);

/**
 * Reads a certificate signing request (PKCS #10, PEM or DER in base64): it must be signed with its own
 * key, name the charger and nobody else, and its key be RSA of at least 2,048 bits or of a known curve
 * (2.x A00.FR.414, .415). What is wrong is said in words for an installer.
 */
export async function checkRequest(
  text: string,
  identity: string,
): Promise<Result<CheckedRequest, string>> {
  const request = text.length > LENGTH_MAX ? null : parsed(text);
  if (request === null) return fail("it cannot be read as a certificate signing request");
  const weakness = keyProblem(request);
  if (weakness !== null) return fail(weakness);
  if (!await isSignedByItself(request)) return fail("it is not signed with its own key");
  const names = request.subjectName.getField("CN");
  if (names.length !== 1 || names[0] !== identity) {
    return fail(`it names ${named(names)} instead of ${identity}`);
  }
  const [organization = ""] = request.subjectName.getField("O");
  return ok({ request, organization: isPlain(organization) ? organization : null });
}

function parsed(text: string): Pkcs10CertificateRequest | null {
  try {
    return new Pkcs10CertificateRequest(text.trim());
  } catch {
    return null;
  }
}

function keyProblem({ publicKey }: Pkcs10CertificateRequest): string | null {
  const algorithm: { name?: string; namedCurve?: string; modulusLength?: number } =
    publicKey.algorithm;
  const { name = "", namedCurve = "", modulusLength = 0 } = algorithm;
  if (name.startsWith("RSA")) {
    if (modulusLength < RSA_BITS.min) {
      return `its RSA key has ${modulusLength} bits: at least ${RSA_BITS.min}`;
    }
    return modulusLength > RSA_BITS.max ? `its RSA key has more than ${RSA_BITS.max} bits` : null;
  }
  return name.startsWith("EC") && CURVES.has(namedCurve)
    ? null
    : "its key is neither RSA nor on the curves P-256, P-384 or P-521";
}

async function isSignedByItself(request: Pkcs10CertificateRequest): Promise<boolean> {
  try {
    return await request.verify();
  } catch {
    return false;
  }
}

function named(names: readonly string[]): string {
  if (names.length === 0) return "nobody";
  return names.map((name) => JSON.stringify(name.slice(0, 48))).slice(0, 3).join(" and ");
}

function isPlain(text: string): boolean {
  return /^[\p{L}\p{N} .,&'()\-/]{1,64}$/u.test(text);
}
