import type { TokenRules } from "../station/tokens.ts";
import type { CommandTable2x } from "./commands.ts";
import { localListOf } from "./token_words.ts";
import type { Variables } from "./variables.ts";

/** Commands about whom the station knows. */
export const TOKEN_COMMANDS_2X: CommandTable2x<
  "ClearCache" | "GetLocalListVersion" | "SendLocalList"
> = {
  ClearCache: ({ station }) => ({ payload: { status: station.tokens.clearCache() } }),

  // D02.FR.03: 0 where there is no list either.
  GetLocalListVersion: ({ station }) => ({
    payload: { versionNumber: Math.max(0, station.tokens.listVersion()) },
  }),

  SendLocalList({ station }, request) {
    const status = station.tokens.sendLocalList(localListOf(request));
    return { payload: { status: status === "NotSupported" ? "Failed" : status } };
  },
};

/** What the variables say of list and cache. */
export function tokenRules2x(
  variables: Pick<Variables, "isOn" | "integer" | "maxLimit">,
): TokenRules {
  return {
    hasList: () => variables.isOn("LocalAuthListCtrlr.Enabled"),
    hasCache: () => variables.isOn("AuthCacheCtrlr.Enabled"),
    listMax: () => variables.maxLimit("LocalAuthListCtrlr.Entries"),
    messageMax: () => variables.integer("LocalAuthListCtrlr.ItemsPerMessage"),
  };
}
