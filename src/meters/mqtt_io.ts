import { assume } from "../lib/assert.ts";
import { type Clock, sleep } from "../lib/clock.ts";
import { type Log, logWith } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { MeterSource } from "../site/mod.ts";
import { createReporter, type MeterReporter } from "./_meter_reporter.ts";
import { createIntake, type MqttIntake } from "./_mqtt_intake.ts";
import { runSession, type SessionOptions } from "./_mqtt_session_io.ts";
import { BROKER_BACK_OFF, type MqttMeterOptions, parseBrokerUrl } from "./mqtt_options.ts";
import { topicProblems } from "./mqtt_options.ts";
import { backOffMs } from "./pace.ts";

/**
 * A meter that publishes to an MQTT broker.
 *
 * @throws RangeError when the address or a topic cannot be: `parseBrokerUrl` and `topicProblems` say
 * so beforehand.
 */
export function createMqttMeter(
  options: MqttMeterOptions,
  clock: Clock,
  log: Log,
  spawn: Spawner,
): MeterSource {
  const session = sessionOptions(options);
  const stop = new AbortController();
  let ended: Promise<void> | null = null;
  return {
    id: options.id,
    role: options.role,
    start(listener) {
      assume(ended === null && !stop.signal.aborted, `meter ${options.id} starts once`);
      const done = Promise.withResolvers<void>();
      ended = done.promise;
      const reporter = createReporter(listener, clock, logWith(log, { meter: options.id }));
      const intake = createIntake(options, session.broker.address, clock, reporter);
      stop.signal.addEventListener("abort", () => {
        reporter.end();
        intake.end();
      }, { once: true });
      spawn(`meter ${options.id}`, async () => {
        try {
          await listenUntil(stop.signal, session, clock, intake, reporter);
        } finally {
          done.resolve();
        }
      });
    },
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

async function listenUntil(
  stop: AbortSignal,
  session: SessionOptions,
  clock: Clock,
  intake: MqttIntake,
  reporter: MeterReporter,
): Promise<void> {
  let failures = 0;
  const listener = {
    subscribed: () => intake.connected(),
    message(topic: string, payload: Uint8Array, retained: boolean) {
      // Only a message proves the connection: a broker may take a client and drop it again.
      failures = 0;
      intake.message(topic, payload, retained);
    },
  };
  while (!stop.aborted) {
    const reason = await runSession(session, listener, clock, stop);
    if (stop.aborted) return;
    failures += 1;
    intake.disconnected(reason);
    reporter.failed(reason);
    await sleep(clock, backOffMs(failures, BROKER_BACK_OFF), stop);
  }
}

function sessionOptions(options: MqttMeterOptions): SessionOptions {
  const broker = parseBrokerUrl(options.url);
  const problems = [...(broker.ok ? [] : [broker.error]), ...topicProblems(options.topics)];
  if (!broker.ok || problems.length > 0) {
    throw new RangeError(`Cannot create meter ${options.id}: ${problems.join("; ")}`);
  }
  const { username, password, clientId, version, keepAlive, ca, clientCertificate } = options;
  const topics = [...new Set(options.topics.map(({ topic }) => topic))];
  const who = { username, password, clientId, ca, clientCertificate };
  return { broker: broker.value, topics, version, keepAlive, ...who };
}
