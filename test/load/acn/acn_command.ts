/**
 * A month of a real site through the real OCPP stack, beside what the allocator alone would deliver:
 * `deno task acn --kw 20 --first 1 --last 31 --speed 3 --parts 2`. With `--stay` EVs that are full stay
 * where they are until they leave, as they do on a real site; the allocator alone knows nothing of them.
 */
import { parseArgs } from "@std/cli/parse-args";
import { print } from "../../bench/charger_load.ts";
import { type GatewayMonth, type GatewayMonthOptions, together } from "./gateway_month.ts";
import { askedWh, pureDelivery } from "./pure_month.ts";
import { type AcnSession, partsOf, readAcnSessions, sessionsOfDays } from "./sessions.ts";

/** In points of the energy asked for. */
const TOLERANCE = 0.5;

const flags = parseArgs(Deno.args, {
  string: ["kw", "first", "last", "speed", "parts"],
  boolean: ["stay"],
  default: { kw: "20", first: "1", last: "31", speed: "3", parts: "2" },
  unknown(flag: string) {
    print(`Unknown: ${flag}. Known: --kw --first --last --speed --parts --stay`);
    Deno.exit(2);
  },
});

const sessions = readAcnSessions();
if (sessions === null) {
  print("The data is not on this machine: ACN_DATA says in which folder it is.");
  Deno.exit(2);
}
const own = sessionsOfDays(sessions, Number(flags.first), Number(flags.last));
const options = { capacityKw: Number(flags.kw), speed: Number(flags.speed), fullStay: flags.stay };
const count = Number(flags.parts);
const { capacityKw, speed } = options;
if (own.length === 0 || !(capacityKw > 0) || !(speed >= 1) || !(count >= 1)) {
  print(
    "Nothing to do: --first and --last are days of the month, --kw, --speed and --parts numbers.",
  );
  Deno.exit(2);
}
const parts = partsOf(own, count);
print(`${own.length} sessions, ${capacityKw} kW, ${speed} times their pace, ${parts.length} parts`);
const pure = 100 * pureDelivery(own, capacityKw);
print(`allocator alone   ${pure.toFixed(2)} %`);
const beganMs = performance.now();
const month = together(await Promise.all(parts.map((part) => playPart(part, options))));
const tookS = (performance.now() - beganMs) / 1_000;
const delivered = 100 * month.delivered;
print(
  `through OCPP      ${delivered.toFixed(2)} %   at most ${
    (100 * month.peak).toFixed(1)
  } % of the ` +
    `capacity flowed, ${month.profiles} profiles, ${month.simulatedS.toFixed(0)} s in ` +
    `${tookS.toFixed(0)} s`,
);
const { full, starting, underDrawn, free } = month.unused;
const points = (part: number) => (100 * part).toFixed(2);
print(
  `unused while wanted, in points: full EVs ${points(full)}, starting ${points(starting)}, ` +
    `under-drawn ${points(underDrawn)}, given to nobody ${points(free)}`,
);
Deno.exit(delivered >= pure - TOLERANCE && month.peak <= 1.0001 ? 0 : 1);

/** In a thread of its own. */
async function playPart(part: readonly AcnSession[], asked: GatewayMonthOptions) {
  const worker = new Worker(new URL("./part_worker.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<GatewayMonth>();
  worker.onmessage = ({ data }: MessageEvent<GatewayMonth>) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(`A part failed: ${message}`));
  worker.postMessage({ sessions: part, options: asked });
  const month = await promise.finally(() => worker.terminate());
  print(
    `  part of ${part.length} sessions: ${(100 * month.delivered).toFixed(2)} % through OCPP, ` +
      `${(100 * pureDelivery(part, asked.capacityKw)).toFixed(2)} % by the allocator alone`,
  );
  return { askedWh: askedWh(part), month };
}
