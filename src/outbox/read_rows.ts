import type { Journal } from "./journal.ts";
import type { OutboxStore } from "./ledger.ts";
import type { OutboxRow, RowHeader } from "./row.ts";

/**
 * Rows with their content as the queue knows them. The queue runs ahead of the disk: where that has
 * something older, what is in line is waited for. Rows that are gone from the disk are left out.
 */
export async function readRows(
  { store, journal }: { readonly store: Pick<OutboxStore, "rows">; readonly journal: Journal },
  headers: readonly RowHeader[],
): Promise<readonly OutboxRow[]> {
  const ids = headers.map(({ id }) => id);
  const found = await store.rows(ids);
  if (areCurrent(found, headers)) return found;
  await journal.settled();
  return await store.rows(ids);
}

function areCurrent(found: readonly OutboxRow[], headers: readonly RowHeader[]): boolean {
  return headers.every(({ id, revision = 0 }, index) =>
    found[index]?.id === id && (found[index].revision ?? 0) === revision
  );
}
