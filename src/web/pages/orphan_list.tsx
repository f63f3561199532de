import { written } from "../format.ts";
import { orphanTextOf } from "../orphan_text.ts";
import type { OrphanStopView } from "../views.ts";
import { elementId } from "./element_id.ts";
import { AskingButton, Moment } from "./layout.tsx";
import { may, type Page } from "./page.ts";

interface OrphanProps {
  readonly page: Page;
  readonly orphans: readonly OrphanStopView[];
}

/** Ends that chargers told of sessions which nobody knows; nothing where there are none. */
export function OrphanList({ page, orphans }: OrphanProps) {
  const words = orphanTextOf(page.site.language);
  if (orphans.length === 0) return null;
  return (
    <section id="orphans">
      <h2>{page.text.withCount(words.title, orphans.length)}</h2>
      <p class="hint">{words.hint}</p>
      <div class="table-wrap">
        <table class="as-cards">
          <thead>
            <tr>
              <th>{words.charger}</th>
              <th>{words.session}</th>
              <th>{words.ended}</th>
              <th class="number">{words.register}</th>
              <th>{words.card}</th>
              <th>{words.reason}</th>
              <th></th>
            </tr>
          </thead>
          <tbody>{orphans.map((orphan) => <Orphan page={page} orphan={orphan} />)}</tbody>
        </table>
      </div>
    </section>
  );
}

function Orphan({ page, orphan }: { readonly page: Page; readonly orphan: OrphanStopView }) {
  const words = orphanTextOf(page.site.language);
  return (
    <tr>
      <td class="is-title">
        <a href={`/chargers/${encodeURIComponent(orphan.chargerId)}`}>{orphan.chargerId}</a>
      </td>
      <td data-label={words.session} class="token">{orphan.chargersOwnId}</td>
      <td data-label={words.ended}>
        <Moment page={page} at={orphan.stoppedAt} />
      </td>
      <td data-label={words.register} class="number">
        {written(page.format.energy(orphan.registerWh))}
      </td>
      <td data-label={words.card} class="token">{orphan.token}</td>
      <td data-label={words.reason}>{orphan.stopReason}</td>
      <td class="row-buttons">
        {may(page, "operator") && <Dismissal page={page} orphan={orphan} />}
      </td>
    </tr>
  );
}

function Dismissal({ page, orphan }: { readonly page: Page; readonly orphan: OrphanStopView }) {
  const words = orphanTextOf(page.site.language);
  return (
    <AskingButton
      page={page}
      id={elementId("dismiss", orphan.id)}
      label={words.dismiss}
      title={words.dismissTitle(orphan.chargerId)}
      action={`/orphan-stops/${encodeURIComponent(orphan.id)}/dismiss`}
      confirm={<button type="submit" class="button danger">{words.dismiss}</button>}
    >
      <p>{words.dismissExplained(written(page.format.energy(orphan.registerWh)))}</p>
    </AskingButton>
  );
}
