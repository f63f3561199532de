import { assertEquals } from "@std/assert";
import { assume } from "./lib/assert.ts";
import { type ConfigPorts, readConfig } from "./config.ts";
import { ocpiEvse } from "./reports/mod.ts";

const PORTS: ConfigPorts = {
  env: () => null,
  file: () => null,
  profile: () => ({ problem: "none" }),
  model: () => ({ problem: "none" }),
};

const SITE = `
reports:
  ocpi:
    countryCode: IN
    partyId: SNG
    currency: INR
    location:
      id: PUNE-1
      address: FC Road 12
      city: Pune
      country: IND
      latitude: 18.52
      longitude: 73.8567
`;

function problemsOf(yaml: string): readonly string[] {
  const reading = readConfig(yaml, PORTS);
  return reading.ok
    ? []
    : reading.problems.map(({ line, path, message }) => `${line}: ${path}: ${message}`);
}

Deno.test("a site is named as it says, and each slot after it", () => {
  const reading = readConfig(
    `${SITE}    connector: { format: CABLE }
    evses:
      - { slot: 2, evseId: IN*SNG*E0002, standard: IEC_62196_T2_COMBO, powerType: DC }
tariff: { currency: EUR, energy: [{ price: 1 }] }
`,
    PORTS,
  );
  assume(reading.ok, "it is right");
  const { ocpi } = reading.config.reports;
  assume(ocpi !== null, "it is there");
  assertEquals(ocpi.tokens, { countryCode: "IN", partyId: "SNG" });
  assertEquals([ocpi.currency, ocpi.location.name], ["INR", null]);
  assertEquals([1, 2].map((slot) => ocpiEvse(slot, ocpi)), [
    {
      uid: "PUNE-1-1",
      evseId: "IN*SNG*E1",
      standard: "IEC_62196_T2",
      format: "CABLE",
      powerType: "AC_3_PHASE",
    },
    {
      uid: "PUNE-1-2",
      evseId: "IN*SNG*E0002",
      standard: "IEC_62196_T2_COMBO",
      format: "CABLE",
      powerType: "DC",
    },
  ]);
});

Deno.test("the currency of a site with a tariff need not be said", () => {
  const yaml = SITE.replace("    currency: INR\n", "");
  assertEquals(problemsOf(yaml), [
    "3: reports.ocpi: A record needs a currency: name it here, or give the site a tariff",
  ]);
  const priced = `${yaml}tariff: { currency: EUR, energy: [{ price: 1 }] }\n`;
  const reading = readConfig(priced, PORTS);
  assertEquals(reading.ok && reading.config.reports.ocpi?.currency, "EUR");
});

for (
  const [what, from, to, problem] of [
    [
      "a country of three letters",
      "countryCode: IN\n",
      "countryCode: IND\n",
      '4: reports.ocpi.countryCode: Expected two capitals such as "IN"',
    ],
    [
      "an address that is longer than OCPI allows",
      "address: FC Road 12",
      `address: ${"a".repeat(46)}`,
      "9: reports.ocpi.location.address: Too big: expected string to have <=45 characters",
    ],
    [
      "a place that is not on earth",
      "latitude: 18.52",
      "latitude: 118.52",
      "12: reports.ocpi.location.latitude: Too big: expected number to be <=90",
    ],
  ] as const
) {
  Deno.test(`${what} is refused by its line`, () => {
    assertEquals(problemsOf(SITE.replace(from, to)), [problem]);
  });
}

Deno.test("two EVSEs of one name are refused, whatever their capitals", () => {
  assertEquals(
    problemsOf(`${SITE}    evses:
      - { slot: 1, uid: bay, evseId: IN*SNG*EA }
      - { slot: 1, uid: Bay, evseId: in*sng*ea }
      - { slot: 2, evseId: PLACE-2 }
`).map((problem) => problem.replace(/^\d+: /, "")),
    [
      'reports.ocpi.evses[2].evseId: Expected an EVSE id such as "IN*SNG*E1"',
    ],
  );
  assertEquals(
    problemsOf(`${SITE}    evses:
      - { slot: 1, uid: bay, evseId: IN*SNG*EA }
      - { slot: 1, uid: Bay, evseId: in*sng*ea }
`),
    [
      "16: reports.ocpi.evses[1].slot: slot 1 is another EVSE's already",
      "16: reports.ocpi.evses[1].uid: uid Bay is another EVSE's already",
      "16: reports.ocpi.evses[1].evseId: evseId in*sng*ea is another EVSE's already",
    ],
  );
});
