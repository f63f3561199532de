export * from "./bundle.ts";
export * from "./redaction.ts";
