import { type Clock, TIMED_OUT, within } from "../lib/clock.ts";
import { errorText } from "../lib/log.ts";
import { fail, ok, type Result } from "../lib/result.ts";

/** The tool answers at once, or not at all. */
const PATIENCE_MS = 2_000;

/** What the tool is called in a complaint, and where it comes from. */
export function missingTool(program: string): string {
  const name = program.slice(program.lastIndexOf("/") + 1);
  return `there is no ${name}: install the package gpiod`;
}

/** True for libgpiod 2, whose tools take other arguments than those of 1; null where there is neither. */
export async function isSecondVersion(program: string, clock: Clock): Promise<boolean | null> {
  const said = await runTool(program, ["--version"], "", clock);
  const version = said.ok ? /v(\d+)\./.exec(said.value)?.[1] : undefined;
  return version === undefined ? null : Number(version) >= 2;
}

/** A line of this machine as it is read. */
export interface InputLine {
  /** "gpiochip0" */
  readonly chip: string;
  /** Its number on the chip. */
  readonly line: number;
  readonly pull: "up" | "down" | "none";
}

/** The level of a line, by libgpiod's `gpioget`. */
export async function readLevel(
  program: string,
  { chip, line, pull }: InputLine,
  isSecond: boolean,
  clock: Clock,
): Promise<Result<"high" | "low", string>> {
  const bias = pull === "none" ? "disable" : `pull-${pull}`;
  const args = isSecond
    ? ["--numeric", "-b", bias, "-c", chip, String(line)]
    : ["-B", bias, chip, String(line)];
  const said = await runTool(program, args, `line ${line} of ${chip}`, clock);
  if (!said.ok) return said;
  const level = said.value.trim();
  return level === "0" || level === "1"
    ? ok(level === "1" ? "high" : "low")
    : fail(`line ${line} of ${chip} says "${level.slice(0, 40)}"`);
}

/** What the tool says; the error is what it complains of. */
async function runTool(
  program: string,
  args: readonly string[],
  what: string,
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
      return fail(`${what} does not answer`);
    }
    const decoder = new TextDecoder();
    if (outcome.success) return ok(decoder.decode(outcome.stdout));
    const complaint = decoder.decode(outcome.stderr).trim().split("\n")[0] ?? "";
    return fail(complaint === "" ? `${what} cannot be read` : complaint);
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    return fail(isMissing ? missingTool(program) : errorText(error));
  }
}
