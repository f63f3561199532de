import { type Clock, sleep } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { MeterSource } from "../site/mod.ts";
import { createHeardSource } from "./_heard_source.ts";
import type { MeterReporter } from "./_meter_reporter.ts";
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
  return createHeardSource(
    {
      id: options.id,
      role: options.role,
      createIntake: (reporter) => createIntake(options, session.broker.address, clock, reporter),
      listenUntil: (stop, intake, reporter) => listenUntil(stop, session, clock, intake, reporter),
    },
    clock,
    log,
    spawn,
  );
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
