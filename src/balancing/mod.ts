export * from "./driver_demand.ts";
export * from "./facts.ts";
export * from "./limit_reason.ts";
export * from "./balancer.ts";
export * from "./profile_store.ts";
export * from "./profile_limit.ts";
export * from "./composite_schedule.ts";
