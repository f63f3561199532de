import { chargerTextOf } from "../charger_text.ts";
import type { CommandRecord } from "../commands/desk.ts";
import type { ChargerDriftView } from "../configuration_port.ts";
import type { KnownSettings } from "../configuration_desk.ts";
import type { Drawing } from "../live/page_patches.ts";
import { type ChargerSetting, isSecretSetting } from "../../site/mod.ts";
import type { ChargerView } from "../views.ts";
import { ChargerTabs } from "./charger_tabs.tsx";
import { CommandList } from "./command_list.tsx";
import { DriftPanel } from "./drift_table.tsx";
import { Csrf, Layout } from "./layout.tsx";
import type { Page } from "./page.ts";
import { Status } from "./status.tsx";

/** Everything that the page of a charger's settings shows. */
export interface ConfigurationScene {
  readonly page: Page;
  readonly charger: ChargerView;
  readonly known: KnownSettings;
  readonly records: readonly CommandRecord[];
  /** Null where site.yaml wants nothing of it. */
  readonly drift: ChargerDriftView | null;
  /** What is looked for in names and values; empty: all. */
  readonly find: string;
  /** The setting that is to be changed; empty: none yet. */
  readonly change: string;
}

/** More of them make a page slow on a phone. */
const SHOWN_MAX = 300;

/** What a charger is set to, and how to change it: keys of 1.6 and variables of 2.x alike. */
export function ConfigurationPage({ scene }: { readonly scene: ConfigurationScene }) {
  const { page, charger } = scene;
  const words = chargerTextOf(page.site.language);
  const live = `/live?path=${encodeURIComponent(`${pathOf(charger)}${queryOf(scene)}`)}`;
  return (
    <Layout page={page} title={words.settingsTitle(charger.id)} live={live}>
      <header class="page-head">
        <div>
          <h1>{words.settingsTitle(charger.id)}</h1>
          <p class="hint">{words.settingsHint}</p>
        </div>
      </header>
      <ChargerTabs page={page} chargerId={charger.id} here="settings" />
      {!charger.connected && <p class="banner tone-waiting">{words.away}</p>}
      <div class="columns">
        <div class="column">
          <ChangeForm scene={scene} />
          <Records scene={scene} />
        </div>
        <div class="column is-settings">
          {scene.drift !== null && <DriftPanel page={page} drifts={[scene.drift]} />}
          <Settings scene={scene} />
        </div>
      </div>
    </Layout>
  );
}

/** What changes by itself: what the charger has told, and what became of changes. */
export function drawConfiguration(scene: ConfigurationScene): Drawing {
  const parts = new Map([
    ["status", String(<Status page={scene.page} />)],
    ["settings", String(<Settings scene={scene} />)],
    ...(scene.drift === null
      ? []
      : [["drift", String(<DriftPanel page={scene.page} drifts={[scene.drift]} />)] as const]),
    ["commands", String(<Records scene={scene} />)],
  ]);
  return { shape: "", parts, whole: null };
}

function pathOf({ id }: ChargerView): string {
  return `/chargers/${encodeURIComponent(id)}/configuration`;
}

function queryOf({ find }: Pick<ConfigurationScene, "find">): string {
  return find === "" ? "" : `?${new URLSearchParams({ find })}`;
}

function Records({ scene: { page, records } }: { readonly scene: ConfigurationScene }) {
  const own = records.filter(({ command }) => command.kind === "configure");
  return <CommandList page={page} records={own} />;
}

function settingsIn(known: KnownSettings): readonly ChargerSetting[] {
  return known.kind === "told" && known.reading.kind === "read" ? known.reading.settings : [];
}

