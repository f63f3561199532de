import type { CONNECTOR_FORMATS, CONNECTOR_STANDARDS, POWER_TYPES } from "../site/mod.ts";

/** A connector as OCPI describes it. */
export interface OcpiConnector {
  readonly standard: typeof CONNECTOR_STANDARDS[number];
  readonly format: typeof CONNECTOR_FORMATS[number];
  readonly powerType: typeof POWER_TYPES[number];
}

/** An EVSE by the names it has for others. */
export interface OcpiEvse extends OcpiConnector {
  /** OCPI's `evse_uid`: never changed. */
  readonly uid: string;
  /** OCPI's `evse_id`: "IN*SNG*E1". */
  readonly evseId: string;
}

/** How the site is called where charge detail records go (OCPI 2.2.1). */
export interface OcpiOptions {
  /** ISO 3166-1 alpha-2, and the operator's three characters. */
  readonly countryCode: string;
  readonly partyId: string;
  /** Who has given out the tokens; the operator itself where nobody else is named. */
  readonly tokens: { readonly countryCode: string; readonly partyId: string };
  readonly location: {
    readonly id: string;
    readonly name: string | null;
    readonly address: string;
    readonly city: string;
    readonly postalCode: string | null;
    readonly state: string | null;
    /** ISO 3166-1 alpha-3. */
    readonly country: string;
    readonly latitude: number;
    readonly longitude: number;
  };
  /** Of records of sessions for which no tariff applied. ISO 4217. */
  readonly currency: string;
  /** What holds for every slot that is not named. */
  readonly connector: OcpiConnector;
  readonly evses: ReadonlyMap<number, OcpiEvse>;
}

/** The names of a slot. */
export function ocpiEvse(slot: number, options: OcpiOptions): OcpiEvse {
  const { evses, connector, countryCode, partyId, location } = options;
  return evses.get(slot) ?? {
    ...connector,
    uid: `${location.id.slice(0, 30)}-${slot}`,
    evseId: `${countryCode}*${partyId}*E${slot}`,
  };
}
