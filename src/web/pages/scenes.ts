import type { WebParts } from "../web_parts.ts";
import type { ChargerScene } from "./charger_page.tsx";
import { may, type Page } from "./page.ts";
import { type SiteScene, siteScene } from "./site_page.tsx";

const MESSAGES_SHOWN = 30;

/** What the site page shows now. */
export function siteSceneOf(parts: WebParts, page: Page, host: string): SiteScene {
  return siteScene(page, parts.ports, host);
}

/** What a charger's page shows now; null where there is no such charger. */
export function chargerScene(parts: WebParts, page: Page, id: string): ChargerScene | null {
  const { views } = parts.ports;
  const charger = views.charger(id);
  if (charger === undefined) return null;
  const evses = views.evses().filter(({ chargerId }) => chargerId === id);
  const mayRead = may(page, "operator");
  const messages = mayRead ? views.messages({ charger: id, limit: MESSAGES_SHOWN }) : [];
  const subjects = [id, ...charger.slots.map((slot) => `slot ${slot}`)];
  return {
    page,
    charger,
    evses,
    readings: new Map(evses.map(({ slot, transaction }) => [
      slot,
      transaction === null ? [] : views.recentReadings(transaction.id),
    ])),
    faults: views.faults().filter(({ subject }) => subjects.includes(subject)),
    records: parts.commands.recordsOf(id),
    messages,
    notes: parts.messageNotes.of(messages, charger.protocol),
  };
}
