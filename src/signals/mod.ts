export * from "./circuit_limits.ts";
export * from "./circuit_sources.ts";
export * from "./operator_limits.ts";
export * from "./contact_desk.ts";
export * from "./contact_options.ts";
export * from "./contactor_options.ts";
export * from "./cut_desk.ts";
