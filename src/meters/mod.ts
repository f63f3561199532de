/**
 * The meters of the site: what they measure, how their registers and messages are read, and what of
 * it is believed. This face is pure; the shells are `meters_io.ts` (all drivers), `modbus_meters_io.ts`
 * (`modbus_tcp_io.ts`, `modbus_rtu_io.ts`), `mqtt_io.ts`, `http_io.ts`, `speedwire_io.ts`,
 * `meter_profile_io.ts` and `preset_io.ts`.
 */
export * from "./charger_meter.ts";
export * from "./charging_findings.ts";
export * from "./energy_counter.ts";
export * from "./finding.ts";
export * from "./health.ts";
export * from "./http_options.ts";
export * from "./invalid_pattern.ts";
export * from "../lib/json_path.ts";
export * from "./measured_meter.ts";
export * from "./meter_options.ts";
export * from "./modbus_options.ts";
export * from "./mqtt_options.ts";
export * from "./payload.ts";
export * from "./plausibility.ts";
export * from "./preset.ts";
export * from "./probe.ts";
export * from "./probe_match.ts";
export * from "./profile.ts";
export * from "./quantity.ts";
export * from "./read_plan.ts";
export * from "./register_image.ts";
export * from "./register_value.ts";
export * from "./sample.ts";
export * from "./serial_line.ts";
export * from "./serial_load.ts";
export * from "./speedwire.ts";
export * from "./speedwire_options.ts";
export * from "./sunspec.ts";
export * from "./trouble_finding.ts";
export * from "./unit.ts";
export * from "./virtual_meter.ts";
export * from "./wiring.ts";
export * from "./wiring_findings.ts";
