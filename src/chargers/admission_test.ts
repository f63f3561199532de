import { assertEquals } from "@std/assert";
import {
  type Admission,
  admit,
  type ChargerProof,
  type Knock,
  type ListenerRules,
  type Standing,
} from "./admission.ts";
import { passwordDigest } from "./credentials.ts";

const PLAIN: ListenerRules = { path: "/ocpp", securityProfile: 1 };
const OPEN: ListenerRules = { path: "/ocpp", securityProfile: 0 };
const TLS: ListenerRules = { path: "/ocpp", securityProfile: 2 };
const MUTUAL: ListenerRules = { path: "/ocpp", securityProfile: 3 };
const GOOD = { chain: [Uint8Array.of(0x30, 0)], isProven: true } as const;
const SECRET = new TextEncoder().encode("secret");

const basic = (password: string) => `Basic ${btoa(`CP1:${password}`)}`;

function knock(facts: Partial<Knock> = {}): Knock {
  return {
    url: "/ocpp/CP1",
    authorization: basic("secret"),
    protocols: ["ocpp1.6"],
    remoteAddress: "192.168.7.20",
    ...facts,
  };
}

const known = (proof: ChargerProof) => (): Standing & { kind: "known" } => ({
  kind: "known",
  proof,
});
const BY_PASSWORD = known({ kind: "password", password: "secret" });
const BY_DIGEST = known({ kind: "digest", digest: passwordDigest(SECRET, Uint8Array.of(7)) });
const FIRST = known({ kind: "first" });
const BY_ADDRESS = known({ kind: "address", addresses: ["192.168.7.0/24"] });

const admitted: Admission = {
  kind: "admit",
  chargerId: "CP1",
  version: "ocpp1.6",
  protocol: "ocpp1.6",
  firstPassword: null,
  securityProfile: 1,
};

const certificateProblem = () => null;

function refused(
  status: 401 | 404,
  reason: (Admission & { kind: "refuse" })["reason"],
  chargerId: string | null = "CP1",
): Admission {
  return { kind: "refuse", status, chargerId, reason };
}

interface Case {
  readonly what: string;
  readonly knock: Knock;
  readonly listener?: ListenerRules;
  readonly standing: (chargerId: string) => Standing;
  readonly outcome: Admission;
}

