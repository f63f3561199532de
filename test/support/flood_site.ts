import { type GatewayProcess, startGatewayProcess } from "../sites/gateway_process.ts";
import { freePort } from "../sites/until.ts";
import { connectGood, type GoodCharger, type GoodChargerFacts } from "./good_charger.ts";

/** A real gateway with chargers that behave, which somebody floods. */
export interface FloodSite {
  readonly gateway: GatewayProcess;
  /** One more charger of the site, that is not there yet. */
  readonly spare: GoodChargerFacts;
  /** Has each charger ask something every second for so long; what became of it. */
  measure(seconds: number): Promise<Answers>;
  /** Opens bad connections for so long; resolves with what came of them. */
  flood(seconds: number, perSecond: number): Promise<FloodOutcome>;
  /** How many of the chargers' connections are gone. */
  lost(): number;
  stop(): Promise<void>;
}

/** How long chargers waited for their answers, milliseconds. */
export interface Answers {
  readonly asked: number;
  readonly unanswered: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What came of a flood's connections. */
export interface FloodOutcome {
  readonly sent: number;
  readonly tookS: number;
  readonly opened: number;
  readonly refused: number;
  /** A bad one that was let in. */
  readonly letIn: number;
  readonly cut: number;
  readonly failed: number;
}

/** How the site's chargers connect: profile 1, or 2. */
export type FloodWay = "plain" | "tls";

const PASSWORD = "password-of-fifty-chargers";
const FLOODER = new URL("./flooder.ts", import.meta.url).pathname;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

/** Starts the gateway, and connects and boots the chargers one after the other. */
export async function openFloodSite(count: number, way: FloodWay): Promise<FloodSite> {
  const [port, webPort] = [freePort(), freePort()];
  const folder = { path: await Deno.makeTempDir(), webPort };
  await Deno.writeTextFile(`${folder.path}/site.yaml`, siteYaml(count + 1, port, webPort, way));
  const gateway = await startGatewayProcess(folder);
  const base = way === "plain" ? `ws://127.0.0.1:${port}/ocpp` : `wss://localhost:${port}/ocpp`;
  const tls = way === "plain"
    ? {}
    : { ca: await Deno.readTextFile(`${folder.path}/data/certificates/root-1.pem`) };
  const factsOf = (n: number) => ({ url: `${base}/CP${n}`, password: PASSWORD, ...tls });
  const chargers: GoodCharger[] = [];
  for (let n = 1; n <= count; n++) {
    const charger = await connectGood(factsOf(n));
    chargers.push(charger);
    await charger.ask("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  }
  return {
    gateway,
    spare: factsOf(count + 1),
    measure: (seconds) => measure(chargers, seconds),
    flood: (seconds, perSecond) => flood(["127.0.0.1", port, seconds, perSecond, way].map(String)),
    lost: () => chargers.filter((charger) => charger.isClosed()).length,
    async stop() {
      for (const charger of chargers) charger.close();
      await gateway.stop();
      await Deno.remove(folder.path, { recursive: true });
    },
  };
}

async function measure(chargers: readonly GoodCharger[], seconds: number): Promise<Answers> {
  const waits: (number | null)[] = [];
  const asking = chargers.map(async (charger, index) => {
    await new Promise((resolve) => setTimeout(resolve, 1_000 * index / chargers.length));
    for (let second = 0; second < seconds; second++) {
      const next = performance.now() + 1_000;
      waits.push(await charger.ask("Heartbeat", {}));
      const restMs = next - performance.now();
      if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
    }
  });
  await Promise.all(asking);
  const answered = waits.filter((wait) => wait !== null).toSorted((a, b) => a - b);
  const at = (share: number) => answered[Math.ceil(share * answered.length) - 1] ?? NaN;
  return {
    asked: waits.length,
    unanswered: waits.length - answered.length,
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
  };
}

async function flood(args: readonly string[]): Promise<FloodOutcome> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--frozen",
      "--no-check",
      "--allow-net",
      "--allow-env",
      // The flood does not care whom it talks to.
      "--unsafely-ignore-certificate-errors",
      "--config",
      CONFIG,
      FLOODER,
      ...args,
    ],
  }).output();
  const decoder = new TextDecoder();
  if (code !== 0) throw new Error(`The flood ended: ${decoder.decode(stderr)}`);
  return JSON.parse(decoder.decode(stdout));
}

function siteYaml(chargers: number, port: number, webPort: number, way: FloodWay): string {
  const host = "127.0.0.1";
  const profile = way === "plain"
    ? { securityProfile: 1 }
    : { securityProfile: 2, names: ["localhost"] };
  return JSON.stringify({
    listen: { chargers: [{ host, port, ...profile }], web: { host, port: webPort } },
    chargers: {
      known: Array.from({ length: chargers }, (_, index) => ({
        id: `CP${index + 1}`,
        password: PASSWORD,
        circuit: "grid",
        evses: [{ slot: index + 1 }],
      })),
    },
    circuits: [{ id: "grid", limit: 32 * chargers }],
    log: { level: "info", format: "json" },
  });
}
