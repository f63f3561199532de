export * from "./commands.ts";
export * from "./decisions.ts";
export * from "./faults.ts";
export * from "./session_export.ts";
export * from "./record_commands.ts";
