/** OCPI 2.2.1's words for a connector's kind (mod_locations, ConnectorType). */
export const CONNECTOR_STANDARDS = [
  "CHADEMO",
  "CHAOJI",
  ...(["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O"] as const)
    .map((letter) => `DOMESTIC_${letter}` as const),
  "GBT_AC",
  "GBT_DC",
  "IEC_60309_2_single_16",
  "IEC_60309_2_three_16",
  "IEC_60309_2_three_32",
  "IEC_60309_2_three_64",
  "IEC_62196_T1",
  "IEC_62196_T1_COMBO",
  "IEC_62196_T2",
  "IEC_62196_T2_COMBO",
  "IEC_62196_T3A",
  "IEC_62196_T3C",
  "NEMA_5_20",
  "NEMA_6_30",
  "NEMA_6_50",
  "NEMA_10_30",
  "NEMA_10_50",
  "NEMA_14_30",
  "NEMA_14_50",
  "PANTOGRAPH_BOTTOM_UP",
  "PANTOGRAPH_TOP_DOWN",
  "TESLA_R",
  "TESLA_S",
] as const;

/** OCPI's words for whether a cable is fixed to it. */
export const CONNECTOR_FORMATS = ["SOCKET", "CABLE"] as const;

/** OCPI's words for what comes out of it. */
export const POWER_TYPES = [
  "AC_1_PHASE",
  "AC_2_PHASE",
  "AC_2_PHASE_SPLIT",
  "AC_3_PHASE",
  "DC",
] as const;

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
