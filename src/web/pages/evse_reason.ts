import { limitWords } from "../limit_words.ts";
import type { EvseView } from "../views.ts";
import type { Page } from "./page.ts";

/** Why an EVSE has its limit, in the language of the page; null where there is nothing to say. */
export function reasonInWords(page: Page, evse: EvseView): string | null {
  return evse.why === null ? evse.reason : limitWords(evse.why, page.site.language, page.format);
}

/** The same, where it is worth telling: not of one that has all that its socket carries. */
export function reasonShown(page: Page, evse: EvseView): string | null {
  const isTheLimit = evse.why !== null && evse.reason === evse.why.text;
  return isTheLimit ? reasonInWords(page, evse) : evse.reason;
}
