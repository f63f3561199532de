export * from "./fold.ts";
export * from "./journal.ts";
export * from "./ledger.ts";
export * from "./pick.ts";
export * from "./projection16.ts";
export * from "./queue.ts";
export * from "./row.ts";
export * from "./outbox.ts";
