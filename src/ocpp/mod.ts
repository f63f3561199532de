export * from "./version.ts";
export * from "./inside.ts";
export * from "./peer.ts";
export * from "./rpc/mod.ts";
export * from "./speaker.ts";
export * from "./messages/mod.ts";
export * from "./dialects/mod.ts";
export * from "./speech.ts";
