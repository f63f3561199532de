import { z } from "zod";
import type { PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";
import type { OcpiOptions } from "./reports/mod.ts";
import { CONNECTOR_FORMATS, CONNECTOR_STANDARDS, POWER_TYPES } from "./site/mod.ts";

const country = z.string().regex(/^[A-Z]{2}$/, 'Expected two capitals such as "IN"');
const party = z.string().regex(/^[A-Z0-9]{3}$/, 'Expected three capitals or digits such as "SNG"');
const text = (length: number) =>
  z.string().trim().min(1).max(length).regex(/^\P{C}*$/u, "Expected a text of one line");
// Letters, digits and a few signs: others copy it into addresses.
const id = (length: number) =>
  z.string().regex(/^[A-Za-z0-9._*-]+$/, "Expected letters, digits, ., _, * or -").max(length);

const connector = {
  standard: z.enum(CONNECTOR_STANDARDS).optional(),
  format: z.enum(CONNECTOR_FORMATS).optional(),
  powerType: z.enum(POWER_TYPES).optional(),
};

/** How the site is called in charge detail records (OCPI 2.2.1), as site.yaml says it. */
export const ocpiSchema = z.strictObject({
  countryCode: country,
  partyId: party,
  // Who has given out the cards; absent: the operator itself.
  tokens: z.strictObject({ countryCode: country, partyId: party }).optional(),
  // Of records of sessions without a tariff; absent: that of the tariff.
  currency: z.string().regex(/^[A-Z]{3}$/, 'Expected three capitals such as "INR"').optional(),
  location: z.strictObject({
    id: id(36),
    name: text(255).optional(),
    address: text(45),
    city: text(45),
    postalCode: text(10).optional(),
    state: text(20).optional(),
    country: z.string().regex(/^[A-Z]{3}$/, 'Expected three capitals such as "IND"'),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
  }),
  // What holds for each slot that does not say otherwise.
  connector: z.strictObject(connector).prefault({}),
  evses: z.array(z.strictObject({
    slot: z.int().min(1),
    uid: id(36).optional(),
    evseId: z.string().max(48).regex(
      /^[A-Z]{2}\*?[A-Z0-9]{3}\*?E[A-Z0-9*]{1,31}$/i,
      'Expected an EVSE id such as "IN*SNG*E1"',
    ).optional(),
    ...connector,
  })).max(10_000).default([]),
});

/** The same in the terms of those who obey it; null where site.yaml says nothing. */
export function ocpiOptions({ reports, tariff }: SiteYaml): OcpiOptions | null {
  const { ocpi } = reports;
  if (ocpi === undefined) return null;
  const { countryCode, partyId, location } = ocpi;
  const usual = {
    standard: ocpi.connector.standard ?? "IEC_62196_T2",
    format: ocpi.connector.format ?? "SOCKET",
    powerType: ocpi.connector.powerType ?? "AC_3_PHASE",
  } as const;
  return {
    countryCode,
    partyId,
    tokens: ocpi.tokens ?? { countryCode, partyId },
    currency: ocpi.currency ?? tariff?.currency ?? "",
    location: {
      ...location,
      name: location.name ?? null,
      postalCode: location.postalCode ?? null,
      state: location.state ?? null,
    },
    connector: usual,
    evses: new Map(ocpi.evses.map((each) => [each.slot, {
      uid: each.uid ?? `${location.id.slice(0, 30)}-${each.slot}`,
      evseId: each.evseId ?? `${countryCode}*${partyId}*E${each.slot}`,
      standard: each.standard ?? usual.standard,
      format: each.format ?? usual.format,
      powerType: each.powerType ?? usual.powerType,
    }])),
  };
}

/** What does not go together. */
export function ocpiProblems({ reports, tariff }: SiteYaml): PlacedProblem[] {
  const { ocpi } = reports;
  if (ocpi === undefined) return [];
  const problems: PlacedProblem[] = [];
  if (ocpi.currency === undefined && tariff === undefined) {
    problems.push({
      path: ["reports", "ocpi"],
      message: "A record needs a currency: name it here, or give the site a tariff",
    });
  }
  for (const name of ["slot", "uid", "evseId"] as const) {
    const seen = new Set<string>();
    for (const [index, evse] of ocpi.evses.entries()) {
      const value = evse[name];
      if (value === undefined) continue;
      // OCPI compares ids without regard to case.
      const key = String(value).toUpperCase();
      if (seen.has(key)) {
        problems.push({
          path: ["reports", "ocpi", "evses", index, name],
          message: `${name} ${value} is another EVSE's already`,
        });
      }
      seen.add(key);
    }
  }
  return problems;
}
