/**
 * From a meter's sample to the last lower limit on the wire: the building steps up, and every charger has
 * to be told less. Real processes on real sockets: a gateway, an MQTT meter that publishes each second,
 * and chargers whose EVs draw what they may and that measure when they have followed. Beside it, in the
 * same run and in turn with it, a bare process that sends one frame to each charger as soon as the
 * meter's message is there: what else the machine does, both feel.
 *
 * `deno run -A test/bench/load/latency.ts [chargers] [descents]`: ten steps a descent, some 80 s each.
 * Fails where the slowest step took longer than 150 ms.
 */
import { type MqttBroker, startMqttBroker } from "../../../src/simulator/mqtt_broker_io.ts";
import { startGatewayProcess } from "../../sites/gateway_process.ts";
import { freePort } from "../../sites/until.ts";
import { print } from "../charger_load.ts";
import { startOther } from "../gateway_load.ts";
import { connectLimited, type LimitedCharger } from "./limited_charger.ts";

const CHARGERS = Number(Deno.args[0] ?? 50);
const DESCENTS = Number(Deno.args[1] ?? 12);
const PASSWORD = "bench-password-1";
const METER_OF_GATEWAY = "gateway/meter";
const METER_OF_BARE = "bare/meter";
const LIMIT_AMPS = CHARGERS * 32;
const FIRST_AMPS = CHARGERS * 2;
/** Two amperes less for everybody. */
const STEP_AMPS = CHARGERS * 2;
const STEPS = 10;
/** In it everybody has measured, so that nobody counts with what it had before. */
const STEP_S = 3;
/** So much later the same happens to the other process. */
const IN_TURN_MS = 250;
/** All are raised to at least so much; raises wait for proof, for so long at most. */
const RAISED_AMPS = 24;
const SETTLE_S = 240;
/** Then everybody has measured once more: a step is not to meet readings from before the raise. */
const READ_AGAIN_S = 12;
const ALLOWED_MS = 150;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The building, what the EVs draw, and the meter that says it all. */
interface Site {
  buildingAmps: number;
  chargers: LimitedCharger[];
}

/** Says what the meter shows, and what of that is the building's: the baseline cannot tell. */
type Publish = (amps: number, buildingAmps: number) => void;

/** Each process has a meter of its own. */
function publishOn(broker: MqttBroker, topic: string): Publish {
  return (amps, buildingAmps) =>
    broker.publish(topic, JSON.stringify({ a: amps, building: buildingAmps }));
}

/** For each step: how long until the first and until the last charger had been told, milliseconds. */
interface Step {
  readonly perChargerMs: readonly number[];
  readonly lastMs: number;
}

/** Both processes begin their steps together, one a moment after the other. */
const everybodyIsThere = (() => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let missing = 2;
  return () => {
    if (--missing === 0) resolve();
    return promise;
  };
})();

async function measure(url: string, publish: Publish, laterMs: number): Promise<readonly Step[]> {
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
    await everybodyIsThere();
    await sleep(laterMs);
    const steps: Step[] = [];
    for (let descent = 0; descent < DESCENTS; descent++) {
      if (descent > 0) row(`… ${laterMs === 0 ? "Sangam" : "bare"}`, steps);
      site.buildingAmps = FIRST_AMPS;
      await raised(site);
      for (let step = 0; step < STEPS; step++) {
        const seen = await stepUp(site, say);
        // In the first steps who was not raised as far as others keeps what it has; and where a cut
        // went an ampere further than it had to, the next step finds room.
        if (seen.perChargerMs.length >= CHARGERS / 2) steps.push(seen);
      }
    }
    return steps;
  } finally {
    clearInterval(metering);
    await Promise.all(site.chargers.map((charger) => charger.close()));
  }
}

async function raised({ chargers }: Site): Promise<void> {
  for (let second = 0; second < SETTLE_S; second++) {
    await sleep(1_000);
    if (chargers.some((charger) => charger.limitAmps() < RAISED_AMPS)) continue;
    await sleep(READ_AGAIN_S * 1_000);
    return;
  }
  throw new Error(`After ${SETTLE_S} s some have less than ${RAISED_AMPS} A`);
}

