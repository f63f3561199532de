import type { CommandRecord } from "../commands/desk.ts";
import type { KnownSettings } from "../configuration_desk.ts";
import {
  type MatrixCell,
  type MatrixColumn,
  matrixOf,
  type MatrixRow,
} from "../configuration_matrix.ts";
import type { ChargerDriftView } from "../configuration_port.ts";
import { type ConfigurationText, configurationTextOf } from "../configuration_text.ts";
import { isSecretSetting } from "../../site/mod.ts";
import type { ChargerView } from "../views.ts";
import { CommandItem } from "./command_list.tsx";
import { DriftPanel } from "./drift_table.tsx";
import { Csrf, Layout } from "./layout.tsx";
import type { Page } from "./page.ts";

/** Everything that the page of many chargers' settings shows. */
export interface ManySettingsScene {
  readonly page: Page;
  readonly chargers: readonly ChargerView[];
  /** Those that are compared. */
  readonly columns: readonly MatrixColumn[];
  readonly drifts: readonly ChargerDriftView[];
  readonly records: readonly CommandRecord[];
  /** All settings, also those that are alike. */
  readonly isAll: boolean;
  /** The setting that is to be set; empty: none yet. */
  readonly change: string;
  /** Chargers that were not told, for they do not know the setting. */
  readonly unknown: readonly string[];
  readonly chosenMax: number;
}

/** More of them make a page slow on a phone. */
const SHOWN_MAX = 300;
const RECORDS_MAX = 24;

/** What many chargers are set to, where they differ, and how to set one thing on all of them. */
export function ManySettingsPage({ scene }: { readonly scene: ManySettingsScene }) {
  const { page, columns, drifts } = scene;
  const words = configurationTextOf(page.site.language);
  return (
    <Layout page={page} title={words.title} live="/live?path=%2Fconfiguration">
      <header class="page-head">
        <div>
          <h1>{words.title}</h1>
          <p class="hint">{words.hint}</p>
        </div>
      </header>
      <Chooser scene={scene} />
      {columns.length > 0 && <Matrix scene={scene} />}
      {columns.length > 0 && <SetForm scene={scene} />}
      <Outcomes scene={scene} />
      <DriftPanel page={page} drifts={drifts} />
    </Layout>
  );
}

function Chosen({ columns }: { readonly columns: readonly MatrixColumn[] }) {
  return (
    <>
      {columns.map(({ chargerId }) => <input type="hidden" name="charger" value={chargerId} />)}
    </>
  );
}

function Chooser({ scene }: { readonly scene: ManySettingsScene }) {
  const { page, chargers, columns, isAll, chosenMax } = scene;
  const words = configurationTextOf(page.site.language);
  const chosen = new Set(columns.map(({ chargerId }) => chargerId));
  return (
    <section class="panel">
      <form method="get" action="/configuration" class="tool-form">
        <fieldset class="checks">
          <legend>{words.choose}</legend>
          {chargers.map(({ id, vendor, model }) => (
            <label class="check">
              <input type="checkbox" name="charger" value={id} checked={chosen.has(id)} />
              <span>{[id, vendor, model].filter((part) => part !== null).join(" · ")}</span>
            </label>
          ))}
        </fieldset>
        <label class="check">
          <input type="checkbox" name="all" value="1" checked={isAll} />
          <span>{words.all}</span>
        </label>
        <p class="hint">{words.chooseHint(chosenMax)}</p>
        <button type="submit" class="button">{words.show}</button>
      </form>
    </section>
  );
}

