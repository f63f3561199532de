export * from "./circuit_commands.ts";
export * from "./commands.ts";
export * from "./demand_commands.ts";
export * from "./faults.ts";
export * from "./session_commands.ts";
export * from "./session_export.ts";
export * from "./outbox_watch.ts";
export * from "./record_commands.ts";
