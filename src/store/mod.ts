export * from "./memory.ts";
export * from "./space.ts";