function Settings({ scene }: { readonly scene: ConfigurationScene }) {
  const { page, charger, known, find } = scene;
  const words = chargerTextOf(page.site.language);
  const all = settingsIn(known);
  const needle = find.toLowerCase();
  const found = all.filter(({ name, value }) =>
    `${name}\n${value ?? ""}`.toLowerCase().includes(needle)
  );
  return (
    <section id="settings" class="panel settings-panel">
      <p role="status">{stateWords(page, known)}</p>
      <form method="post" action={`${pathOf(charger)}/read`}>
        <Csrf page={page} />
        <button type="submit" class="button" disabled={!charger.connected}>
          {known.kind === "told" ? words.readAgain : words.read}
        </button>
      </form>
      {all.length > 0 && (
        <form method="get" action={pathOf(charger)} class="tool-form" role="search">
          <label for="find-setting">{words.find}</label>
          <div class="field-row">
            <input id="find-setting" name="find" value={find} maxlength={100} autocomplete="off" />
            <button type="submit" class="button">{page.text.show}</button>
          </div>
        </form>
      )}
      {all.length > 0 && found.length === 0 && <p class="nothing">{words.nothingFound}</p>}
      {found.length > SHOWN_MAX && <p class="hint">{words.tooMany(SHOWN_MAX, found.length)}</p>}
      {found.length > 0 && <SettingTable scene={scene} settings={found.slice(0, SHOWN_MAX)} />}
    </section>
  );
}

function stateWords({ site, format, nowMs }: Page, known: KnownSettings): string {
  const words = chargerTextOf(site.language);
  switch (known.kind) {
    case "never":
      return words.neverRead;
    case "asking":
      return words.reading;
    case "told":
      return known.reading.kind === "read"
        ? words.readAt(known.reading.settings.length, format.near(known.atMs, nowMs))
        : words.readFailed(known.reading.reason);
  }
}

function SettingTable(
  { scene, settings }: {
    readonly scene: ConfigurationScene;
    readonly settings: readonly ChargerSetting[];
  },
) {
  const { page, charger, find } = scene;
  const words = chargerTextOf(page.site.language);
  const href = (name: string) => {
    const query = new URLSearchParams({ ...(find === "" ? {} : { find }), change: name });
    return `${pathOf(charger)}?${query}#change`;
  };
  return (
    <div class="table-wrap">
      <table class="as-cards setting-table">
        <thead>
          <tr>
            <th scope="col">{words.setting}</th>
            <th scope="col">{words.value}</th>
            <th scope="col">{words.access}</th>
          </tr>
        </thead>
        <tbody>
          {settings.map(({ name, value, access, kept }) => (
            <tr>
              <th scope="row" class="is-title">
                <code>{name}</code>
              </th>
              <td data-label={words.value} class="setting-value">
                {value === null ? <span class="quiet">{words.secret}</span> : <code>{value}</code>}
              </td>
              <td data-label={words.access}>
                {kept === null
                  ? <a href={href(name)} aria-label={`${words.change}: ${name}`}>{words.change}</a>
                  : kept === "read-only"
                  ? words.accesses[access]
                  : words.keptByGateway}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ChangeForm({ scene }: { readonly scene: ConfigurationScene }) {
  const { page, charger, known, change } = scene;
  const words = chargerTextOf(page.site.language);
  const chosen = settingsIn(known).find(({ name }) => name === change);
  // A secret is typed like one, and what it is now is never told.
  const isSecret = isSecretSetting(change) || chosen?.value === null;
  return (
    <section id="change" class="panel">
      <h2>{words.changeTitle}</h2>
      <form method="post" action={pathOf(charger)} class="tool-form">
        <Csrf page={page} />
        <label class="stacked" for="setting-name">{words.setting}</label>
        <input
          id="setting-name"
          name="name"
          required
          maxlength={250}
          value={change}
          autocomplete="off"
          spellcheck={false}
        />
        <label class="stacked" for="setting-value">{words.newValue}</label>
        <input
          id="setting-value"
          name="value"
          type={isSecret ? "password" : "text"}
          maxlength={2500}
          value={isSecret ? "" : chosen?.value ?? ""}
          autocomplete="off"
          spellcheck={false}
        />
        <p class="hint">{words.changeHint}</p>
        <button type="submit" class="button primary" disabled={!charger.connected}>
          {words.change}
        </button>
      </form>
    </section>
  );
}
