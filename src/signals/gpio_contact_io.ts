import { type Clock, sleep, TIMED_OUT, within } from "../lib/clock.ts";
import { errorText } from "../lib/log.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { Contact, ContactState } from "../site/mod.ts";
import type { GpioContactOptions } from "./contact_options.ts";

/** A relay bounces for some 10 ms; two equal looks are half a second. */
const LOOK_MS = 500;
const LOOKS = 2;
/** The tool answers at once, or not at all. */
const PATIENCE_MS = 2_000;

/**
 * A contact at a line of this machine, looked at twice a second by libgpiod's `gpioget`: the kernel's
 * own files are closed to a program that may not do everything.
 */
export function createGpioContact(options: GpioContactOptions, clock: Clock): Contact {
  const { id, acts, activeWhen } = options;
  const stop = new AbortController();
  let ended: Promise<void> = Promise.resolve();

  async function look(isNew: boolean | null): Promise<ContactState> {
    if (isNew === null) return { kind: "unread", reason: MISSING };
    const level = await readLine(options, isNew, clock);
    if (!level.ok) return { kind: "unread", reason: level.error };
    return { kind: (level.value === "1") === (activeWhen === "high") ? "active" : "idle" };
  }

  async function lookUntilStopped(hear: (state: ContactState) => void): Promise<void> {
    let told: string | null = null;
    let seen = { key: "", times: 0 };
    let isNew: boolean | null = null;
    while (!stop.signal.aborted) {
      isNew ??= await isSecondVersion(options, clock);
      const state = await look(isNew);
      if (stop.signal.aborted) return;
      const key = JSON.stringify(state);
      seen = { key, times: key === seen.key ? seen.times + 1 : 1 };
      if (seen.times >= LOOKS && key !== told) {
        told = key;
        hear(state);
      }
      await sleep(clock, LOOK_MS, stop.signal);
    }
  }

  return {
    id,
    acts,
    start(hear) {
      ended = lookUntilStopped(hear);
    },
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

const MISSING = "there is no gpioget: install the package gpiod";

/** libgpiod 2 takes other arguments than 1; null where there is neither. */
async function isSecondVersion(options: GpioContactOptions, clock: Clock): Promise<boolean | null> {
  const said = await run(options, ["--version"], clock);
  const version = said.ok ? /v(\d+)\./.exec(said.value)?.[1] : undefined;
  return version === undefined ? null : Number(version) >= 2;
}

async function readLine(
  options: GpioContactOptions,
  isNew: boolean,
  clock: Clock,
): Promise<Result<"0" | "1", string>> {
  const { chip, line, pull } = options;
  const bias = pull === "none" ? "disable" : `pull-${pull}`;
  const args = isNew
    ? ["--numeric", "-b", bias, "-c", chip, String(line)]
    : ["-B", bias, chip, String(line)];
  const said = await run(options, args, clock);
  if (!said.ok) return said;
  const level = said.value.trim();
  return level === "0" || level === "1"
    ? ok(level)
    : fail(`line ${line} of ${chip} says "${level.slice(0, 40)}"`);
}

/** What the tool says; the error is what it complains of. */
async function run(
  { program = "gpioget", chip, line }: GpioContactOptions,
  args: readonly string[],
  clock: Clock,
): Promise<Result<string, string>> {
  try {
    const child = new Deno.Command(program, {
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const outcome = await within(clock, PATIENCE_MS, child.output());
    if (outcome === TIMED_OUT) {
      child.kill("SIGKILL");
      await child.status;
      return fail(`line ${line} of ${chip} does not answer`);
    }
    const decoder = new TextDecoder();
    if (outcome.success) return ok(decoder.decode(outcome.stdout));
    const complaint = decoder.decode(outcome.stderr).trim().split("\n")[0] ?? "";
    return fail(complaint === "" ? `line ${line} of ${chip} cannot be read` : complaint);
  } catch (error) {
    return fail(error instanceof Deno.errors.NotFound ? MISSING : errorText(error));
  }
}
