import { createHash } from "node:crypto";
import { z } from "zod";

/** What became of the last configuration that was applied from the pages. */
export interface Trial {
  /** Running: it has to show that the site comes up with it. */
  readonly state: "running" | "kept" | "rolled-back";
  /** How often the gateway has been started with it. */
  readonly attempts: number;
  readonly atMs: number;
  /** Why it was taken back; empty for none. */
  readonly reason: string;
  /** There was no site.yaml before. */
  readonly hadNone: boolean;
}

const TrialFile = z.strictObject({
  state: z.enum(["running", "kept", "rolled-back"]),
  attempts: z.number().int().min(0),
  atMs: z.number(),
  reason: z.string(),
  hadNone: z.boolean(),
});

/** With a configuration that is new the gateway is started so often; then the former one comes back. */
const ATTEMPTS_MAX = 2;

/** How applying ended. */
export type Application =
  | { readonly kind: "applied" }
  /** The file is not what it was when somebody began to edit it. */
  | { readonly kind: "changed-meanwhile" }
  | { readonly kind: "not-written"; readonly reason: string };

/** SHA-256 of a configuration, hexadecimal. */
export function configDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The text of the file; empty where there is none. */
export function configText(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/**
 * Puts another configuration in the place of the present one, to be tried at the next start. The former
 * one, and that there is a trial, are on disk before it: whenever the power goes out, the file is whole,
 * and a start that does not come up finds its way back.
 */
export function applyConfig(
  file: string,
  text: string,
  base: string,
  nowMs: number,
): Application {
  try {
    const current = configText(file);
    if (configDigest(current) !== base) return { kind: "changed-meanwhile" };
    const hadNone = !exists(file);
    const mode = hadNone ? 0o600 : (Deno.statSync(file).mode ?? 0o600) & 0o777;
    writeWhole(formerOf(file), current, mode);
    save(file, { state: "running", attempts: 0, atMs: nowMs, reason: "", hadNone });
    writeWhole(file, text, mode);
    return { kind: "applied" };
  } catch (error) {
    return { kind: "not-written", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The last trial; null where nothing was ever applied from the pages. */
export function lastTrial(file: string): Trial | null {
  try {
    const reading = TrialFile.safeParse(JSON.parse(Deno.readTextFileSync(trialOf(file))));
    return reading.success ? reading.data : null;
  } catch {
    // Not there, or half of it: nothing is under way that anybody could take back.
    return null;
  }
}

/** Before each start: counts it, and takes back what did not come up before. */
export function beginStart(file: string): void {
  const trial = lastTrial(file);
  if (trial?.state !== "running") return;
  if (trial.attempts >= ATTEMPTS_MAX) {
    rollBack(file, "the gateway was started with it twice and did not stay up");
    return;
  }
  save(file, { ...trial, attempts: trial.attempts + 1 });
}

/** Takes a configuration on trial back. False where none is on trial. */
export function rollBack(file: string, reason: string): boolean {
  const trial = lastTrial(file);
  if (trial?.state !== "running") return false;
  if (trial.hadNone) Deno.removeSync(file);
  else {
    const mode = (Deno.statSync(formerOf(file)).mode ?? 0o600) & 0o777;
    writeWhole(file, Deno.readTextFileSync(formerOf(file)), mode);
  }
  save(file, { ...trial, state: "rolled-back", reason });
  return true;
}

/** The site came up with it. */
export function keepConfig(file: string): void {
  const trial = lastTrial(file);
  if (trial?.state === "running") save(file, { ...trial, state: "kept" });
}

/** Null where the file can be replaced; else why not. */
export function cannotWrite(file: string): string | null {
  const probe = `${file}.new`;
  try {
    Deno.openSync(probe, { write: true, create: true, mode: 0o600 }).close();
    Deno.removeSync(probe);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function formerOf(file: string): string {
  return `${file}.former`;
}

function trialOf(file: string): string {
  return `${file}.trial`;
}

function save(file: string, trial: Trial): void {
  writeWhole(trialOf(file), `${JSON.stringify(trial)}\n`, 0o600);
}

/** All of it or nothing, and on the disk, whenever the power goes out. */
function writeWhole(path: string, text: string, mode: number): void {
  const near = `${path}.new`;
  if (exists(near)) Deno.removeSync(near);
  const file = Deno.openSync(near, { write: true, createNew: true, mode });
  try {
    const bytes = new TextEncoder().encode(text);
    for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
    file.syncSync();
  } finally {
    file.close();
  }
  Deno.renameSync(near, path);
  if (Deno.build.os === "windows") return;
  const folder = Deno.openSync(path.includes("/") ? path.slice(0, path.lastIndexOf("/") + 1) : ".");
  try {
    folder.syncSync();
  } finally {
    folder.close();
  }
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
