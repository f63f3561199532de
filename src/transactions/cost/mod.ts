export * from "./bill.ts";
export * from "./cost_state.ts";
export * from "./cost_step.ts";
export * from "./currency.ts";
export * from "./session_time.ts";
export * from "./tariff.ts";
export { isInDay, isInSeason, minutesOf } from "./conditions.ts";
