import { type Clock, every } from "../lib/clock.ts";
import { errorText, type Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { AidStep, AuditNote, CommandOutcome } from "../site/mod.ts";
import type { Faults, KnownFault } from "./faults.ts";
import {
  type AidAction,
  type AidCase,
  type AidOrder,
  type AidRule,
  type DoneAid,
  dueAid,
} from "./first_aid.ts";

/** What is known of the charger that a fault is at. */
export type AidPlace = Omit<AidCase, "episode" | "stoodMs">;

export interface FirstAidPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly faults: Pick<Faults, "list" | "aided">;
  /** The charger that a fault is at; null where it is at none. */
  readonly placeOf: (subject: string) => AidPlace | null;
  readonly unlock: (slot: number, by: string) => Promise<CommandOutcome>;
  readonly reset: (
    chargerId: string,
    type: "soft" | "hard",
    by: string,
  ) => Promise<CommandOutcome>;
  readonly powerCycle: (chargerId: string) => Promise<CommandOutcome>;
  /** The log of who did what. */
  readonly audit: (note: AuditNote) => Promise<unknown>;
}

/** Does by itself what the rules say about faults. */
export interface FirstAidDesk {
  start(): void;
  stop(): void;
  /** The rules in force, each with what it did within the last 24 hours, newest first. */
  rules(): readonly AidRuleState[];
}

export interface AidRuleState {
  readonly rule: AidRule;
  readonly done: readonly AidDeed[];
}

/** What a rule did. */
export interface AidDeed {
  readonly atMs: number;
  readonly faultId: number;
  readonly chargerId: string;
  readonly action: AidAction;
  /** What came of it, in English. */
  readonly outcome: string;
}

const LOOK_MS = 15_000;
const DAY_MS = 86_400_000;
const BEGUN = "Begun";

interface Deed extends AidDeed {
  readonly ruleId: string;
  readonly step: number;
  /** By the clock that nobody sets; null: it was done by a former run. */
  readonly monoMs: number | null;
}

