import { faultTextOf } from "../faults/fault_text.ts";
import type { FaultView } from "../views.ts";
import type { Page } from "./page.ts";

/** Where a fault is, with the way there. */
export function FaultPlaceLink(
  { page, fault }: { readonly page: Page; readonly fault: FaultView },
) {
  const { kind, chargerId } = fault.place;
  const name = placeName(page, fault);
  if (chargerId !== null) return <a href={`/chargers/${encodeURIComponent(chargerId)}`}>{name}</a>;
  if (kind === "meter") return <a href={`/meters/${encodeURIComponent(fault.subject)}`}>{name}</a>;
  if (kind === "circuit") return <a href="/load">{name}</a>;
  return <>{name}</>;
}

/** Where a fault is, in the words of the page: "CP06 · connector 6". */
export function placeName(page: Page, { place, subject }: FaultView): string {
  const words = faultTextOf(page.site.language);
  const { kind, chargerId, slot } = place;
  if (kind !== "connector" || slot === null) return words.places[kind](subject);
  const connector = words.places.connector(String(slot));
  return chargerId === null ? connector : `${chargerId} · ${connector}`;
}