function Matrix({ scene }: { readonly scene: ManySettingsScene }) {
  const { page, columns, isAll } = scene;
  const words = configurationTextOf(page.site.language);
  const rows = matrixOf(columns);
  const wanted = isAll ? rows : rows.filter(({ isDifferent }) => isDifferent);
  const shown = wanted.slice(0, SHOWN_MAX);
  return (
    <section id="matrix" class="panel settings-panel">
      <form method="post" action="/configuration/read">
        <Csrf page={page} />
        <Chosen columns={columns} />
        {isAll && <input type="hidden" name="all" value="1" />}
        <button type="submit" class="button">{words.read}</button>
      </form>
      {rows.length === 0 && <p class="nothing">{words.nothingRead}</p>}
      {rows.length > 0 && wanted.length === 0 && <p class="nothing">{words.alike}</p>}
      {wanted.length > shown.length && (
        <p class="hint">{words.tooMany(shown.length, wanted.length)}</p>
      )}
      <div class="table-wrap" role="region" tabindex={0} aria-label={words.tableLabel}>
        <table class="setting-table">
          <thead>
            <tr>
              <th scope="col">{words.setting}</th>
              {columns.map(({ chargerId, known }) => (
                <th scope="col">
                  {chargerId}
                  <small>{readingWords(words, known)}</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{shown.map((row) => <Row scene={scene} row={row} />)}</tbody>
        </table>
      </div>
    </section>
  );
}

function readingWords(words: ConfigurationText, known: KnownSettings): string {
  switch (known.kind) {
    case "never":
      return words.unread;
    case "asking":
      return words.asking;
    case "told":
      return known.reading.kind === "read" ? "" : words.failed(known.reading.reason);
  }
}

function Row({ scene, row }: { readonly scene: ManySettingsScene; readonly row: MatrixRow }) {
  const { page, columns, isAll } = scene;
  const words = configurationTextOf(page.site.language);
  const query = new URLSearchParams([
    ...columns.map(({ chargerId }): [string, string] => ["charger", chargerId]),
    ...(isAll ? [["all", "1"]] : []),
    ["change", row.name],
  ]);
  return (
    <tr>
      <th scope="row">
        {row.isKept ? <code>{row.name}</code> : (
          <a href={`/configuration?${query}#set`}>
            <code>{row.name}</code>
          </a>
        )}
      </th>
      {row.cells.map((cell) => <td class={cellClass(cell)}>{cellOf(words, cell)}</td>)}
    </tr>
  );
}

function cellClass(cell: MatrixCell): string {
  return cell.kind === "value" && (cell.isOdd || cell.wanted !== null)
    ? "setting-value is-odd"
    : "setting-value";
}

function cellOf(words: ConfigurationText, cell: MatrixCell) {
  switch (cell.kind) {
    case "absent":
      return <span class="quiet">{words.absent}</span>;
    case "secret":
      return <span class="quiet">{words.secret}</span>;
    case "value":
      return (
        <>
          <code>{cell.value}</code>
          {cell.isOdd && <small>≠ {words.odd}</small>}
          {cell.wanted !== null && <small>{words.wanted(cell.wanted)}</small>}
        </>
      );
  }
}

function SetForm({ scene }: { readonly scene: ManySettingsScene }) {
  const { page, columns, change, isAll } = scene;
  const words = configurationTextOf(page.site.language);
  return (
    <section id="set" class="panel">
      <h2>{words.changeTitle}</h2>
      <p>{columns.map(({ chargerId }) => chargerId).join(", ")}</p>
      <form method="post" action="/configuration" class="tool-form">
        <Csrf page={page} />
        <Chosen columns={columns} />
        {isAll && <input type="hidden" name="all" value="1" />}
        <label class="stacked" for="set-name">{words.setting}</label>
        <input
          id="set-name"
          name="name"
          required
          maxlength={250}
          value={change}
          autocomplete="off"
          spellcheck={false}
        />
        <label class="stacked" for="set-value">{words.newValue}</label>
        <input
          id="set-value"
          name="value"
          type={isSecretSetting(change) ? "password" : "text"}
          maxlength={2500}
          autocomplete="off"
          spellcheck={false}
        />
        <p class="hint">{words.changeHint}</p>
        <button type="submit" class="button">{words.set}</button>
      </form>
    </section>
  );
}

function Outcomes({ scene }: { readonly scene: ManySettingsScene }) {
  const { page, records, unknown } = scene;
  const words = configurationTextOf(page.site.language);
  if (records.length === 0 && unknown.length === 0) return null;
  return (
    <section id="outcomes" class="panel commands" aria-live="polite">
      <h2>{words.outcomes}</h2>
      {unknown.length > 0 && <p class="banner">{words.unknownHere(unknown.join(", "))}</p>}
      <ol class="command-items">
        {records.slice(0, RECORDS_MAX).map((record) => (
          <CommandItem page={page} record={record}>
            <p class="quiet">{record.chargerId}</p>
          </CommandItem>
        ))}
      </ol>
    </section>
  );
}
