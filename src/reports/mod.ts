export * from "./catalogue.ts";
export * from "./period.ts";
export * from "./report.ts";
export * from "./sources.ts";
export * from "./texts.ts";
export * from "./schedule.ts";
export type * from "./options.ts";
