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
  return {
    page,
    charger,
    evses: views.evses().filter(({ chargerId }) => chargerId === id),
    records: parts.commands.recordsOf(id),
    messages: may(page, "operator") ? views.messages({ charger: id, limit: MESSAGES_SHOWN }) : [],
  };
}
