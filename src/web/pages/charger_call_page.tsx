import { chargerTextOf } from "../charger_text.ts";
import type { CommandRecord } from "../commands/desk.ts";
import type { Drawing } from "../live/page_patches.ts";
import { withoutSecrets } from "../../ocpp/mod.ts";
import type { ChargerView } from "../views.ts";
import { ChargerTabs } from "./charger_tabs.tsx";
import { CommandItem } from "./command_list.tsx";
import { Csrf, Layout } from "./layout.tsx";
import type { Page } from "./page.ts";
import { Status } from "./status.tsx";

/** What a call was found to be when it was held against its schema. */
export type CallCheck =
  | { readonly kind: "fits" }
  | {
    readonly kind: "wrong";
    readonly problems: readonly { readonly path: string; readonly message: string }[];
  };

/** Everything that the page of raw calls to a charger shows. */
export interface CallScene {
  readonly page: Page;
  readonly charger: ChargerView;
  /** The calls of its version of OCPP; empty while nobody knows it. */
  readonly actions: readonly string[];
  readonly action: string;
  readonly payload: string;
  /** Null before anything was checked. */
  readonly check: CallCheck | null;
  readonly records: readonly CommandRecord[];
}

const SHOWN_MAX = 10;
const PROBLEMS_MAX = 20;

/** Any call of OCPP to a charger, for somebody who knows what it does. */
export function CallPage({ scene }: { readonly scene: CallScene }) {
  const { page, charger } = scene;
  const words = chargerTextOf(page.site.language);
  const live = `/live?path=${encodeURIComponent(pathOf(charger))}`;
  return (
    <Layout page={page} title={words.callTitle(charger.id)} live={live}>
      <header class="page-head">
        <h1>{words.callTitle(charger.id)}</h1>
      </header>
      <ChargerTabs page={page} chargerId={charger.id} here="call" />
      <p class="banner tone-fault">{words.callWarning}</p>
      <div class="columns">
        <div class="column">
          <CallForm scene={scene} />
        </div>
        <div class="column">
          <Answers scene={scene} />
        </div>
      </div>
    </Layout>
  );
}

/** What changes by itself: what the charger has answered. */
export function drawCall(scene: Pick<CallScene, "page" | "records">): Drawing {
  const parts = new Map([
    ["status", String(<Status page={scene.page} />)],
    ["answers", String(<Answers scene={scene} />)],
  ]);
  return { shape: "", parts, whole: null };
}

function pathOf({ id }: ChargerView): string {
  return `/chargers/${encodeURIComponent(id)}/message`;
}

function CallForm({ scene }: { readonly scene: CallScene }) {
  const { page, charger, actions, action, payload, check } = scene;
  const words = chargerTextOf(page.site.language);
  return (
    <section class="panel">
      <p class="hint">{words.callLimits}</p>
      {actions.length === 0 && <p class="hint">{words.versionUnknown}</p>}
      <form method="post" action={pathOf(charger)} class="tool-form">
        <Csrf page={page} />
        <label class="stacked" for="call-action">{words.action}</label>
        <input
          id="call-action"
          name="action"
          list="call-actions"
          required
          maxlength={50}
          pattern="[A-Za-z]+"
          value={action}
          autocomplete="off"
          spellcheck={false}
        />
        <datalist id="call-actions">
          {actions.map((each) => <option value={each}></option>)}
        </datalist>
        <label class="stacked" for="call-payload">{words.payload}</label>
        <textarea
          id="call-payload"
          name="payload"
          rows={10}
          maxlength={20_000}
          spellcheck={false}
          aria-describedby={check?.kind === "wrong" ? "call-problems" : undefined}
        >
          {payload}
        </textarea>
        {check !== null && <Checked page={page} check={check} />}
        <div class="button-row">
          <button type="submit" name="do" value="check" class="button">{words.check}</button>
          <button
            type="submit"
            name="do"
            value="send"
            class="button danger"
            disabled={!charger.connected}
          >
            {words.send}
          </button>
        </div>
        {!charger.connected && <p class="hint">{words.away}</p>}
      </form>
    </section>
  );
}

function Checked({ page, check }: { readonly page: Page; readonly check: CallCheck }) {
  const words = chargerTextOf(page.site.language);
  if (check.kind === "fits") return <p class="banner" role="status">{words.callFits}</p>;
  return (
    <div id="call-problems" class="banner tone-fault" role="alert">
      <p>{words.callWrong}</p>
      <ul>
        {check.problems.slice(0, PROBLEMS_MAX).map(({ path, message }) => (
          <li>
            {path !== "" && <code>{path}</code>} {message}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Answers({ scene: { page, records } }: {
  readonly scene: Pick<CallScene, "page" | "records">;
}) {
  const words = chargerTextOf(page.site.language);
  const own = records.filter(({ command }) => command.kind === "message");
  return (
    <section id="answers" class="panel commands" aria-live="polite">
      <h2>{words.answersTitle}</h2>
      {own.length === 0 && <p class="hint">{words.answersNone}</p>}
      <ol class="command-items">
        {own.slice(0, SHOWN_MAX).map((record) => (
          <CommandItem page={page} record={record}>
            <Exchange page={page} record={record} />
          </CommandItem>
        ))}
      </ol>
    </section>
  );
}

/** What was said and what came back, spread over lines; passwords are struck out. */
function Exchange({ page, record: { command, progress } }: {
  readonly page: Page;
  readonly record: CommandRecord;
}) {
  const words = chargerTextOf(page.site.language);
  if (command.kind !== "message") return null;
  const answer = "answer" in progress ? progress.answer : undefined;
  return (
    <>
      <h3>{words.said}</h3>
      <pre tabindex={0}>{pretty(command.payload)}</pre>
      {answer !== undefined && (
        <>
          <h3>{words.answered}</h3>
          <pre tabindex={0}>{pretty(answer)}</pre>
        </>
      )}
    </>
  );
}

function pretty(payload: unknown): string {
  const text = withoutSecrets(JSON.stringify(payload));
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
