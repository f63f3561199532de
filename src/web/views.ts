/** What the API returns and the pages draw. Times are ISO 8601 in UTC unless a name says otherwise. */
export type * from "./views/charger.ts";
export type * from "./views/circuit.ts";
export type * from "./views/commissioning.ts";
export type * from "./views/door.ts";
export type * from "./views/evse.ts";
export type * from "./views/forecast.ts";
export type * from "./faults/fault_view.ts";
export type * from "./faults/alert_view.ts";
export type * from "./firmware/firmware_port.ts";
export type * from "./faults/first_aid_view.ts";
export * from "./views/meter.ts";
export type * from "./views/security.ts";
export type * from "./views/site.ts";
export type * from "./views/site_time.ts";
export type * from "./views/token.ts";
export type * from "./views/transaction.ts";
