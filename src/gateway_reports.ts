import type { BalancingLoop } from "./gateway_balancing.ts";
import type { MeterState } from "./gateway_view_ports.ts";
import { type Clock, isoTime, sleep } from "./lib/clock.ts";
import type { OutboxStore } from "./outbox/mod.ts";
import {
  type CarbonFactor,
  csvOf,
  jsonOf,
  makeReport,
  periodOn,
  REPORT_NAMES,
  type ReportSources,
  type TimeRange,
} from "./reports/mod.ts";
import type { Circuit, ConnectorUse, DecisionEvent, SiteBook } from "./site/mod.ts";
import type { CircuitNow, EnergyHistory, SiteRecord, Telemetry, UseNow } from "./telemetry/mod.ts";
import {
  costOf,
  openOn,
  type Pricing,
  type SessionFact,
  type Transaction,
  type TransactionBook,
} from "./transactions/mod.ts";
import type { WebReports } from "./web/mod.ts";

/** What reports are made from. */
export interface ReportParts {
  readonly clock: Clock;
  readonly timezone: string;
  readonly site: Pick<SiteBook, "slots" | "place">;
  readonly transactions: Pick<TransactionBook, "state">;
  readonly pricing: Pick<Pricing, "tariff">;
  readonly store: Pick<OutboxStore, "sessionPage" | "factPage" | "factSums">;
  readonly record: Pick<
    SiteRecord,
    "useSpans" | "faultChanges" | "circuitQuarters" | "sinceMs"
  >;
  readonly history: Pick<EnergyHistory, "quarters">;
  readonly telemetry: Pick<Telemetry, "decisions">;
  readonly circuits: readonly Circuit[];
  readonly meters: () => readonly Pick<MeterState, "id" | "role">[];
  readonly carbon: CarbonFactor | null;
  readonly printPdf: WebReports["printPdf"];
  readonly schedules: WebReports["schedules"];
}

/** A page is read in a few milliseconds; then chargers have their turn. */
const FACTS_A_PAGE = 2_000;
const SESSIONS_A_PAGE = 100;
const DECISIONS_A_PAGE = 1_000;
/** Chargers take so long to come back after the gateway has started: till then nobody knows. */
const ARRIVING_MS = 300_000;

/** What pages, API and schedules make reports with. */
export function createReportDesk(parts: ReportParts): WebReports {
  const sources = reportSources(parts);
  const { timezone, clock } = parts;
  return {
    names: REPORT_NAMES,
    periodOn: (name, date) => periodOn(name, Temporal.PlainDate.from(date), timezone),
    make: (name, { fromMs, toMs }) => makeReport(name, { fromMs, toMs, timezone }, sources),
    csv: csvOf,
    json: (report) => jsonOf(report, clock.wallMs()),
    printPdf: parts.printPdf,
    schedules: parts.schedules,
  };
}

/** Where reports read, with turns for others between two pages. */
export function reportSources(parts: ReportParts): ReportSources {
  const { clock, store, transactions, pricing } = parts;
  const held = () => transactions.state().transactions;
  return {
    nowMs: () => clock.wallMs(),
    // Whoever asks may have more than a time in hand.
    facts: ({ fromMs, toMs }) =>
      pages<SessionFact>(
        clock,
        FACTS_A_PAGE,
        (after) => store.factPage({ fromMs, toMs, limit: FACTS_A_PAGE, ...after }),
        (fact) => fact.startedMs,
      ),
    async factSums(time, by) {
      await sleep(clock, 0);
      return await store.factSums(time, by);
    },
    async *sessions({ fromMs, toMs }) {
      const found = pages<Transaction>(
        clock,
        SESSIONS_A_PAGE,
        (after) => store.sessionPage({ fromMs, toMs, limit: SESSIONS_A_PAGE, ...after }),
        startOf,
      );
      // Of one that is in memory the disk may not have the newest reading.
      for await (const page of found) {
        yield page.map((each) => held().get(each.id) ?? each);
      }
    },
    costOf: (transaction) => costOf(transaction, pricing),
    running: ({ fromMs, toMs }) =>
      [...held().open.values()].filter(({ startHeardAtMs }) =>
        startHeardAtMs >= fromMs && startHeardAtMs < toMs
      ).length,
    useSpans: (time) => parts.record.useSpans(time),
    faultChanges: (time) => parts.record.faultChanges(time),
    circuitQuarters: (time) => parts.record.circuitQuarters(time),
    async meterQuarters(meterId, { fromMs, toMs }) {
      const quarters = await parts.history.quarters({ meterId, fromMs, toMs });
      return quarters.map(({ quarterMs, coveredMs, energy, power }) => ({
        quarterMs,
        coveredMs,
        importWh: whole(energy.import),
        exportWh: whole(energy.export),
        meanW: power?.meanW ?? null,
      }));
    },
    decisions: (time) => decisionPages(parts, time),
    recordSinceMs: () => parts.record.sinceMs(),
    places: () =>
      [...parts.site.slots().values()].filter(({ removed }) => !removed)
        .map(({ slot, chargerId }) => {
          const place = parts.site.place(slot);
          const circuitId = place?.circuitId ?? null;
          return { slot, chargerId, circuitId, minCurrentAmps: place?.minCurrentAmps ?? 6 };
        }),
    circuits: () =>
      parts.circuits.map(({ id, parentId, limitAmps, meterId }) => ({
        id,
        parentId,
        limitAmps,
        meterId,
      })),
    meters: () => parts.meters().map(({ id, role }) => ({ id, role })),
    carbon: parts.carbon,
  };
}

