export * from "./error_codes.ts";
export * from "./frame.ts";
export * from "./link.ts";
export * from "./link_events.ts";
export * from "./socket.ts";
