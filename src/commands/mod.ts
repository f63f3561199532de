/** The commands of the program: each reads its flags, does one thing, and says how it ended. */
export * from "./command.ts";
export * from "./program.ts";
