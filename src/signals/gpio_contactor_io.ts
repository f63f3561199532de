import { type Clock, sleep, TIMED_OUT, within } from "../lib/clock.ts";
import { errorText } from "../lib/log.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { Contactor } from "../site/mod.ts";
import { isSecondVersion, missingTool, readLevel } from "./_gpio_tool_io.ts";
import { orderedContactor } from "./_ordered_contactor.ts";
import type { GpioContactorOptions } from "./contactor_options.ts";

/** A tool that cannot have the line ends at once. */
const TAKES_HOLD_MS = 300;
/** A contactor of any size has moved by then. */
const MOVES_MS = 3_000;
const LOOK_MS = 100;

/**
 * A contactor behind a line of this machine, driven by libgpiod's `gpioset`: the kernel keeps a line
 * only as long as somebody holds it, so the tool goes on running, and the line rests, the contactor
 * closed, when Sangam ends. What the contactor did is told by an auxiliary contact of its own at
 * another line: a line that is held cannot be read by anybody else.
 */
export function createGpioContactor(options: GpioContactorOptions, clock: Clock): Contactor {
  const { id, slots, chip, line, openWhen, feedback } = options;
  const { setProgram = "gpioset", getProgram = "gpioget" } = options;
  const address = `line ${line} of ${chip}`;
  let held: { readonly child: Deno.ChildProcess; readonly isOpen: boolean } | null = null;

  async function release(): Promise<void> {
    const child = held?.child;
    held = null;
    if (child === undefined) return;
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await child.status;
  }

  async function hold(isOpen: boolean, isSecond: boolean): Promise<Result<void, string>> {
    if (held?.isOpen === isOpen) return ok(undefined);
    await release();
    const value = isOpen === (openWhen === "high") ? 1 : 0;
    const child = new Deno.Command(setProgram, {
      args: isSecond
        ? ["-c", chip, `${line}=${value}`]
        : ["--mode=signal", chip, `${line}=${value}`],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const said = new Response(child.stderr).text();
    held = { child, isOpen };
    if (await within(clock, TAKES_HOLD_MS, child.status) === TIMED_OUT) {
      // Whoever takes it away, or a tool that fails later, is noticed by the next order.
      const ended = () => {
        if (held?.child === child) held = null;
      };
      said.then(ended, ended);
      return ok(undefined);
    }
    held = null;
    const complaint = (await said).trim().split("\n")[0] ?? "";
    return fail(complaint === "" ? `${address} cannot be held` : complaint);
  }

  /** Looks until the auxiliary contact says the same, or the contactor would have moved long ago. */
  async function confirmed(isOpen: boolean, isSecond: boolean): Promise<Result<void, string>> {
    if (feedback === null) return ok(undefined);
    const wanted = isOpen === (feedback.openWhen === "high") ? "high" : "low";
    const looks = MOVES_MS / LOOK_MS;
    for (let look = 1;; look++) {
      const level = await readLevel(getProgram, { chip, ...feedback }, isSecond, clock);
      if (!level.ok) return level;
      if (level.value === wanted) return ok(undefined);
      if (look >= looks) {
        return fail(`line ${feedback.line} of ${chip} says it is ${isOpen ? "closed" : "open"}`);
      }
      await sleep(clock, LOOK_MS);
    }
  }

  async function order(isOpen: boolean): Promise<Result<void, string>> {
    try {
      const isSecond = await isSecondVersion(setProgram, clock);
      if (isSecond === null) return fail(missingTool(setProgram));
      const taken = await hold(isOpen, isSecond);
      return taken.ok ? await confirmed(isOpen, isSecond) : taken;
    } catch (error) {
      return fail(
        error instanceof Deno.errors.NotFound ? missingTool(setProgram) : errorText(error),
      );
    }
  }

  const silence = `no answer from ${address}`;
  const ordered = orderedContactor({ id, slots }, { address, silence, order, letGo() {} }, clock);
  return {
    ...ordered,
    async stop() {
      await ordered.stop();
      await release();
    },
  };
}
