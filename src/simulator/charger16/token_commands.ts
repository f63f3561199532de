import type { CommandTable } from "./commands.ts";

/** Commands about whom the station knows. */
export const TOKEN_COMMANDS: CommandTable<
  "ClearCache" | "GetLocalListVersion" | "SendLocalList"
> = {
  ClearCache: ({ station }) => ({ payload: { status: station.tokens.clearCache() } }),

  GetLocalListVersion: ({ station }) => ({
    payload: { listVersion: station.tokens.listVersion() },
  }),

  SendLocalList: ({ station }, request) => ({
    payload: { status: station.tokens.sendLocalList(request) },
  }),
};
