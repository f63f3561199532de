/**
 * What open browsers cost the gateway: its CPU time without one, and with many that look at the site
 * page, in turns. Real processes on real sockets; each charger sends a reading each second.
 * `deno run -A test/bench/web/fan_out.ts [chargers] [browsers] [seconds] [turns]`.
 */
import { type LoadedCharger, plugIn, print, sendReading } from "../charger_load.ts";
import { type LoadedGateway, startLoadedGateway } from "../gateway_load.ts";

const CHARGERS = Number(Deno.args[0] ?? 200);
const BROWSERS = Number(Deno.args[1] ?? 50);
const SECONDS = Number(Deno.args[2] ?? 20);
const TURNS = Number(Deno.args[3] ?? 3);
const PASSWORD = "bench-password-1";
/** Of a line of /proc/PID/stat: hundredths of a second on every Linux that Deno runs on. */
const TICKS_PER_SECOND = 100;

/** A browser's end of the live stream. */
interface Looker {
  readonly received: () => { readonly bytes: number; readonly patches: number };
  leave(): void;
}

async function look({ process, webUrl }: LoadedGateway, index: number): Promise<Looker> {
  const controller = new AbortController();
  const language = ["en", "mr", "hi"][index % 3] ?? "en";
  const answer = await fetch(new URL("/live?path=%2F", webUrl), {
    headers: { authorization: `Bearer ${process.token}`, "accept-language": language },
    signal: controller.signal,
  });
  if (answer.status !== 200 || answer.body === null) throw new Error(`HTTP ${answer.status}`);
  let [bytes, patches] = [0, 0];
  const event = new TextEncoder().encode("event: patch");
  const { body } = answer;
  (async () => {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (startsWith(chunk, event)) patches++;
    }
  })().catch(() => {});
  return { received: () => ({ bytes, patches }), leave: () => controller.abort() };
}

function startsWith(chunk: Uint8Array, wanted: Uint8Array): boolean {
  return wanted.every((byte, index) => chunk[index] === byte);
}

async function cpuSeconds(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The part of a core that the gateway took. */
async function spend(gateway: LoadedGateway, chargers: readonly LoadedCharger[]): Promise<number> {
  const { pid } = gateway.process;
  const [beganMs, before] = [performance.now(), await cpuSeconds(pid)];
  for (let second = 0; second < SECONDS; second++) {
    const next = performance.now() + 1_000;
    await Promise.all(chargers.map(sendReading));
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
  }
  return (await cpuSeconds(pid) - before) / ((performance.now() - beganMs) / 1_000);
}

const percent = (part: number) => `${(part * 100).toFixed(1)} %`;

const gateway = await startLoadedGateway({ chargers: CHARGERS, password: PASSWORD });
try {
  const chargers: LoadedCharger[] = [];
  for (let index = 0; index < CHARGERS; index++) {
    chargers.push(await plugIn(gateway.url, PASSWORD, index));
  }
  await spend(gateway, chargers);
  const [without, withThem]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn++) {
    const alone = await spend(gateway, chargers);
    const lookers = await Promise.all(
      Array.from({ length: BROWSERS }, (_, index) => look(gateway, index)),
    );
    const looked = await spend(gateway, chargers);
    const [first] = lookers.map((looker) => looker.received());
    for (const looker of lookers) looker.leave();
    // The gateway notices when it writes to them next.
    await spend(gateway, chargers);
    without.push(alone);
    withThem.push(looked);
    print(
      `without ${percent(alone)}   with ${BROWSERS} browsers ${percent(looked)}   more ` +
        `${percent(looked - alone)} of a core   each got ${first?.patches} patches, ` +
        `${Math.round((first?.bytes ?? 0) / SECONDS / 1_000)} kB/s`,
    );
  }
  const middle = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
  print(
    `${CHARGERS} connectors that change each second: ${BROWSERS} browsers cost ` +
      `${percent(middle(withThem) - middle(without))} of a core`,
  );
} finally {
  await gateway.stop();
}
