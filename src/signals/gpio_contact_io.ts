import { type Clock, sleep } from "../lib/clock.ts";
import type { Contact, ContactState } from "../site/mod.ts";
import { isSecondVersion, missingTool, readLevel } from "./_gpio_tool_io.ts";
import type { GpioContactOptions } from "./contact_options.ts";

/** A relay bounces for some 10 ms; two equal looks are half a second. */
const LOOK_MS = 500;
const LOOKS = 2;

/**
 * A contact at a line of this machine, looked at twice a second by libgpiod's `gpioget`: the kernel's
 * own files are closed to a program that may not do everything.
 */
export function createGpioContact(options: GpioContactOptions, clock: Clock): Contact {
  const { id, acts, activeWhen, program = "gpioget" } = options;
  const stop = new AbortController();
  let ended: Promise<void> = Promise.resolve();

  async function look(isNew: boolean | null): Promise<ContactState> {
    if (isNew === null) return { kind: "unread", reason: missingTool(program) };
    const level = await readLevel(program, options, isNew, clock);
    if (!level.ok) return { kind: "unread", reason: level.error };
    return { kind: level.value === activeWhen ? "active" : "idle" };
  }

  async function lookUntilStopped(hear: (state: ContactState) => void): Promise<void> {
    let told: string | null = null;
    let seen = { key: "", times: 0 };
    let isNew: boolean | null = null;
    while (!stop.signal.aborted) {
      isNew ??= await isSecondVersion(program, clock);
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
