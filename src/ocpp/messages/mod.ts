export type { Coercion, CoercionKind } from "./_mending.ts";
export * from "./timestamps.ts";
export * from "./types.ts";
export * from "./uris.ts";
export * from "./validator.ts";