const CASES: readonly Case[] = [
  {
    what: "lets in a charger with the password of site.yaml",
    knock: knock(),
    standing: BY_PASSWORD,
    outcome: admitted,
  },
  {
    what: "says 401 to a wrong password",
    knock: knock({ authorization: basic("guess") }),
    standing: BY_PASSWORD,
    outcome: refused(401, "wrong password"),
  },
  {
    what: "says 401 to no password",
    knock: knock({ authorization: undefined }),
    standing: BY_PASSWORD,
    outcome: refused(401, "no password"),
  },
  {
    what: "says 401 to an empty password",
    knock: knock({ authorization: basic("") }),
    standing: BY_PASSWORD,
    outcome: refused(401, "no password"),
  },
  {
    what: "says 401 to a password under another name",
    knock: knock({ authorization: `Basic ${btoa("CP2:secret")}` }),
    standing: BY_PASSWORD,
    outcome: refused(401, "no password"),
  },
  {
    what: "wants the password on an open listener too",
    knock: knock({ authorization: undefined }),
    listener: OPEN,
    standing: BY_PASSWORD,
    outcome: refused(401, "no password"),
  },
  {
    what: "knows an adopted charger by the digest of its first password",
    knock: knock(),
    standing: BY_DIGEST,
    outcome: admitted,
  },
  {
    what: "says 401 to an adopted charger that shows another password than its first",
    knock: knock({ authorization: basic("other") }),
    standing: BY_DIGEST,
    outcome: refused(401, "wrong password"),
  },
  {
    what: "takes the first password of an adopted charger, to be kept",
    knock: knock(),
    standing: FIRST,
    outcome: { ...admitted, firstPassword: SECRET },
  },
  {
    what: "says 401 to an adopted charger that shows no password where one is asked for",
    knock: knock({ authorization: undefined }),
    standing: FIRST,
    outcome: refused(401, "no password"),
  },
  {
    what: "lets an adopted charger without password in on an open listener",
    knock: knock({ authorization: undefined }),
    listener: OPEN,
    standing: FIRST,
    outcome: { ...admitted, securityProfile: 0 },
  },
  {
    what: "does not keep an empty password as the first one",
    knock: knock({ authorization: basic("") }),
    listener: OPEN,
    standing: FIRST,
    outcome: { ...admitted, securityProfile: 0 },
  },
  {
    what: "lets a charger in by its address on an open listener",
    knock: knock({ authorization: undefined }),
    listener: OPEN,
    standing: BY_ADDRESS,
    outcome: { ...admitted, securityProfile: 0 },
  },
  {
    what: "says 401 to a charger that comes from another address",
    knock: knock({ authorization: undefined, remoteAddress: "10.0.0.9" }),
    listener: OPEN,
    standing: BY_ADDRESS,
    outcome: refused(401, "address not allowed"),
  },
  {
    what: "lets nobody in by the address where the listener asks for passwords",
    knock: knock({ authorization: undefined }),
    standing: BY_ADDRESS,
    outcome: refused(401, "no password"),
  },
  {
    what: "says 404 to an unknown identity, whatever it shows",
    knock: knock(),
    standing: () => ({ kind: "unknown" }),
    outcome: refused(404, "unknown identity"),
  },
  {
    what: "says 404 to a path without identity",
    knock: knock({ url: "/ocpp/" }),
    standing: BY_PASSWORD,
    outcome: refused(404, "no identity in the path", null),
  },
  {
    what: "takes a charger that names no version for one of 1.6 (quirk 1)",
    knock: knock({ protocols: [] }),
    standing: BY_PASSWORD,
    outcome: { ...admitted, protocol: null },
  },
  {
    what: "chooses the first version of the charger that is spoken here",
    knock: knock({ protocols: ["ocpp2.0.1", "ocpp1.6", "ocpp1.5"] }),
    standing: BY_PASSWORD,
    outcome: admitted,
  },
  {
    what: "finds no common version with a charger that speaks others only",
    knock: knock({ protocols: ["ocpp1.5", "ocpp2.0"] }),
    standing: BY_PASSWORD,
    outcome: { kind: "no-common-version", chargerId: "CP1" },
  },
  {
    what: "asks for the password before it says anything about versions",
    knock: knock({ protocols: ["ocpp1.5"], authorization: undefined }),
    standing: BY_PASSWORD,
    outcome: refused(401, "no password"),
  },
  {
    what: "says 401 to a charger that has come with a higher security profile before (A24)",
    knock: knock(),
    standing: () => ({ ...BY_PASSWORD(), leastProfile: 2 }),
    outcome: refused(401, "security profile too low"),
  },
  {
    what: "lets a charger come with a higher security profile than before",
    knock: knock(),
    listener: TLS,
    standing: () => ({ ...BY_PASSWORD(), leastProfile: 1 }),
    outcome: { ...admitted, securityProfile: 2 },
  },
  {
    what: "asks for no password where a certificate says who it is",
    knock: knock({ authorization: undefined, certificate: GOOD }),
    listener: MUTUAL,
    standing: BY_PASSWORD,
    outcome: { ...admitted, securityProfile: 3 },
  },
  {
    what: "keeps no password beside a certificate",
    knock: knock({ certificate: GOOD }),
    listener: MUTUAL,
    standing: FIRST,
    outcome: { ...admitted, securityProfile: 3 },
  },
  {
    what: "says 401 to a charger without a certificate where one is asked for",
    knock: knock(),
    listener: MUTUAL,
    standing: BY_PASSWORD,
    outcome: refused(401, "no certificate"),
  },
  {
    what: "says 401 to a certificate that the handshake did not find in order",
    knock: knock({ certificate: { ...GOOD, isProven: false } }),
    listener: MUTUAL,
    standing: BY_PASSWORD,
    outcome: refused(401, "certificate not proven"),
  },
  {
    what: "says 401 to a user name beside a certificate that is not the identity",
    knock: knock({ certificate: GOOD, authorization: `Basic ${btoa("CP2:secret")}` }),
    listener: MUTUAL,
    standing: BY_PASSWORD,
    outcome: refused(401, "user name of another charger"),
  },
  {
    what: "looks at the certificate before it says that it does not know somebody",
    knock: knock(),
    listener: MUTUAL,
    standing: () => ({ kind: "unknown" }),
    outcome: refused(401, "no certificate"),
  },
];

for (const { what, knock: given, listener = PLAIN, standing, outcome } of CASES) {
  Deno.test(`admit() ${what}`, () => {
    assertEquals(admit(given, listener, ["ocpp1.6"], { standing, certificateProblem }), outcome);
  });
}

Deno.test("admit() assumes no version that is not spoken here", () => {
  const silent = knock({ protocols: [] });
  const register = { standing: BY_PASSWORD, certificateProblem };
  assertEquals(admit(silent, PLAIN, ["ocpp2.1"], register).kind, "no-common-version");
});

Deno.test("admit() looks the identity up as it is after decoding (quirk 5)", () => {
  const asked: string[] = [];
  const standing = (chargerId: string): Standing => {
    asked.push(chargerId);
    return { kind: "unknown" };
  };
  const given = knock({ url: "/ocpp/Scame%20Wallbox/" });
  admit(given, PLAIN, ["ocpp1.6"], { standing, certificateProblem });
  assertEquals(asked, ["Scame Wallbox"]);
});
