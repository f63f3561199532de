export * from "./chain.ts";
export * from "./issued.ts";
export type * from "./ports.ts";
export * from "./trust.ts";
