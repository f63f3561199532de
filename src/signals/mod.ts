export * from "./operator_limits.ts";
