export * from "./chain.ts";
export * from "./issued.ts";
export type * from "./ports.ts";
export * from "./trust.ts";
export * from "./der.ts";
export * from "./hash_data.ts";
export * from "./installed_roots.ts";
export * from "./pair.ts";
