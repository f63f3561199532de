/**
 * From a meter's sample to the last lower limit on the wire: the building steps up, and every charger has
 * to be told less. Real processes on real sockets: a gateway, an MQTT meter that publishes each second,
 * and chargers whose EVs draw what they may. Beside it, in the same run, a bare process that sends one
 * frame to each charger as soon as the meter's message is there.
 *
 * `deno run -A test/bench/load/latency.ts [chargers] [descents]`: five steps a descent, about 100 s each.
 * Fails where the slowest step took longer than 150 ms.
 */
import { startMqttBroker } from "../../../src/simulator/mqtt_broker_io.ts";
import { startGatewayProcess } from "../../sites/gateway_process.ts";
import { freePort } from "../../sites/until.ts";
import { print } from "../charger_load.ts";
import { startOther } from "../gateway_load.ts";
import { connectLimited, type LimitedCharger } from "./limited_charger.ts";

const CHARGERS = Number(Deno.args[0] ?? 50);
const DESCENTS = Number(Deno.args[1] ?? 2);
const PASSWORD = "bench-password-1";
const TOPIC = "site/meter";
const LIMIT_AMPS = CHARGERS * 20;
const FIRST_AMPS = CHARGERS * 2;
/** Two amperes less for everybody. */
const STEP_AMPS = CHARGERS * 2;
const STEPS = 5;
const STEP_S = 13;
/** Until everybody has been raised again: raises wait for proof. */
const SETTLE_S = 45;
const ALLOWED_MS = 150;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The building, what the EVs draw, and the meter that says it all. */
interface Site {
  buildingAmps: number;
  chargers: LimitedCharger[];
}

/** Says what the meter shows, and what of that is the building's: the baseline cannot tell. */
type Publish = (amps: number, buildingAmps: number) => void;

/** For each step: how long until the first and until the last charger had been told, milliseconds. */
interface Step {
  readonly perChargerMs: readonly number[];
  readonly lastMs: number;
}

async function measure(url: string, publish: Publish): Promise<readonly Step[]> {
  const site: Site = { buildingAmps: FIRST_AMPS, chargers: [] };
  const say = () => {
    const drawn = site.chargers.reduce((sum, charger) => sum + charger.limitAmps(), 0);
    publish(site.buildingAmps + drawn, site.buildingAmps);
  };
  let second = 0;
  const metering = setInterval(() => {
    second++;
    for (const [index, charger] of site.chargers.entries()) {
      if (index % 10 === second % 10) charger.measure();
    }
    say();
  }, 1_000);
  try {
    for (let index = 0; index < CHARGERS; index++) {
      site.chargers.push(await connectLimited(url, PASSWORD, index));
    }
    const steps: Step[] = [];
    for (let descent = 0; descent < DESCENTS; descent++) {
      site.buildingAmps = FIRST_AMPS;
      await sleep(SETTLE_S * 1_000);
      for (let step = 0; step < STEPS; step++) steps.push(await stepUp(site, say));
    }
    return steps;
  } finally {
    clearInterval(metering);
    await Promise.all(site.chargers.map((charger) => charger.close()));
  }
}

async function stepUp(site: Site, say: () => void): Promise<Step> {
  // Between two of the regular samples.
  await sleep(500);
  site.buildingAmps += STEP_AMPS;
  const beganMs = performance.now();
  say();
  await sleep(700);
  const perChargerMs = site.chargers.filter((charger) => charger.loweredAtMs() >= beganMs)
    .map((charger) => charger.loweredAtMs() - beganMs);
  // Whole amperes are handed out one by one, so that one or two may keep what they had.
  if (perChargerMs.length < 0.9 * CHARGERS) {
    throw new Error(`${perChargerMs.length} of ${CHARGERS} were told less within 700 ms`);
  }
  await sleep(STEP_S * 1_000 - 1_200);
  return { perChargerMs, lastMs: Math.max(...perChargerMs) };
}

async function measureGateway(
  brokerUrl: string,
  publish: Publish,
): Promise<readonly Step[]> {
  const folder = await Deno.makeTempDir();
  const [ocppPort, webPort] = [freePort(), freePort()];
  await Deno.writeTextFile(
    `${folder}/site.yaml`,
    JSON.stringify(siteYaml({ ocppPort, webPort, brokerUrl })),
  );
  const gateway = await startGatewayProcess({ path: folder, webPort });
  try {
    return await measure(`ws://127.0.0.1:${ocppPort}/ocpp`, publish);
  } finally {
    await gateway.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

async function measureBare(
  brokerUrl: string,
  publish: Publish,
): Promise<readonly Step[]> {
  const port = freePort();
  const program = new URL("./bare_limiter.ts", import.meta.url).pathname;
  const server = await startOther([program, String(port), brokerUrl, TOPIC]);
  try {
    return await measure(`ws://127.0.0.1:${port}/ocpp`, publish);
  } finally {
    await server.stop();
  }
}

function siteYaml(
  { ocppPort, webPort, brokerUrl }: {
    readonly ocppPort: number;
    readonly webPort: number;
    readonly brokerUrl: string;
  },
): unknown {
  return {
    site: { name: "Bench" },
    listen: {
      chargers: [{ host: "127.0.0.1", port: ocppPort, securityProfile: 1 }],
      web: { host: "127.0.0.1", port: webPort },
    },
    authorization: { offline: { unknownTokens: "accept" } },
    chargers: {
      known: Array.from({ length: CHARGERS }, (_, index) => ({
        id: `CP${index + 1}`,
        password: PASSWORD,
        circuit: "grid",
        evses: [{ slot: index + 1, failSafe: 6 }],
      })),
    },
    circuits: [{ id: "grid", limit: LIMIT_AMPS, meter: "main", otherLoad: { worst: FIRST_AMPS } }],
    meters: [{
      id: "main",
      driver: "mqtt",
      url: brokerUrl,
      role: "grid",
      topics: Object.fromEntries(
        [1, 2, 3].map((line) => [`current_l${line}`, { topic: TOPIC, path: "a" }]),
      ),
    }],
    log: { level: "warning" },
  };
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

function row(name: string, steps: readonly Step[]): number {
  const all = steps.flatMap(({ perChargerMs }) => perChargerMs).toSorted((a, b) => a - b);
  const lasts = steps.map(({ lastMs }) => lastMs).toSorted((a, b) => a - b);
  const ms = (value: number) => `${value.toFixed(1)} ms`.padStart(9);
  print(
    `${name.padEnd(10)} a charger p50 ${ms(quantile(all, 0.5))} p99 ${ms(quantile(all, 0.99))}   ` +
      `the last one p50 ${ms(quantile(lasts, 0.5))} worst ${ms(quantile(lasts, 1))}`,
  );
  return quantile(lasts, 1);
}

const broker = await startMqttBroker({ host: "127.0.0.1", port: 0 });
const brokerUrl = `mqtt://127.0.0.1:${broker.port}`;
const publish: Publish = (amps, buildingAmps) =>
  broker.publish(TOPIC, JSON.stringify({ a: amps, building: buildingAmps }));
print(`${CHARGERS} chargers, ${DESCENTS * STEPS} steps of the building, from sample to wire`);
const bare = row("bare", await measureBare(brokerUrl, publish));
const ours = row("Sangam", await measureGateway(brokerUrl, publish));
print(`the gateway's own part: at most ${(ours - bare).toFixed(1)} ms`);
await broker.stop();
Deno.exit(ours <= ALLOWED_MS ? 0 : 1);
