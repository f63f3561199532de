import { type Clock, sleep } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { SignalSource, SignalWord } from "../site/mod.ts";
import { createOpenAdrApi, type OpenAdrApi } from "./_openadr_api_io.ts";
import { type OpenAdrProgram, readEvents, readPrograms } from "./openadr_objects.ts";
import { scheduleOf } from "./openadr_schedule.ts";
import type { OpenAdrOptions } from "./signal_options.ts";

/** So many waits in a row get longer by their own length while the VTN cannot be reached. */
const WAITS_MAX = 5;

/**
 * A virtual end node (VEN) of OpenADR 3.0.1 or 3.1: it asks the VTN for its programs and events again and
 * again. All events are asked for each time, so that a changed one and one that is gone need no care.
 */
export function createOpenAdrVen(options: OpenAdrOptions, clock: Clock, log: Log): SignalSource {
  const { id } = options.plan;
  const stop = new AbortController();
  let api: OpenAdrApi | null = null;
  let isRegistered = options.venName === undefined;
  let ended: Promise<void> = Promise.resolve();
  let ignoredBefore = "";

  async function look(vtn: OpenAdrApi): Promise<SignalWord> {
    if (!isRegistered) {
      const registered = await register(vtn);
      if (!registered.ok) return { kind: "unheard", reason: registered.error };
      isRegistered = true;
    }
    const programs = await vtn.list("programs", targetQuery(options));
    if (!programs.ok) return { kind: "unheard", reason: programs.error };
    const read = readPrograms(programs.value);
    const program = programOf(read.objects);
    if (!program.ok) return { kind: "unheard", reason: program.error };
    const events = await vtn.list("events", [
      ...(program.value === null ? [] : [["programID", program.value.id] as const]),
      ...targetQuery(options),
    ]);
    if (!events.ok) return { kind: "unheard", reason: events.error };
    const { objects, problems } = readEvents(events.value);
    const meaning = { levelsW: options.levelsW, seed: options.clientId };
    // A VTN that cannot filter shows all that it has.
    const ours = objects.filter(({ programID }) =>
      program.value === null || programID === program.value.id
    );
    const schedule = scheduleOf(ours, read.objects, meaning, clock.wallMs());
    tellIgnored(schedule.ignored);
    const { spans } = schedule;
    return { kind: "schedule", spans, problems: [...problems, ...schedule.problems] };
  }

  function programOf(
    programs: readonly OpenAdrProgram[],
  ): Result<OpenAdrProgram | null, string> {
    const { program: name } = options;
    if (name === undefined) return ok(null);
    const found = programs.find(({ programName }) => programName === name);
    return found === undefined ? fail(`the VTN shows no program "${name}"`) : ok(found);
  }

  async function register(vtn: OpenAdrApi): Promise<Result<void, string>> {
    const venName = options.venName ?? "";
    const known = await vtn.list("vens", [["venName", venName]]);
    if (known.ok && known.value.length > 0) return ok(undefined);
    const objectType = options.version === "3.0" ? "VEN" : "VEN_VEN_REQUEST";
    const made = await vtn.make("vens", { objectType, venName });
    return made.ok ? made : fail(`not registered: ${made.error}`);
  }

  function tellIgnored(kinds: readonly string[]): void {
    const text = kinds.join();
    if (text !== "" && text !== ignoredBefore) log("info", "openadr_ignored", { id, kinds });
    ignoredBefore = text;
  }

  async function lookUntilStopped(
    vtn: OpenAdrApi,
    hear: (word: SignalWord) => void,
  ): Promise<void> {
    for (let failures = 0; !stop.signal.aborted;) {
      const word = await look(vtn);
      if (stop.signal.aborted) return;
      hear(word);
      failures = word.kind === "unheard" ? Math.min(failures + 1, WAITS_MAX) : 0;
      await sleep(clock, options.intervalMs * Math.max(1, failures), stop.signal);
    }
  }

  return {
    id,
    start(hear) {
      api = createOpenAdrApi(options, clock);
      ended = lookUntilStopped(api, hear);
    },
    async stop() {
      stop.abort();
      api?.close();
      await ended;
    },
  };
}

/** 3.1 has plain targets, 3.0 values of one kind. */
function targetQuery(
  { version, targets, targetType }: OpenAdrOptions,
): readonly (readonly [string, string])[] {
  if (targets.length === 0) return [];
  if (version === "3.1") return targets.map((target) => ["targets", target] as const);
  return [
    ["targetType", targetType] as const,
    ...targets.map((target) => ["targetValues", target] as const),
  ];
}
