import { readLines } from "../support/lines.ts";
import { type GatewayProcess, runMain, startGatewayProcess } from "../sites/gateway_process.ts";
import { freePort } from "../sites/until.ts";

/** A process of this repository that a bench started. */
export interface OtherProcess {
  readonly startedInMs: number;
  residentBytes(): Promise<number>;
  stop(): Promise<void>;
}

/** The real gateway with a simulated CSMS above it, both processes of their own. */
export interface LoadedGateway {
  readonly process: GatewayProcess;
  /** Where chargers called CP1, CP2, … connect. */
  readonly url: string;
  /** Where its pages are. */
  readonly webUrl: string;
  /** Its ledger and whatever lies beside it. */
  readonly dataPath: string;
  stop(): Promise<void>;
}

/** What a bench may want of its gateway besides chargers. */
export interface GatewayLoad {
  readonly chargers: number;
  readonly password: string;
  /** Ports of Modbus meters on this machine, read each second. */
  readonly meterPorts?: readonly number[];
}

const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** Runs a program of this repository until it says that it is there. */
export async function startOther(args: readonly string[]): Promise<OtherProcess> {
  const began = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--frozen", "--allow-all", "--config", CONFIG, ...args],
    stdout: "piped",
  }).spawn();
  const lines = readLines(child.stdout);
  await lines.next();
  const startedInMs = performance.now() - began;
  const ended = (async () => {
    while (await lines.next() !== null);
  })();
  return {
    startedInMs,
    async residentBytes() {
      const text = await Deno.readTextFile(`/proc/${child.pid}/status`);
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
    },
    async stop() {
      child.kill("SIGTERM");
      await child.status;
      await ended;
    },
  };
}

/** Starts both, in a folder that `stop` removes. */
export async function startLoadedGateway(load: GatewayLoad): Promise<LoadedGateway> {
  const folder = await Deno.makeTempDir();
  const [ocppPort, webPort, csmsPort] = [freePort(), freePort(), freePort()];
  const csms = await startOther([MAIN, "simulate", "csms", "--port", String(csmsPort)]);
  async function clear(): Promise<void> {
    await csms.stop();
    await Deno.remove(folder, { recursive: true });
  }
  try {
    await Deno.writeTextFile(
      `${folder}/site.yaml`,
      siteYaml(load, { ocppPort, webPort, csmsPort }),
    );
    const checked = await runMain(folder, ["check"]);
    if (checked.code !== 0) throw new Error(checked.error);
    const process = await startGatewayProcess({ path: folder, webPort });
    return {
      process,
      url: `ws://127.0.0.1:${ocppPort}/ocpp`,
      webUrl: `http://127.0.0.1:${webPort}/`,
      dataPath: `${folder}/data`,
      async stop() {
        await process.stop();
        await clear();
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}

function siteYaml(
  { chargers, password, meterPorts = [] }: GatewayLoad,
  ports: { ocppPort: number; webPort: number; csmsPort: number },
): string {
  const known = Array.from({ length: chargers }, (_, index) => {
    const slot = `{ slot: ${index + 1}, failSafe: 6 }`;
    return `    - { id: CP${index + 1}, password: ${password}, circuit: grid, evses: [${slot}] }`;
  });
  const meters = meterPorts.map((port, index) =>
    `  - { id: m${index + 1}, driver: modbus-tcp, host: 127.0.0.1, port: ${port}, ` +
    "profile: eastron-sdm630, interval: 1s, role: consumer }"
  );
  return `
site: { name: Bench }
listen:
  chargers: [{ host: 127.0.0.1, port: ${ports.ocppPort}, path: /ocpp, securityProfile: 1 }]
  web: { host: 127.0.0.1, port: ${ports.webPort} }
csms: { url: "ws://127.0.0.1:${ports.csmsPort}/ocpp", identity: BENCH }
chargers:
  known:
${known.join("\n")}
circuits:
  - { id: grid, limit: ${Math.max(800, 16 * chargers)} }
meters:${meters.length === 0 ? " []" : `\n${meters.join("\n")}`}
log: { level: warning, format: json }
`;
}
