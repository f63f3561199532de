import { forEyesOf } from "../discretion.ts";
import type { Drawing } from "../live/page_patches.ts";
import type { OrphanStopView, OutboxRowView } from "../views.ts";
import type { WebParts } from "../web_parts.ts";
import { elementId } from "./element_id.ts";
import { AskingButton, Csrf, Layout, Moment } from "./layout.tsx";
import { OrphanList } from "./orphan_list.tsx";
import { may, type Page } from "./page.ts";
import { Status } from "./status.tsx";

/** Rows beyond this are counted, not drawn. */
const SHOWN_MAX = 200;

/** Everything that the page of records shows. */
export interface OutboxScene {
  readonly page: Page;
  readonly rows: readonly OutboxRowView[];
  readonly orphans: readonly OrphanStopView[];
}

/** What the page of records shows now. */
export function outboxScene(
  { ports: { views } }: Pick<WebParts, "ports">,
  page: Page,
): OutboxScene {
  const orphans = forEyesOf(page.principal.role, views.orphanStops());
  return { page, rows: views.outbox(), orphans };
}

/** What waits for the cloud, what the cloud has refused, and what it cannot be told. */
export function OutboxPage(
  { scene, note }: { readonly scene: OutboxScene; readonly note: string | null },
) {
  const { page, rows } = scene;
  const { text, site } = page;
  const queued = rows.filter((row) => !row.dead);
  return (
    <Layout page={page} title={text.recordsTitle} live="/live?path=%2Foutbox">
      <header class="page-head">
        <div>
          <h1>{text.recordsTitle}</h1>
          <p class="hint">{site.csms.configured ? text.recordsHint : text.recordsNoCloud}</p>
        </div>
      </header>
      {note !== null && <p class="banner" role="status">{note}</p>}
      <Undecided scene={scene} />
      <section>
        <h2>{text.withCount(text.queued, queued.length)}</h2>
        {queued.length === 0
          ? <p class="nothing">{text.recordsNone}</p>
          : <Rows page={page} rows={queued} />}
      </section>
    </Layout>
  );
}

/** What somebody has to decide on. */
function Undecided({ scene: { page, rows, orphans } }: { readonly scene: OutboxScene }) {
  const { text } = page;
  const dead = rows.filter((row) => row.dead);
  return (
    <div id="undecided">
      {dead.length > 0 && (
        <section>
          <h2>{text.withCount(text.dead, dead.length)}</h2>
          <p class="hint">{text.deadHint}</p>
          <Rows page={page} rows={dead} />
        </section>
      )}
      <OrphanList page={page} orphans={orphans} />
    </div>
  );
}

/** What changes by itself: what there is to decide on. A question that is open stays open meanwhile. */
export function drawOutbox(scene: OutboxScene): Drawing {
  const { page, rows, orphans } = scene;
  const dead = rows.filter((row) => row.dead);
  return {
    shape: JSON.stringify([dead.map(({ id }) => id), orphans.map(({ id }) => id)]),
    parts: new Map([["status", String(<Status page={page} />)]]),
    whole: { id: "undecided", html: () => String(<Undecided scene={scene} />) },
  };
}

function Rows({ page, rows }: { readonly page: Page; readonly rows: readonly OutboxRowView[] }) {
  const { text } = page;
  return (
    <div class="table-wrap">
      <table class="as-cards">
        <thead>
          <tr>
            <th>{text.record}</th>
            <th>{text.session}</th>
            <th>{text.connectorTitle}</th>
            <th>{text.created}</th>
            <th class="number">{text.refusals}</th>
            <th>{text.lastError}</th>
            <th></th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, SHOWN_MAX).map((row) => <Row page={page} row={row} />)}
        </tbody>
      </table>
    </div>
  );
}

function Row({ page, row }: { readonly page: Page; readonly row: OutboxRowView }) {
  const { text } = page;
  return (
    <tr>
      <td class="is-title">{`${row.id} · ${text.recordKinds[row.kind]}`}</td>
      <td data-label={text.session} class="token">{row.transactionId}</td>
      <td data-label={text.connectorTitle}>{String(row.slot)}</td>
      <td data-label={text.created}>
        <Moment page={page} at={row.createdAt} />
      </td>
      <td data-label={text.refusals} class="number">{row.refusals > 0 && String(row.refusals)}</td>
      <td data-label={text.lastError} class="is-wide-cell">{row.lastError}</td>
      <td class="row-buttons">{may(page, "operator") && <RowButtons page={page} row={row} />}</td>
    </tr>
  );
}

function RowButtons({ page, row }: { readonly page: Page; readonly row: OutboxRowView }) {
  const { text } = page;
  if (!row.dead) return null;
  return (
    <div class="button-row">
      <form method="post" action={`/outbox/${row.id}/retry`}>
        <Csrf page={page} />
        <button type="submit" class="button">{text.retry}</button>
      </form>
      <AskingButton
        page={page}
        id={elementId("discard", row.id)}
        label={text.discard}
        title={text.discardTitle(row.id)}
        action={`/outbox/${row.id}/discard`}
        confirm={<button type="submit" class="button danger">{text.discard}</button>}
      >
        <p>{text.discardExplained(text.recordKinds[row.kind], row.transactionId)}</p>
      </AskingButton>
    </div>
  );
}
