export { completed } from "./completion.ts";
export { createDialect2x } from "./dialect.ts";
