import type { Ids } from "../../src/lib/ids.ts";
import { isRecord } from "../../src/lib/json.ts";
import type { Arrival, Weather, WireEnd } from "../../src/simulator/mod.ts";

/** What a wire does to texts while a storm lasts. */
export interface Storm {
  /** Parts of all texts, 0 to 1. */
  readonly lost: number;
  readonly doubled: number;
  readonly late: number;
  /** The longest that a late one takes. */
  readonly lateMs: number;
}

/** The weather over all wires of a site. */
export interface WorldWeather {
  readonly carry: Weather;
  /** From now on; null for fair weather. The gateway's own wire is `null`. */
  storm(dialler: string | null, storm: Storm | null, from?: WireEnd): void;
  /** A charger's readings tell no current and no power from now on, or do again. */
  blank(dialler: string, isBlank: boolean): void;
  fair(): void;
  isStormy(dialler: string | null): boolean;
  /** Whether any text has been overtaken by another on its way so far. */
  hasMixedUp(): boolean;
}

/** Fair weather, until a storm is called. */
export function createWeather(ids: Ids): WorldWeather {
  const storms = new Map<string, Storm>();
  const blank = new Set<string>();
  let hasMixedUp = false;
  const key = (dialler: string | null, from: WireEnd) => `${from} ${dialler ?? "the gateway"}`;

  function arrivals(text: string, { lost, doubled, late, lateMs }: Storm): readonly Arrival[] {
    if (ids.random() < lost) return [];
    const delay = () => ids.random() < late ? Math.ceil(ids.random() * lateMs) : 0;
    hasMixedUp ||= late > 0;
    const first = { text, lateMs: delay() };
    return ids.random() < doubled ? [first, { text, lateMs: delay() }] : [first];
  }

  return {
    carry(dialler, said, from) {
      const text = from === "near" && blank.has(dialler ?? "") ? withoutFlow(said) : said;
      const storm = storms.get(key(dialler, from));
      return storm === undefined ? [{ text, lateMs: 0 }] : arrivals(text, storm);
    },
    storm(dialler, storm, from) {
      for (const end of from === undefined ? ["near", "far"] as const : [from]) {
        if (storm === null) storms.delete(key(dialler, end));
        else storms.set(key(dialler, end), storm);
      }
    },
    hasMixedUp: () => hasMixedUp,
    blank(dialler, isBlank) {
      if (isBlank) blank.add(dialler);
      else blank.delete(dialler);
    },
    fair() {
      storms.clear();
      blank.clear();
    },
    isStormy: (dialler) => storms.has(key(dialler, "near")) || storms.has(key(dialler, "far")),
  };
}

const FLOW = /\{"value":"[^"]*","measurand":"(?:Current|Power)\.[^}]*\},?/g;

/** Meter values of which only the register is left. */
function withoutFlow(text: string): string {
  if (text.includes('"TransactionEvent"')) return withoutFlow2x(text);
  return text.includes('"MeterValues"') ? text.replace(FLOW, "").replaceAll(",]", "]") : text;
}

interface Reading {
  readonly sampledValue: readonly { readonly measurand?: string }[];
}

/** The same of an event, in which a reading without values cannot be. */
function withoutFlow2x(text: string): string {
  const frame: unknown = JSON.parse(text);
  const payload: unknown = Array.isArray(frame) ? frame[3] : null;
  if (!isRecord(payload) || !Array.isArray(payload["meterValue"])) return text;
  const left = (payload["meterValue"] as readonly Reading[]).map((each) => ({
    ...each,
    sampledValue: each.sampledValue.filter(({ measurand = "" }) =>
      !/^(Current|Power)\./.test(measurand)
    ),
  })).filter(({ sampledValue }) => sampledValue.length > 0);
  const { meterValue: _all, ...rest } = payload;
  const [type, id, action] = frame as readonly unknown[];
  return JSON.stringify([
    type,
    id,
    action,
    left.length === 0 ? rest : { ...rest, meterValue: left },
  ]);
}