function whole(
  energy: { readonly wh: number; readonly unreadWh: number } | null,
): number | null {
  return energy === null ? null : energy.wh + energy.unreadWh;
}

function startOf({ startHeardAtMs }: Transaction): number {
  return Math.floor(startHeardAtMs);
}

type After = { readonly after?: { readonly startedMs: number; readonly number: number } };

async function* pages<Item extends { readonly number: number }>(
  clock: Clock,
  limit: number,
  read: (after: After) => Promise<readonly Item[]>,
  startOf: (item: Item) => number,
): AsyncGenerator<readonly Item[]> {
  let after: After = {};
  for (;;) {
    const page = await read(after);
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return;
    after = { after: { startedMs: startOf(last), number: last.number } };
    await sleep(clock, 0);
  }
}

/** Newest first. Those of one millisecond that a page cuts in two are told once. */
async function* decisionPages(
  { telemetry, clock }: ReportParts,
  { fromMs, toMs }: TimeRange,
): AsyncGenerator<readonly DecisionEvent[]> {
  let [beforeMs, told] = [toMs, new Set<string>()];
  for (;;) {
    const found = await telemetry.decisions({ fromMs, toMs: beforeMs, limit: DECISIONS_A_PAGE });
    const fresh = found.filter((each) => !told.has(JSON.stringify(each)));
    if (fresh.length > 0) yield fresh;
    const last = found.at(-1);
    if (last === undefined || found.length < DECISIONS_A_PAGE || fresh.length === 0) return;
    beforeMs = last.atWallMs + 1;
    told = new Set(
      found.filter(({ atWallMs }) => atWallMs === last.atWallMs).map((each) =>
        JSON.stringify(each)
      ),
    );
    await sleep(clock, 0);
  }
}

/** What the record of the site looks at. */
export interface RecordLooks {
  readonly uses: () => readonly UseNow[];
  readonly circuits: () => readonly CircuitNow[];
}

/** Looks at connectors and circuits as reports speak of them. */
export function createRecordLooks(
  { clock, site, transactions, balancing }: {
    readonly clock: Clock;
    readonly site: SiteBook;
    readonly transactions: TransactionBook;
    readonly balancing: Pick<BalancingLoop, "limits" | "circuits">;
  },
): RecordLooks {
  const startedMs = clock.monoMs();
  return {
    uses() {
      const waiting = new Set(
        balancing.limits().filter(({ reason }) => reason.kind === "waiting")
          .map(({ slot }) => slot),
      );
      const isArriving = clock.monoMs() - startedMs < ARRIVING_MS;
      return [...site.slots().values()].filter(({ removed }) => !removed).map(({ slot }) => {
        const inSession = openOn(transactions.state(), slot) !== undefined;
        const use = useOf(site.state(slot, inSession), inSession && waiting.has(slot));
        if (use === "unreachable" && isArriving) return { slot, use: "unknown", cause: null };
        return { slot, use, cause: causeOf(site, slot, use) };
      });
    },
    circuits() {
      const limiting = new Set(
        balancing.limits().flatMap(({ reason }) => {
          if (reason.kind !== "shared" && reason.kind !== "waiting") return [];
          return reason.bottleneck?.kind === "line" ? [reason.bottleneck.circuitId] : [];
        }),
      );
      return balancing.circuits().map((load) => ({
        load,
        isLimiting: limiting.has(load.circuitId),
      }));
    },
  };
}

function useOf(state: ReturnType<SiteBook["state"]>, isWaiting: boolean): ConnectorUse {
  switch (state) {
    case "available":
      return "free";
    case "charging":
      return "charging";
    case "suspended-by-evse":
      return "waiting";
    case "suspended-by-ev":
    case "preparing":
    case "finishing":
      return isWaiting ? "waiting" : "occupied";
    default:
      return state;
  }
}

/** An error code says more than that something is wrong; who ordered it too. */
function causeOf(site: SiteBook, slot: number, use: ConnectorUse): string | null {
  if (use === "unavailable") {
    const chargerId = site.slots().get(slot)?.chargerId;
    if (chargerId !== undefined && site.isHeld(chargerId)) return "held";
    return site.isOperative(slot) ? "charger" : "ordered";
  }
  if (use !== "faulted") return null;
  const problem = site.connector(slot)?.report.message.problem;
  return problem?.errorCode.slice(0, 50) ?? null;
}

/** The name of a file that holds a report. */
export function reportFileName(
  name: string,
  { fromMs, toMs }: TimeRange,
  timezone: string,
  ending: string,
): string {
  const day = (ms: number) =>
    Temporal.Instant.from(isoTime(ms)).toZonedDateTimeISO(timezone).toPlainDate().toString();
  return `${name}-${day(fromMs)}-${day(toMs - 1)}.${ending}`;
}
