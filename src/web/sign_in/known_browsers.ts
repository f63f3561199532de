import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import type { Ids } from "../../lib/ids.ts";
import { sameSecret } from "../form.ts";

/**
 * Marks browsers in which somebody has signed in. Guesses from elsewhere, though they come from the same
 * address (a tunnel, an office), then do not make the person wait: a known browser has failures of its
 * own. The mark lets nobody in.
 */
export interface KnownBrowsers {
  /** What to keep in the browser of somebody who has just signed in. */
  mark(userName: string): string;
  /** Names this browser, where its mark is ours and of this user; else null. */
  recognise(mark: string | null, userName: string): string | null;
}

/** Creates it with the key that the ledger keeps; another key forgets all browsers. */
export function createKnownBrowsers(key: string, ids: Ids): KnownBrowsers {
  const sign = (userName: string, nonce: string) =>
    createHmac("sha256", key).update(JSON.stringify([userName, nonce])).digest("base64url");
  return {
    mark(userName) {
      const nonce = Buffer.from(ids.secret(16)).toString("base64url");
      return `${nonce}.${sign(userName, nonce)}`;
    },
    recognise(mark, userName) {
      const [nonce = "", signature = ""] = (mark ?? "").slice(0, 200).split(".");
      return nonce !== "" && sameSecret(signature, sign(userName, nonce)) ? nonce : null;
    },
  };
}
