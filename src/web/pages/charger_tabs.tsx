import { chargerTextOf } from "../charger_text.ts";
import { may, type Page } from "./page.ts";

const TABS = [
  { name: "overview", path: "", role: "viewer" },
  { name: "firmware", path: "/firmware", role: "viewer" },
  { name: "settings", path: "/configuration", role: "installer" },
  { name: "messages", path: "/messages", role: "operator" },
  { name: "call", path: "/message", role: "admin" },
  { name: "commissioning", path: "/commissioning", role: "installer" },
  { name: "security", path: "/security", role: "installer" },
] as const;

/** The pages of one charger, as far as the person may open them. */
export function ChargerTabs(
  { page, chargerId, here }: {
    readonly page: Page;
    readonly chargerId: string;
    readonly here: typeof TABS[number]["name"];
  },
) {
  const words = chargerTextOf(page.site.language);
  const base = `/chargers/${encodeURIComponent(chargerId)}`;
  const tabs = TABS.filter(({ role }) => may(page, role));
  if (tabs.length < 2) return null;
  return (
    <nav class="choices charger-tabs" aria-label={words.tabsLabel}>
      {tabs.map(({ name, path }) => (
        <a href={`${base}${path}`} aria-current={name === here ? "page" : undefined}>
          {words.tabs[name]}
        </a>
      ))}
    </nav>
  );
}
