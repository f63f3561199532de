/**
 * What open browsers cost the gateway: its CPU time without one, and with many that look at the site
 * page, in turns. Real processes on real sockets; each charger sends a reading each second.
 * `deno run -A test/bench/web/fan_out.ts [chargers] [browsers] [seconds] [turns]`.
 */
import { type LoadedCharger, plugIn, print, sendReading } from "../charger_load.ts";
import { type LoadedGateway, startLoadedGateway } from "../gateway_load.ts";
import { readLines } from "../../support/lines.ts";

const CHARGERS = Number(Deno.args[0] ?? 200);
const BROWSERS = Number(Deno.args[1] ?? 50);
const SECONDS = Number(Deno.args[2] ?? 20);
const TURNS = Number(Deno.args[3] ?? 3);
const PASSWORD = "bench-password-1";
/** Of a line of /proc/PID/stat: hundredths of a second on every Linux that Deno runs on. */
const TICKS_PER_SECOND = 100;

/** Browsers in a process of their own. */
interface Lookers {
  /** They leave; what each of them got, in bytes. */
  leave(): Promise<readonly number[]>;
}

async function look({ process, webUrl }: LoadedGateway): Promise<Lookers> {
  const script = new URL("lookers.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net", script, new URL(webUrl).port, String(BROWSERS), process.token],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = readLines(child.stdout);
  if (await lines.next() !== "looking") throw new Error("Cannot look at the page");
  return {
    async leave() {
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode("leave\n"));
      const got: readonly number[] = JSON.parse(await lines.next() ?? "[]");
      await writer.close();
      await Promise.all([lines.drain(), child.status]);
      return got;
    },
  };
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

const middle = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

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
    const lookers = await look(gateway);
    const looked = await spend(gateway, chargers);
    const got = middle(await lookers.leave());
    without.push(alone);
    withThem.push(looked);
    print(
      `without ${percent(alone)}   with ${BROWSERS} browsers ${percent(looked)}   more ` +
        `${percent(looked - alone)} of a core   each got ${Math.round(got / SECONDS / 1_000)} kB/s`,
    );
  }
  print(
    `${CHARGERS} connectors that change each second: ${BROWSERS} browsers cost ` +
      `${percent(middle(withThem) - middle(without))} of a core`,
  );
} finally {
  await gateway.stop();
}
