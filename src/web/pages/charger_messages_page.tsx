import { chargerTextOf } from "../charger_text.ts";
import type { Drawing } from "../live/page_patches.ts";
import type { MessageNote } from "../message_notes.ts";
import type { MessagesQuery } from "../messages_query.ts";
import type { ChargerView, MessageView } from "../views.ts";
import { ChargerTabs } from "./charger_tabs.tsx";
import { Layout } from "./layout.tsx";
import { Message } from "./message_list.tsx";
import type { Page } from "./page.ts";
import { Status } from "./status.tsx";

/** Everything that the page of a charger's frames shows. */
export interface MessagesScene {
  readonly page: Page;
  readonly charger: ChargerView;
  readonly query: MessagesQuery;
  readonly messages: readonly MessageView[];
  readonly notes: ReadonlyMap<number, readonly MessageNote[]>;
  /** From which frame on older ones are shown; null where there are none. */
  readonly before: number | null;
}

const WAYS = ["in", "out"] as const;

/** The frames to and from a charger, newest first, with a filter. */
export function MessagesPage({ scene }: { readonly scene: MessagesScene }) {
  const { page, charger, query, before } = scene;
  const words = chargerTextOf(page.site.language);
  const live = `/live?path=${encodeURIComponent(hrefOf(charger, query))}`;
  return (
    <Layout page={page} title={words.messagesTitle(charger.id)} live={live}>
      <header class="page-head">
        <div>
          <h1>{words.messagesTitle(charger.id)}</h1>
          <p class="hint">{words.messagesKept}</p>
        </div>
      </header>
      <ChargerTabs page={page} chargerId={charger.id} here="messages" />
      <MessageFilter scene={scene} />
      <Frames scene={scene} />
      <nav class="pager" aria-label={page.text.older}>
        {query.before !== undefined && (
          <a class="button" href={hrefOf(charger, { ...query, before: undefined })}>
            {page.text.newest}
          </a>
        )}
        {before !== null && (
          <a class="button" href={hrefOf(charger, { ...query, before })}>{page.text.older}</a>
        )}
      </nav>
    </Layout>
  );
}

/** What changes by itself. */
export function drawMessages(scene: MessagesScene): Drawing {
  const parts = new Map([
    ["status", String(<Status page={scene.page} />)],
    ["messages", String(<Frames scene={scene} />)],
  ]);
  return { shape: "", parts, whole: null };
}

function hrefOf({ id }: ChargerView, query: MessagesQuery): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  const text = search.toString();
  return `/chargers/${encodeURIComponent(id)}/messages${text === "" ? "" : `?${text}`}`;
}

function Frames({ scene: { page, messages, notes } }: { readonly scene: MessagesScene }) {
  const words = chargerTextOf(page.site.language);
  return (
    <section id="messages" class="panel messages">
      {messages.length === 0 && <p class="nothing">{words.noMessages}</p>}
      {messages.map((message) => (
        <Message page={page} message={message} notes={notes.get(message.id) ?? []} />
      ))}
    </section>
  );
}

function MessageFilter({ scene: { page, charger, query } }: { readonly scene: MessagesScene }) {
  const { text } = page;
  const words = chargerTextOf(page.site.language);
  const path = `/chargers/${encodeURIComponent(charger.id)}/messages`;
  return (
    <form method="get" action={path} class="filter" role="search" aria-label={text.filter}>
      <label>
        {words.text}
        <input name="text" value={query.text} maxlength={100} autocomplete="off" />
      </label>
      <label>
        {words.way}
        <select name="way">
          <option value="">{text.filterAll}</option>
          {WAYS.map((way) => (
            <option value={way} selected={way === query.way}>{words.ways[way]}</option>
          ))}
        </select>
      </label>
      <label class="check">
        <input type="checkbox" name="trouble" value="on" checked={query.trouble === "on"} />
        {words.onlyTrouble}
      </label>
      <div class="filter-buttons">
        <button type="submit" class="button primary">{text.show}</button>
        <a class="button" href={path}>{text.filterClear}</a>
      </div>
    </form>
  );
}
