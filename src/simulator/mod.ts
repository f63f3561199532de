/**
 * Simulated chargers with EVs and drivers, meters and a CSMS: for commissioning, for demonstrations,
 * and as the test bench of the gateway. They know the gateway by its ports and sockets only. This face
 * is pure and runs on any clock; the shells are `command_line_io.ts` (the commands of `main.ts`),
 * `running_site_io.ts`, `charger_dial_io.ts`, `csms_server_io.ts`, `modbus_server_io.ts` and
 * `mqtt_broker_io.ts`.
 */
export * from "./arrivals.ts";
export * from "./breakable_dialer.ts";
export * from "./call16.ts";
export * from "./call_end.ts";
export * from "./charger.ts";
export * from "./checks.ts";
export * from "./chance.ts";
export * from "./charger_options.ts";
export * from "./charger_quirks.ts";
export { createCharger16 } from "./charger16/charger16.ts";
export * from "./csms.ts";
export * from "./csms_outages.ts";
export * from "./csms/books.ts";
export { type CsmsSession, energyWh, type SessionStop } from "./csms/session.ts";
export { createCsms } from "./csms/simulated_csms.ts";
export * from "./demo_plan.ts";
export * from "./driver.ts";
export * from "./ev.ts";
export * from "./ev_drawing.ts";
export * from "./ev_models.ts";
export * from "./house_load.ts";
export * from "./memory_network.ts";
export * from "./memory_socket.ts";
export * from "./meter.ts";
export * from "./meter_faults.ts";
export * from "./modbus_answer.ts";
export * from "./outlet.ts";
export * from "./site.ts";
export * from "./site_drawing.ts";
export * from "./site_faults.ts";
export * from "./site_plan.ts";
export * from "./site_yaml.ts";
export * from "./solar.ts";
export { coarser, type Status16 } from "./station/connector_status.ts";
export * from "./station_order.ts";
export * from "./version_drawing.ts";
export * from "./versioned_charger.ts";