/** Creates the desk. What was done before is read from the faults, so that no restart lifts a limit. */
export function createFirstAidDesk(rules: readonly AidRule[], ports: FirstAidPorts): FirstAidDesk {
  const { clock, faults, log } = ports;
  let deeds: readonly Deed[] = [];
  /** When each fault was first looked at, by the clock that nobody sets. */
  let seen: ReadonlyMap<number, number> = new Map();
  const busy = new Set<string>();
  let stopLooking = () => {};

  function look(): void {
    const nowMs = clock.monoMs();
    const standing = faults.list("standing").filter(({ isConfirmed }) => isConfirmed);
    seen = new Map(standing.map(({ id }) => [id, seen.get(id) ?? nowMs]));
    deeds = deeds.filter((deed) => ago(deed) < DAY_MS || seen.has(deed.faultId));
    const cases = standing.flatMap((fault) => caseOf(fault, nowMs));
    for (const order of dueAid(rules, cases, deeds.map(doneOf))) {
      busy.add(order.chargerId);
      ports.spawn("first aid", () => act(order));
    }
  }

  /** None where something is being done already. */
  function caseOf(episode: KnownFault, nowMs: number): readonly AidCase[] {
    const place = ports.placeOf(episode.subject);
    if (place === null || busy.has(place.chargerId)) return [];
    const knownMs = nowMs - (seen.get(episode.id) ?? nowMs);
    const stoodMs = Math.min(knownMs, Math.max(0, clock.wallMs() - episode.sinceMs));
    return [{ ...place, episode, stoodMs }];
  }

  /** The shorter of what both clocks say: neither a jump nor a restart makes it long ago. */
  function ago({ atMs, monoMs }: Deed): number {
    const byWall = Math.max(0, clock.wallMs() - atMs);
    return monoMs === null ? byWall : Math.min(byWall, clock.monoMs() - monoMs);
  }

  const doneOf = (deed: Deed): DoneAid => ({
    ruleId: deed.ruleId,
    episodeId: deed.faultId,
    chargerId: deed.chargerId,
    step: deed.step,
    agoMs: ago(deed),
  });

  async function act(order: AidOrder): Promise<void> {
    const { ruleId, episodeId, chargerId, action, step } = order;
    const atMs = clock.wallMs();
    const common = { atMs, action, step, chargerId, ruleId };
    // Before it is done: a gateway that ends meanwhile counts it.
    const begun: Deed = { ...common, faultId: episodeId, outcome: BEGUN, monoMs: clock.monoMs() };
    deeds = [...deeds, begun];
    faults.aided(episodeId, aidStep(common, BEGUN));
    let outcome: CommandOutcome;
    try {
      outcome = await perform(order);
    } catch (error) {
      outcome = { kind: "failed", reason: errorText(error).slice(0, 200), advice: "" };
    } finally {
      busy.delete(chargerId);
    }
    const said = outcome.kind === "accepted" ? outcome.detail : outcome.reason;
    deeds = deeds.map((each) => each === begun ? { ...each, outcome: said } : each);
    faults.aided(episodeId, aidStep(common, said));
    log("warning", "first_aid", {
      rule: ruleId,
      fault: episodeId,
      charger: chargerId,
      action,
      said,
    });
    await note(order, atMs, outcome.kind === "accepted" ? "done" : outcome.kind, said);
  }

  function perform({ action, chargerId, slot, ruleId }: AidOrder): Promise<CommandOutcome> {
    const by = `first aid ${ruleId}`;
    switch (action) {
      case "unlock":
        return ports.unlock(slot ?? 0, by);
      case "softReset":
        return ports.reset(chargerId, "soft", by);
      case "hardReset":
        return ports.reset(chargerId, "hard", by);
      case "powerCycle":
        return ports.powerCycle(chargerId);
    }
  }

  async function note(
    { ruleId, action, chargerId, slot, episodeId }: AidOrder,
    atWallMs: number,
    outcome: AuditNote["outcome"],
    said: string,
  ): Promise<void> {
    await ports.audit({
      atWallMs,
      who: `first aid ${ruleId}`,
      way: "rule",
      from: "",
      what: `command ${COMMANDS[action]}`,
      about: action === "unlock" ? `slot ${slot}` : chargerId,
      outcome,
      detail: `fault ${episodeId}: ${said}`,
    }).catch((error) => log("warning", "audit_not_written", { error: errorText(error) }));
  }

  return {
    start() {
      if (rules.length === 0) return;
      deeds = faults.list().flatMap((fault) => deedsOf(fault, ports.placeOf));
      stopLooking = every(clock, LOOK_MS, look);
    },
    stop: () => stopLooking(),
    rules: () =>
      rules.map((rule) => ({
        rule,
        done: deeds.filter((deed) => deed.ruleId === rule.id && ago(deed) < DAY_MS).toReversed()
          .map(({ atMs, faultId, chargerId, action, outcome }) => ({
            atMs,
            faultId,
            chargerId,
            action,
            outcome,
          })),
      })),
  };
}

const COMMANDS: Readonly<Record<AidAction, string>> = {
  unlock: "unlock",
  softReset: "reset",
  hardReset: "reset",
  powerCycle: "power-cycle",
};

function aidStep(
  { atMs, action, step, chargerId, ruleId }: Pick<
    Deed,
    "atMs" | "action" | "step" | "chargerId" | "ruleId"
  >,
  outcome: string,
): AidStep {
  return { atMs, action, outcome, by: { ruleId, step, chargerId } };
}

/** What former runs did about a fault. */
function deedsOf(fault: KnownFault, placeOf: FirstAidPorts["placeOf"]): readonly Deed[] {
  return (fault.aid ?? []).flatMap(({ atMs, action, outcome, by }): readonly Deed[] => {
    const chargerId = by?.chargerId ?? placeOf(fault.subject)?.chargerId;
    if (by === undefined || chargerId === undefined || !isAction(action)) return [];
    const { ruleId, step } = by;
    return [{ atMs, action, outcome, ruleId, step, chargerId, faultId: fault.id, monoMs: null }];
  }).toSorted((a, b) => a.atMs - b.atMs);
}

function isAction(action: string): action is AidAction {
  return Object.hasOwn(COMMANDS, action);
}
