export * from "./message_log.ts";
export * from "./metrics.ts";
