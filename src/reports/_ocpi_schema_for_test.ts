/**
 * The CDR object of OCPI 2.2.1 as JSON Schema, written by hand from the tables of mod_cdrs, mod_tariffs
 * and types: each field with its type, length and cardinality, and no field besides.
 */

const text = (maxLength: number) => ({
  type: "string",
  minLength: 1,
  maxLength,
  pattern: "^\\P{C}*$",
});
const words = (...list: readonly string[]) => ({ enum: list });
/** Four decimals. */
const number = { type: "number", multipleOf: 0.0001 };
/** "+00:00 is not the same as UTC". */
const dateTime = {
  type: "string",
  maxLength: 25,
  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z?$",
};
const date = { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\d$" };
const clock = { type: "string", pattern: "^([0-1]\\d|2[0-3]):[0-5]\\d$" };

interface Fields {
  readonly [name: string]: unknown;
}

/** Names that end with "?" may be left out. */
function object(fields: Fields) {
  const names = Object.keys(fields);
  return {
    type: "object",
    additionalProperties: false,
    required: names.filter((name) => !name.endsWith("?")),
    properties: Object.fromEntries(
      names.map((name) => [name.replace("?", ""), fields[name]]),
    ),
  };
}

const list = (items: unknown, minItems = 0) => ({ type: "array", items, minItems });

const price = object({ "excl_vat": number, "incl_vat?": number });

const restrictions = object({
  "start_time?": clock,
  "end_time?": clock,
  "start_date?": date,
  "end_date?": date,
  "min_kwh?": number,
  "max_kwh?": number,
  "min_current?": number,
  "max_current?": number,
  "min_power?": number,
  "max_power?": number,
  "min_duration?": { type: "integer" },
  "max_duration?": { type: "integer" },
  "day_of_week?": list(
    words("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"),
  ),
  "reservation?": words("RESERVATION", "RESERVATION_EXPIRES"),
});

const tariff = object({
  "country_code": text(2),
  "party_id": text(3),
  "id": text(36),
  "currency": text(3),
  "type?": words("AD_HOC_PAYMENT", "PROFILE_CHEAP", "PROFILE_FAST", "PROFILE_GREEN", "REGULAR"),
  "tariff_alt_text?": list(object({ "language": text(2), "text": text(512) })),
  "tariff_alt_url?": text(255),
  "min_price?": price,
  "max_price?": price,
  "elements": list(
    object({
      "price_components": list(
        object({
          "type": words("ENERGY", "FLAT", "PARKING_TIME", "TIME"),
          "price": number,
          "vat?": number,
          "step_size": { type: "integer" },
        }),
        1,
      ),
      "restrictions?": restrictions,
    }),
    1,
  ),
  "start_date_time?": dateTime,
  "end_date_time?": dateTime,
  "last_updated": dateTime,
});

const location = object({
  "id": text(36),
  "name?": text(255),
  "address": text(45),
  "city": text(45),
  "postal_code?": text(10),
  "state?": text(20),
  "country": { type: "string", pattern: "^[A-Z]{3}$" },
  "coordinates": object({
    "latitude": { type: "string", maxLength: 10, pattern: "^-?[0-9]{1,2}\\.[0-9]{5,7}$" },
    "longitude": { type: "string", maxLength: 11, pattern: "^-?[0-9]{1,3}\\.[0-9]{5,7}$" },
  }),
  "evse_uid": text(36),
  "evse_id": text(48),
  "connector_id": text(36),
  "connector_standard": {
    type: "string",
    pattern: "^(IEC_|DOMESTIC_|CHA|GBT_|NEMA_|TESLA_|PANTO)",
  },
  "connector_format": words("SOCKET", "CABLE"),
  "connector_power_type": words("AC_1_PHASE", "AC_2_PHASE", "AC_2_PHASE_SPLIT", "AC_3_PHASE", "DC"),
});

const period = object({
  "start_date_time": dateTime,
  "dimensions": list(
    object({
      // Those that are for sessions only are not here.
      "type": words(
        "ENERGY",
        "MAX_CURRENT",
        "MIN_CURRENT",
        "MAX_POWER",
        "MIN_POWER",
        "PARKING_TIME",
        "RESERVATION_TIME",
        "TIME",
      ),
      "volume": number,
    }),
    1,
  ),
  "tariff_id?": text(36),
});

const signedData = object({
  "encoding_method": text(36),
  "encoding_method_version?": { type: "integer" },
  "public_key?": text(512),
  "signed_values": list(
    object({ "nature": text(32), "plain_data": text(512), "signed_data": text(5000) }),
    1,
  ),
  "url?": text(512),
});

/** The schema. */
export const CDR_SCHEMA = object({
  "country_code": text(2),
  "party_id": text(3),
  "id": text(39),
  "start_date_time": dateTime,
  "end_date_time": dateTime,
  "session_id?": text(36),
  "cdr_token": object({
    "country_code": text(2),
    "party_id": text(3),
    "uid": text(36),
    "type": words("AD_HOC_USER", "APP_USER", "OTHER", "RFID"),
    "contract_id": text(36),
  }),
  "auth_method": words("AUTH_REQUEST", "COMMAND", "WHITELIST"),
  "authorization_reference?": text(36),
  "cdr_location": location,
  "meter_id?": text(255),
  "currency": text(3),
  "tariffs": list(tariff),
  "charging_periods": list(period, 1),
  "signed_data?": signedData,
  "total_cost": price,
  "total_fixed_cost?": price,
  "total_energy": number,
  "total_energy_cost?": price,
  "total_time": number,
  "total_time_cost?": price,
  "total_parking_time?": number,
  "total_parking_cost?": price,
  "total_reservation_cost?": price,
  "remark?": text(255),
  "invoice_reference_id?": text(39),
  "credit?": { type: "boolean" },
  "credit_reference_id?": text(39),
  "home_charging_compensation?": { type: "boolean" },
  "last_updated": dateTime,
});
