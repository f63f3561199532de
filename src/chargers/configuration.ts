import { type Clock, sleep } from "../lib/clock.ts";
import { isRecord } from "../lib/json.ts";
import type { Component, InsideRequest, PeerOutcome, Variable } from "../ocpp/mod.ts";
import type { Station } from "./station.ts";

/** One variable of a charger as it told it. */
export interface ToldVariable {
  /** Null where 1.6 has a key for it and nothing else. */
  readonly component: Component | null;
  readonly variable: Variable;
  readonly value: string | null;
  readonly access: "read-only" | "read-write" | "write-only";
}

/** What came of asking a charger for all that it can be set to. */
export type ToldConfiguration =
  | {
    readonly kind: "told";
    readonly variables: readonly ToldVariable[];
    readonly unknown: readonly string[];
  }
  | {
    readonly kind: "not-told";
    readonly outcome: Exclude<PeerOutcome["kind"], "result"> | "empty";
  };

/** Beyond those that the station counts for others (`station_opening.ts`), within 32 bits. */
const FIRST_REPORT_ID = 2_000_000_000;
const REPORT_IDS = 100_000_000;
/** Between two parts of a report, and for all of it. */
const PART_MS = 15_000;
const REPORT_MS = 50_000;
/** The largest device models have a few thousand; the rest is left out. */
const VARIABLES_MAX = 5_000;

/** Asks a charger of 1.6 for its keys: all, or those that are named. */
export async function readKeys(
  { speaker }: Pick<Station, "speaker">,
  keys: readonly string[],
): Promise<ToldConfiguration> {
  const outcome = await speaker.peer.call(
    "GetConfiguration",
    keys.length === 0 ? {} : { key: [...keys] },
  );
  if (outcome.kind !== "result") return { kind: "not-told", outcome: outcome.kind };
  const { configurationKey = [], unknownKey = [] } = outcome.payload as {
    readonly configurationKey?: readonly {
      readonly key: string;
      readonly readonly: boolean;
      readonly value?: string;
    }[];
    readonly unknownKey?: readonly string[];
  };
  return {
    kind: "told",
    variables: configurationKey.slice(0, VARIABLES_MAX).map(({ key, readonly, value }) => ({
      component: null,
      variable: { name: key },
      value: value ?? null,
      access: readonly ? "read-only" : "read-write",
    })),
    unknown: unknownKey,
  };
}

/** Has a charger of 2.x report its whole device model (B07), and waits for all parts of that. */
export async function readModel(
  { speaker, life, gone }: Pick<Station, "speaker" | "life" | "gone">,
  clock: Clock,
): Promise<ToldConfiguration> {
  const requestId = freeId(life.reports, clock);
  const report = collectReport();
  life.reports.set(requestId, report.take);
  try {
    const asked = { requestId, reportBase: "FullInventory" };
    const outcome = await speaker.peer.call("GetBaseReport", asked);
    if (outcome.kind !== "result") return { kind: "not-told", outcome: outcome.kind };
    const status = isRecord(outcome.payload) ? outcome.payload["status"] : null;
    if (status !== "Accepted") return { kind: "not-told", outcome: "empty" };
    const endsMs = clock.monoMs() + REPORT_MS;
    while (!report.isWhole() && !gone.aborted && clock.monoMs() < endsMs) {
      const before = report.parts();
      const waiting = new AbortController();
      const stop = () => waiting.abort();
      report.whenMore(stop);
      gone.addEventListener("abort", stop, { once: true });
      await sleep(clock, Math.min(PART_MS, endsMs - clock.monoMs()), waiting.signal);
      gone.removeEventListener("abort", stop);
      if (report.parts() === before) break;
    }
    if (gone.aborted) return { kind: "not-told", outcome: "closed" };
    if (!report.isWhole()) return { kind: "not-told", outcome: "timeout" };
    return { kind: "told", variables: report.variables(), unknown: [] };
  } finally {
    life.reports.delete(requestId);
  }
}

function freeId(reports: ReadonlyMap<number, unknown>, clock: Clock): number {
  const first = FIRST_REPORT_ID + Math.floor(clock.wallMs() / 1_000) % REPORT_IDS;
  let id = first;
  while (reports.has(id)) id++;
  return id;
}

/** Puts a report together from its parts, in whatever order they come. */
function collectReport() {
  const found = new Map<number, readonly ToldVariable[]>();
  let lastPart: number | null = null;
  let whenMore = () => {};
  const isWhole = () => lastPart !== null && found.size > lastPart;
  return {
    take({ seqNo, tbc = false, reportData = [] }: InsideRequest<"NotifyReport">): void {
      const held = [...found.values()].reduce((sum, { length }) => sum + length, 0);
      found.set(seqNo, reportData.slice(0, VARIABLES_MAX - held).flatMap(toldOf));
      if (!tbc) lastPart = seqNo;
      whenMore();
    },
    parts: () => found.size,
    isWhole,
    whenMore: (run: () => void) => void (whenMore = run),
    variables: () => [...found].toSorted(([a], [b]) => a - b).flatMap(([, variables]) => variables),
  };
}

type Reported = NonNullable<InsideRequest<"NotifyReport">["reportData"]>[number];

/** Its actual value; targets and bounds are no settings. */
function toldOf({ component, variable, variableAttribute }: Reported): readonly ToldVariable[] {
  return variableAttribute.filter(({ type = "Actual" }) => type === "Actual").map((
    { value, mutability = "ReadWrite" },
  ) => ({
    component,
    variable,
    value: value ?? null,
    access: mutability === "ReadOnly"
      ? "read-only"
      : mutability === "WriteOnly"
      ? "write-only"
      : "read-write",
  }));
}
