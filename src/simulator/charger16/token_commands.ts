import type { TokenRules } from "../station/tokens.ts";
import type { CommandTable } from "./commands.ts";
import type { Configuration } from "./configuration.ts";

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

/** What the keys say of list and cache. */
export function tokenRules(configuration: Configuration): TokenRules {
  return {
    hasList: () => configuration.isOn("LocalAuthListEnabled"),
    hasCache: () => configuration.isOn("AuthorizationCacheEnabled"),
    listMax: () => configuration.integer("LocalAuthListMaxLength"),
    messageMax: () => configuration.integer("SendLocalListMaxLength"),
  };
}
