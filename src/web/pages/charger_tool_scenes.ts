import { onePage } from "../api/cursor.ts";
import { isFound, MessagesQuerySchema } from "../messages_query.ts";
import type { ChargerView } from "../views.ts";
import type { WebParts } from "../web_parts.ts";
import type { ConfigurationScene } from "./charger_configuration_page.tsx";
import type { MessagesScene } from "./charger_messages_page.tsx";
import type { Page } from "./page.ts";

type Query = Readonly<Record<string, string>>;

/** So many frames are looked through, and so many shown on a page. */
const FRAMES_READ = 2_000;
const FRAMES_SHOWN = 100;
const FIND_LENGTH_MAX = 100;
const NAME_LENGTH_MAX = 250;

/** What the page of a charger's settings shows now. */
export function configurationScene(
  parts: WebParts,
  page: Page,
  charger: ChargerView,
  { find = "", change = "" }: Query,
): ConfigurationScene {
  return {
    page,
    charger,
    known: parts.configurations.of(charger.id),
    records: parts.commands.recordsOf(charger.id),
    drift: parts.ports.configuration.drifts().find((each) => each.chargerId === charger.id) ?? null,
    find: find.trim().slice(0, FIND_LENGTH_MAX),
    change: change.slice(0, NAME_LENGTH_MAX),
  };
}

/** What the page of a charger's frames shows now. */
export function messagesScene(
  parts: WebParts,
  page: Page,
  charger: ChargerView,
  fields: Query,
): MessagesScene {
  const query = MessagesQuerySchema.parse(fields);
  // An answer is held against its call, which is older than it: all of them are needed.
  const all = parts.ports.views.messages({ charger: charger.id, limit: FRAMES_READ });
  const notes = parts.messageNotes.of(all, charger.protocol);
  const found = all.filter((message) => isFound(message, notes.get(message.id) ?? [], query));
  const { items, last } = onePage(found, FRAMES_SHOWN);
  return { page, charger, query, messages: items, notes, before: last?.id ?? null };
}
