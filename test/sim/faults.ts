import { CHARGER_FAULTS, CHARGER_MOMENTS } from "./faults/charger_faults.ts";
import { CSMS_FAULTS } from "./faults/csms_faults.ts";
import { CSMS_ORDERS } from "./faults/csms_orders.ts";
import { GATEWAY_FAULTS, GATEWAY_MOMENTS } from "./faults/gateway_faults.ts";
import { METER_FAULTS } from "./faults/meter_faults.ts";
import { VERSION_FAULTS } from "./faults/version_faults.ts";

export type { Fault, Undo } from "./faults/fault.ts";

/**
 * Everything that can go wrong or come at a bad moment, by what a person would say of it. What is added comes last: a seed
 * draws its faults in this order, so the others stay as they were.
 */
export const FAULTS = {
  ...CSMS_FAULTS,
  ...CHARGER_FAULTS,
  ...GATEWAY_FAULTS,
  ...METER_FAULTS,
  ...CHARGER_MOMENTS,
  ...CSMS_ORDERS,
  ...GATEWAY_MOMENTS,
  ...VERSION_FAULTS,
} as const;

/** What a fault is called. */
export type FaultName = keyof typeof FAULTS;
