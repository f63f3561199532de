/**
 * The median of what it costs to understand a message of a session and to say it, per version: 25 µs at
 * most are wanted on one core for each; fails above. Beside it what parsing the same JSON takes.
 *
 * `deno run -A test/bench/dialect_time.ts`
 */
import { print } from "./charger_load.ts";
import { dialectCases } from "./dialect_cases.ts";

const ALLOWED_US = 25;
const ROUNDS = 2_000;
/** A clock is too coarse for one message. */
const MESSAGES = 10;

/** Microseconds a message, in the median of the rounds after as many to warm up. */
function medianUs(work: () => void): number {
  const times = new Float64Array(ROUNDS);
  for (let round = -ROUNDS; round < ROUNDS; round++) {
    const begunMs = performance.now();
    for (let message = 0; message < MESSAGES; message++) work();
    if (round >= 0) times[round] = (performance.now() - begunMs) * 1_000 / MESSAGES;
  }
  return times.sort()[ROUNDS / 2] ?? NaN;
}

let isQuick = true;
for (const { name, payload, read, write } of await dialectCases()) {
  const text = JSON.stringify(payload);
  const [parseUs, readUs, writeUs] = [() => void JSON.parse(text), read, write].map(medianUs);
  const shown = [["JSON.parse", parseUs], ["read", readUs], ["write", writeUs]] as const;
  print(
    `${name.padEnd(26)} ${shown.map(([what, us]) => `${what} ${us?.toFixed(1)} µs`).join(", ")}`,
  );
  if (Math.max(readUs ?? NaN, writeUs ?? NaN) > ALLOWED_US) isQuick = false;
}
Deno.exit(isQuick ? 0 : 1);
