import { cpuMs } from "./cpu.ts";

/** What a process that reads meters tells: its samples, how old they were, and what they cost. */
export interface ReaderReport {
  readonly name: string;
  readonly seconds: number;
  readonly cpuShare: number;
  /** From the last byte at the meter to the decision, sorted, milliseconds. */
  readonly tcpMs: readonly number[];
  readonly serialMs: readonly number[];
}

const WARM_UP_MS = 5_000;

/** Lets a reader run for `seconds` and prints what it did. */
export async function runAndReport(
  name: string,
  seconds: number,
  ages: { readonly tcp: number[]; readonly serial: number[] },
): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  ages.tcp.length = 0;
  ages.serial.length = 0;
  const [beganMs, beganCpuMs] = [performance.now(), await cpuMs()];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const tookMs = performance.now() - beganMs;
  const report: ReaderReport = {
    name,
    seconds: tookMs / 1_000,
    cpuShare: (await cpuMs() - beganCpuMs) / tookMs,
    tcpMs: ages.tcp.toSorted((left, right) => left - right),
    serialMs: ages.serial.toSorted((left, right) => left - right),
  };
  // deno-lint-ignore no-console
  console.log(JSON.stringify(report));
  Deno.exit(0);
}
