import type { ChargerTactic, LearntTactic } from "../site/mod.ts";
import { modelKey } from "./model_match.ts";
import type { ChargersPorts } from "./ports.ts";

/** The site, as far as what was learnt stands in it. */
export type LearntSite = Pick<ChargersPorts["site"], "charger" | "tactic" | "tactics">;

/**
 * How a charger was found to take limits. One of which nothing is known yet is taken for another of the
 * same vendor, model and firmware.
 */
export function learntTactic(
  site: LearntSite,
  chargerId: string,
): LearntTactic | undefined {
  const of = keyOf(site, chargerId);
  if (of === null) return undefined;
  const { learnt } = site.tactic(chargerId);
  return learnt?.of === of
    ? learnt
    : site.tactics().find(({ learnt }) => learnt?.of === of)?.learnt;
}

/** Notes what was learnt; a charger of which nobody knows what it is teaches nothing that lasts. */
export async function learn(
  ports: Pick<ChargersPorts, "site" | "journal">,
  chargerId: string,
  news: Omit<Partial<LearntTactic>, "of">,
): Promise<void> {
  const of = keyOf(ports.site, chargerId);
  if (of === null) return;
  const before = learntTactic(ports.site, chargerId);
  await changeTactic(ports, chargerId, (tactic) => ({
    ...tactic,
    learnt: { ...before, ...news, of },
  }));
}

/** Forgets in which form it takes limits: it takes none in that any more. */
export async function unlearnRung(
  ports: Pick<ChargersPorts, "site" | "journal">,
  chargerId: string,
): Promise<void> {
  const { learnt } = ports.site.tactic(chargerId);
  if (learnt?.rung === undefined) return;
  const { rung: _gone, ...rest } = learnt;
  await changeTactic(ports, chargerId, (tactic) => ({ ...tactic, learnt: rest }));
}

/** Changes what is remembered of how a charger takes limits, on disk when it resolves. */
export async function changeTactic(
  { site, journal }: Pick<ChargersPorts, "site" | "journal">,
  chargerId: string,
  change: (before: ChargerTactic) => ChargerTactic,
): Promise<void> {
  await journal.commit(site.saveTactic(change(site.tactic(chargerId))));
}

function keyOf(site: LearntSite, chargerId: string): string | null {
  const record = site.charger(chargerId);
  const identity = record?.station?.message;
  return record === undefined || identity === undefined ? null : modelKey(identity, record.version);
}
