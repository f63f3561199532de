import type { OcpiCdr } from "../reports/mod.ts";
import type { SignedReading } from "../transactions/mod.ts";
import type { WebRecords } from "./record_port.ts";

const OCMF = 'OCMF|{"FV":"1.0","ID":"04A1B2C3"}|{"SD":"304502"}';

/** Pages and API are tested with records of this shape; what is in real ones is tested in `reports/`. */
export const FIXTURE_CDR: OcpiCdr = {
  country_code: "IN",
  party_id: "SNG",
  id: "tx-1",
  start_date_time: "2026-01-05T06:00:00.000Z",
  end_date_time: "2026-01-05T07:00:00.000Z",
  session_id: "tx-1",
  cdr_token: {
    country_code: "IN",
    party_id: "SNG",
    uid: "04A1B2C3",
    type: "RFID",
    contract_id: "04A1B2C3",
  },
  auth_method: "WHITELIST",
  cdr_location: {
    id: "PUNE-1",
    name: "Pune Depot",
    address: "FC Road 12",
    city: "Pune",
    postal_code: "411004",
    state: "MH",
    country: "IND",
    coordinates: { latitude: "18.520400", longitude: "73.856700" },
    evse_uid: "PUNE-1-1",
    evse_id: "IN*SNG*E1",
    connector_id: "1",
    connector_standard: "IEC_62196_T2",
    connector_format: "SOCKET",
    connector_power_type: "AC_3_PHASE",
  },
  currency: "INR",
  tariffs: [{
    country_code: "IN",
    party_id: "SNG",
    id: "day",
    currency: "INR",
    tariff_alt_text: [{ language: "en", text: "Only where: idleTime minIdleTime 900" }],
    min_price: { excl_vat: 10 },
    max_price: { excl_vat: 1_000, incl_vat: 1_180 },
    elements: [{
      price_components: [{ type: "ENERGY", price: 12, vat: 18, step_size: 1 }],
      restrictions: { start_time: "06:00", end_time: "22:00", day_of_week: ["MONDAY"] },
    }],
    last_updated: "2026-01-05T06:00:00.000Z",
  }],
  charging_periods: [{
    start_date_time: "2026-01-05T06:00:00.000Z",
    dimensions: [{ type: "ENERGY", volume: 8 }, { type: "TIME", volume: 1 }],
    tariff_id: "day",
  }],
  signed_data: {
    encoding_method: "OCMF",
    public_key: "MFk=",
    signed_values: [{ nature: "End", plain_data: OCMF, signed_data: "T0NNRg==" }],
  },
  total_cost: { excl_vat: 96, incl_vat: 113.28 },
  total_energy: 8,
  total_energy_cost: { excl_vat: 96, incl_vat: 113.28 },
  total_time: 1,
  total_parking_time: 0,
  remark: "ended: Local",
  last_updated: "2026-01-05T07:00:01.000Z",
};

const READING: SignedReading = {
  at: "2026-01-05T07:00:00Z",
  heardAtMs: 1_767_596_401_000,
  context: "Transaction.End",
  measurand: "Energy.Active.Import.Register",
  value: 9,
  unit: "kWh",
  signedMeterData: OCMF,
  signingMethod: "ECDSA",
  encodingMethod: "OCMF",
  publicKey: "MFk=",
};

/** Records of every session whose id the fixture knows. */
export function createFixtureRecords(knows: (id: string) => boolean): WebRecords {
  async function* tar(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(new Uint8Array(1_024));
  }
  return {
    cdr: {
      one: (id) => Promise.resolve(knows(id) ? FIXTURE_CDR : undefined),
      async *all() {
        yield await Promise.resolve(`[\n${JSON.stringify(FIXTURE_CDR)}`);
        yield "\n]\n";
      },
    },
    signed: (id) =>
      Promise.resolve(
        knows(id)
          ? {
            number: 7,
            readings: [READING],
            files: [
              { name: "session-7.xml", kind: "xml", text: "<values/>" },
              { name: "session-7.ocmf", kind: "ocmf", text: `${OCMF}\n` },
            ],
          }
          : undefined,
      ),
    signedFiles: tar,
    signedArchive: tar,
  };
}
