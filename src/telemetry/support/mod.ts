export * from "./bundle.ts";
export * from "./config_redaction.ts";
export * from "./redaction.ts";
