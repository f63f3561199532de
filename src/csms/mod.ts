export * from "./csms.ts";
export * from "./gateway_variables.ts";
export * from "./options.ts";
export * from "./ports.ts";
export * from "./profile_desk.ts";
export * from "./route.ts";
export * from "./routes.ts";
export * from "./tariff_port.ts";
export { VENDOR_ID } from "./tunnel.ts";
