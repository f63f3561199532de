import { written } from "../format.ts";
import { orphanTextOf } from "../orphan_text.ts";
import type { OrphanStopView } from "../views.ts";
import { Moment } from "./layout.tsx";
import type { Page } from "./page.ts";

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
    </tr>
  );
}
