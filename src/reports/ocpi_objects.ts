import type { OcpiConnector } from "./ocpi_options.ts";

/** Objects of OCPI 2.2.1, as they stand in JSON (mod_cdrs, mod_tariffs). Numbers have four decimals. */

/** Money without and with tax. */
export interface OcpiPrice {
  readonly excl_vat: number;
  readonly incl_vat?: number;
}

/** What was counted in a period; energy in kWh, times in hours, power in kW. */
export interface OcpiDimension {
  readonly type: "ENERGY" | "TIME" | "PARKING_TIME" | "MIN_POWER" | "MAX_POWER";
  readonly volume: number;
}

/** A part of a session in which the same prices applied. */
export interface OcpiPeriod {
  readonly start_date_time: string;
  readonly dimensions: readonly OcpiDimension[];
  readonly tariff_id?: string;
}

/** A price of one dimension: per kWh, per hour, or once. */
export interface OcpiPriceComponent {
  readonly type: "ENERGY" | "TIME" | "PARKING_TIME" | "FLAT";
  readonly price: number;
  readonly vat?: number;
  readonly step_size: number;
}

/** When a price applies. */
export interface OcpiRestrictions {
  readonly start_time?: string;
  readonly end_time?: string;
  readonly start_date?: string;
  readonly end_date?: string;
  readonly min_kwh?: number;
  readonly max_kwh?: number;
  readonly min_current?: number;
  readonly max_current?: number;
  readonly min_power?: number;
  readonly max_power?: number;
  readonly min_duration?: number;
  readonly max_duration?: number;
  readonly day_of_week?: readonly string[];
  readonly reservation?: "RESERVATION";
}

/** Prices. */
export interface OcpiTariff {
  readonly country_code: string;
  readonly party_id: string;
  readonly id: string;
  readonly currency: string;
  readonly tariff_alt_text?: readonly { readonly language: string; readonly text: string }[];
  readonly min_price?: OcpiPrice;
  readonly max_price?: OcpiPrice;
  readonly elements: readonly {
    readonly price_components: readonly OcpiPriceComponent[];
    readonly restrictions?: OcpiRestrictions;
  }[];
  readonly last_updated: string;
}

/** What a meter signed of a session. */
export interface OcpiSignedData {
  readonly encoding_method: string;
  readonly public_key?: string;
  readonly signed_values: readonly {
    readonly nature: "Start" | "Intermediate" | "End";
    readonly plain_data: string;
    readonly signed_data: string;
  }[];
}

/** A charge detail record: a session that is over, as partners bill it. */
export interface OcpiCdr {
  readonly country_code: string;
  readonly party_id: string;
  readonly id: string;
  readonly start_date_time: string;
  readonly end_date_time: string;
  readonly session_id: string;
  readonly cdr_token: {
    readonly country_code: string;
    readonly party_id: string;
    readonly uid: string;
    readonly type: "AD_HOC_USER" | "APP_USER" | "OTHER" | "RFID";
    readonly contract_id: string;
  };
  readonly auth_method: "AUTH_REQUEST" | "COMMAND" | "WHITELIST";
  readonly cdr_location: {
    readonly id: string;
    readonly name?: string;
    readonly address: string;
    readonly city: string;
    readonly postal_code?: string;
    readonly state?: string;
    readonly country: string;
    readonly coordinates: { readonly latitude: string; readonly longitude: string };
    readonly evse_uid: string;
    readonly evse_id: string;
    readonly connector_id: string;
    readonly connector_standard: OcpiConnector["standard"];
    readonly connector_format: OcpiConnector["format"];
    readonly connector_power_type: OcpiConnector["powerType"];
  };
  readonly currency: string;
  readonly tariffs: readonly OcpiTariff[];
  readonly charging_periods: readonly OcpiPeriod[];
  readonly signed_data?: OcpiSignedData;
  readonly total_cost: OcpiPrice;
  readonly total_fixed_cost?: OcpiPrice;
  readonly total_energy: number;
  readonly total_energy_cost?: OcpiPrice;
  readonly total_time: number;
  readonly total_time_cost?: OcpiPrice;
  readonly total_parking_time?: number;
  readonly total_parking_cost?: OcpiPrice;
  readonly total_reservation_cost?: OcpiPrice;
  readonly remark?: string;
  readonly last_updated: string;
}
