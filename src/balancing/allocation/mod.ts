export * from "./allocate.ts";
export * from "./claim.ts";
export * from "./departure.ts";
export * from "./pool.ts";
export * from "./rounding.ts";
export * from "./top_up.ts";
export * from "./water_level.ts";
