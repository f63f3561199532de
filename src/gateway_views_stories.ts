import type { ViewPorts } from "./gateway_view_ports.ts";
import { isoTime } from "./lib/clock.ts";
import { auditedToken } from "./site/mod.ts";
import type { SessionReading } from "./telemetry/mod.ts";
import type { Transaction } from "./transactions/mod.ts";
import type {
  DecisionView,
  SessionReadingView,
  SessionStoryPort,
  SessionUpstreamView,
} from "./web/mod.ts";

/** A card may be shown so long before its driver plugs in, and so long after a session it is refused. */
const BEFORE_MS = 600_000;
const AFTER_MS = 60_000;
/** A minute is kept by its beginning. */
const MINUTE_MS = 60_000;
const DECISIONS_MAX = 100;

/** Draws how sessions went, from what telemetry and the outbox have of them. */
export function createStoryViews(ports: ViewPorts): SessionStoryPort {
  const { clock, telemetry } = ports;

  async function sessionOf(id: string): Promise<Transaction | undefined> {
    const held = ports.transactions.state().transactions.get(id);
    return held ?? (await ports.store.transactions({ id, limit: 1 }))[0];
  }

  async function readingsOf(found: Transaction, fromMs: number) {
    const { id, slot, startHeardAtMs, stop } = found;
    const recent = telemetry.recentReadings(id);
    const isRecent = fromMs >= (recent[0]?.atWallMs ?? Infinity);
    const readings = isRecent ? recent : await telemetry.sessionReadings({
      transactionId: id,
      slot,
      fromMs: Math.max(fromMs, startHeardAtMs) - MINUTE_MS,
      toMs: stop?.heardAtMs ?? clock.wallMs() + MINUTE_MS,
    });
    return readings.filter(({ atWallMs }) => atWallMs >= fromMs).map(readingView);
  }

  async function decisionsOf(found: Transaction): Promise<readonly DecisionView[]> {
    const { chargerId, slot, idToken, startHeardAtMs, stop } = found;
    const decisions = await telemetry.decisions({
      chargerId,
      fromMs: startHeardAtMs - BEFORE_MS,
      toMs: (stop?.heardAtMs ?? clock.wallMs()) + AFTER_MS,
      limit: DECISIONS_MAX,
    });
    const own = auditedToken(idToken);
    // Another card at the same EVSE may have ended it.
    const isAbout = (each: { readonly token: string; readonly slot: number | null }) =>
      each.slot === slot || (each.slot === null && each.token === own);
    return decisions.filter(isAbout).toReversed()
      .map(({ atWallMs, ...decision }) => ({ at: isoTime(atWallMs), ...decision }));
  }

  function upstreamOf(found: Transaction): SessionUpstreamView | null {
    if (ports.csms === null) return null;
    const rows = ports.outbox.state().lanes.get(found.id)?.rows ?? [];
    const { csmsCost } = found;
    return {
      number: found.upstreamNumber,
      rows: rows.map((
        { id, transactionId, slot, kind, createdAtMs, refusals, lastError, dead },
      ) => ({
        ...{ id, transactionId, slot, kind, createdAt: isoTime(createdAtMs) },
        ...{ refusals, lastError, dead },
      })),
      givenUp: (found.givenUp ?? []).map(({ kind, by, atMs, error }) => ({
        ...{ kind, by, at: isoTime(atMs), error },
      })),
      cost: csmsCost === undefined
        ? null
        : { amount: csmsCost.amount, at: isoTime(csmsCost.heardAtMs) },
    };
  }

  return {
    async sessionStory(id) {
      const found = await sessionOf(id);
      if (found === undefined) return undefined;
      const [readings, decisions] = await Promise.all([readingsOf(found, 0), decisionsOf(found)]);
      return { readings, decisions, upstream: upstreamOf(found) };
    },
    async sessionReadings(id, fromMs) {
      const found = await sessionOf(id);
      return found === undefined ? undefined : await readingsOf(found, fromMs);
    },
    recentReadings: (id) => telemetry.recentReadings(id).map(readingView),
  };
}

function readingView({ atWallMs, ...reading }: SessionReading): SessionReadingView {
  return { at: isoTime(atWallMs), ...reading };
}
