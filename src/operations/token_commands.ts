import type { TokenBook, TokenOrder } from "../authorization/mod.ts";
import type { Log } from "../lib/log.ts";
import type { Journal } from "../outbox/mod.ts";
import type { CommandOutcome } from "../site/mod.ts";

/** What is done to the list of tokens as a whole. */
export interface TokenCommands {
  /** Lists all of them, or none: what does not fit is not begun. Tokens that are not named stay. */
  listTokens(orders: readonly TokenOrder[], by: string): Promise<CommandOutcome>;
}

/** What the commands work with. */
export interface TokenCommandPorts {
  readonly tokens: Pick<TokenBook, "editMany" | "recall" | "room">;
  readonly journal: Pick<Journal, "commit">;
  readonly log: Log;
}

/** Creates the commands. */
export function createTokenCommands({ tokens, journal, log }: TokenCommandPorts): TokenCommands {
  return {
    async listTokens(orders, by) {
      const added = orders.filter(({ idToken }) => tokens.recall(idToken).listed === undefined)
        .length;
      const room = tokens.room();
      if (added > room) {
        return {
          kind: "refused",
          reason: `The local list has room for ${room} more tokens, not for ${added}`,
          advice: "Take tokens off it that nobody uses any more",
        };
      }
      // One commit: whoever reads the disk finds all of them or none.
      await journal.commit(tokens.editMany(orders));
      log("info", "operator_import_listed", { by, count: orders.length, added });
      return { kind: "accepted", detail: `${orders.length} tokens are on the local list` };
    },
  };
}
