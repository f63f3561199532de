export * from "./fetch.ts";
export type * from "./files_options.ts";
export * from "./file_rules.ts";
export * from "./signature.ts";
export * from "./image.ts";
export * from "./mirror.ts";
export * from "./counter.ts";
export * from "./bring.ts";
export * from "./bring_until.ts";