async function stepUp(site: Site, say: () => void): Promise<Step> {
  // Between two of the regular samples.
  await sleep(500);
  site.buildingAmps += STEP_AMPS;
  const beganMs = performance.now();
  say();
  const toldMs = () =>
    site.chargers.filter((charger) => charger.loweredAtMs() >= beganMs)
      .map((charger) => charger.loweredAtMs() - beganMs);
  for (let waited = 0; waited < 15 && toldMs().length < CHARGERS; waited++) await sleep(100);
  const perChargerMs = toldMs();
  const flowsAmps = site.chargers.reduce((sum, each) => sum + each.limitAmps(), site.buildingAmps);
  if (flowsAmps > LIMIT_AMPS) throw new Error(`After 1.5 s still ${flowsAmps} of ${LIMIT_AMPS} A`);
  for (const charger of site.chargers) charger.measure();
  await sleep(STEP_S * 1_000 - (performance.now() - beganMs) - 500);
  return { perChargerMs, lastMs: Math.max(...perChargerMs) };
}

async function measureGateway(broker: MqttBroker, brokerUrl: string): Promise<readonly Step[]> {
  const publish = publishOn(broker, METER_OF_GATEWAY);
  const folder = await Deno.makeTempDir();
  const [ocppPort, webPort] = [freePort(), freePort()];
  await Deno.writeTextFile(
    `${folder}/site.yaml`,
    JSON.stringify(siteYaml({ ocppPort, webPort, brokerUrl })),
  );
  const gateway = await startGatewayProcess({ path: folder, webPort });
  try {
    return await measure(`ws://127.0.0.1:${ocppPort}/ocpp`, publish, 0);
  } finally {
    await gateway.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

async function measureBare(broker: MqttBroker, brokerUrl: string): Promise<readonly Step[]> {
  const publish = publishOn(broker, METER_OF_BARE);
  const port = freePort();
  const program = new URL("./bare_limiter.ts", import.meta.url).pathname;
  const server = await startOther([program, String(port), brokerUrl, METER_OF_BARE]);
  try {
    return await measure(`ws://127.0.0.1:${port}/ocpp`, publish, IN_TURN_MS);
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
        [1, 2, 3].map((line) => [`current_l${line}`, { topic: METER_OF_GATEWAY, path: "a" }]),
      ),
    }],
    log: { level: "warning" },
  };
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

/** Prints what was seen, and says how long the slowest step took. */
function row(name: string, steps: readonly Step[]): number {
  const all = steps.flatMap(({ perChargerMs }) => perChargerMs).toSorted((a, b) => a - b);
  const lasts = steps.map(({ lastMs }) => lastMs).toSorted((a, b) => a - b);
  const line = (values: readonly number[]) =>
    ([["p50", 0.5], ["p99", 0.99], ["max", 1]] as const)
      .map(([what, part]) => `${what} ${quantile(values, part).toFixed(1)} ms`).join(", ");
  print(
    `${name.padEnd(8)} ${steps.length} steps; a charger: ${line(all)}; the last: ${line(lasts)}`,
  );
  return quantile(lasts, 1);
}

const broker = await startMqttBroker({ host: "127.0.0.1", port: 0 });
const brokerUrl = `mqtt://127.0.0.1:${broker.port}`;
print(`${CHARGERS} chargers, ${DESCENTS} descents of the building, from sample to wire`);
const [gatewaySteps, bareSteps] = await Promise.all([
  measureGateway(broker, brokerUrl),
  measureBare(broker, brokerUrl),
]);
row("bare", bareSteps);
const ours = row("Sangam", gatewaySteps);
const beside = gatewaySteps.map(({ lastMs }, index) => lastMs - (bareSteps[index]?.lastMs ?? 0))
  .toSorted((a, b) => a - b);
print(
  `the gateway's own part: p50 ${quantile(beside, 0.5).toFixed(1)} ms, ` +
    `p99 ${quantile(beside, 0.99).toFixed(1)} ms`,
);
await broker.stop();
Deno.exit(ours <= ALLOWED_MS ? 0 : 1);
