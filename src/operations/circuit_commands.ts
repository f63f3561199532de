import type { Clock } from "../lib/clock.ts";
import type { CircuitLimits, CircuitSources } from "../signals/mod.ts";
import {
  type Circuit,
  type CommandOutcome,
  GRID_SOURCE,
  LIMIT_LASTS_MAX_MS,
  type LimitSource,
} from "../site/mod.ts";

/** What is wanted of the chargers below a circuit, all together. */
export interface CircuitLimitWord {
  readonly source: LimitSource;
  /** To end what this signal wants; absent: all that the source wants. */
  readonly signal?: string | undefined;
  /** Amperes bound each line, watts all lines together; null ends the limit that holds. */
  readonly limit: { readonly unit: "A" | "W"; readonly amount: number } | null;
  /** How long it holds; both null: until it is lifted. */
  readonly minutes: number | null;
  /** ISO 8601. */
  readonly until: string | null;
  readonly reason: string;
}

/** What can be ordered of a part of the site. */
export interface CircuitCommands {
  /** `circuitId` null: all chargers of the site. */
  limitCircuit(
    circuitId: string | null,
    word: CircuitLimitWord,
    by: string,
  ): Promise<CommandOutcome>;
  /** Another source feeds a circuit from now on. */
  switchSource(circuitId: string, sourceId: string, by: string): Promise<CommandOutcome>;
}

/** What the commands work with. */
export interface CircuitCommandPorts {
  readonly clock: Clock;
  readonly circuitLimits: Pick<CircuitLimits, "set" | "lift">;
  readonly circuitSources: Pick<CircuitSources, "choose">;
  readonly options: { readonly circuits: readonly Pick<Circuit, "id" | "sources">[] };
}

/** Creates the commands. */
export function createCircuitCommands(ports: CircuitCommandPorts): CircuitCommands {
  const { clock, circuitLimits, options } = ports;
  return {
    async limitCircuit(circuitId, { source, signal, limit, minutes, until, reason }, by) {
      if (circuitId !== null && !options.circuits.some(({ id }) => id === circuitId)) {
        return refused(`There is no circuit "${circuitId}"`, "Look at the list of circuits");
      }
      if (limit === null) {
        const isOver = await circuitLimits.lift(circuitId, source, by, signal);
        return isOver
          ? { kind: "accepted", detail: "The limit is lifted" }
          : refused("No such limit holds here", "Nothing to lift");
      }
      const untilMs = minutes !== null
        ? clock.wallMs() + minutes * 60_000
        : until === null
        ? null
        : Date.parse(until);
      const wrong = untilMs === null ? null : wrongEnd(untilMs - clock.wallMs());
      if (wrong !== null) {
        const errors = [{ path: minutes === null ? "until" : "minutes", message: wrong }];
        return { kind: "refused", reason: wrong, advice: "Nothing has changed", errors };
      }
      const { unit, amount } = limit;
      await circuitLimits.set({ circuitId, source, unit, limit: amount, reason, by, untilMs });
      const text = unit === "A" ? `${amount} A per line` : `${amount / 1_000} kW`;
      return { kind: "accepted", detail: `All chargers there together: at most ${text}` };
    },
    async switchSource(circuitId, sourceId, by) {
      const circuit = options.circuits.find(({ id }) => id === circuitId);
      if (circuit === undefined) {
        return refused(`There is no circuit "${circuitId}"`, "Look at the list of circuits");
      }
      const ids = [GRID_SOURCE, ...(circuit.sources ?? []).map(({ id }) => id)];
      if (!ids.includes(sourceId)) {
        const message = `"${circuitId}" has no source "${sourceId}"`;
        const errors = [{ path: "source", message }];
        return { kind: "refused", reason: message, advice: `It has ${ids.join(", ")}`, errors };
      }
      await ports.circuitSources.choose(circuitId, sourceId, by);
      return { kind: "accepted", detail: `"${circuitId}" is fed by "${sourceId}"` };
    },
  };
}

function wrongEnd(lastsMs: number): string | null {
  if (!(lastsMs > 0)) return "It would be over already";
  return lastsMs > LIMIT_LASTS_MAX_MS ? "It would hold for more than seven days" : null;
}

function refused(reason: string, advice: string): CommandOutcome {
  return { kind: "refused", reason, advice };
}
