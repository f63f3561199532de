export * from "./audit_chain.ts";
export * from "./limit_record.ts";
export * from "./message_log.ts";
export * from "./metrics.ts";
export * from "./memory_audit.ts";
export * from "./memory_telemetry.ts";
export * from "./telemetry.ts";
export * from "./telemetry_store.ts";
