export * from "./cache.ts";
export * from "./charger_list.ts";
export * from "./decision.ts";
export * from "./local_list.ts";
export * from "./token_aliases.ts";
export * from "./token_book.ts";
