export type { Codec, Translation } from "./codec.ts";
export * from "./dialect.ts";
export * from "./v16/mod.ts";
