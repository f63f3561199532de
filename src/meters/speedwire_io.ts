import { createSocket, type Socket } from "node:dgram";
import { assume } from "../lib/assert.ts";
import type { Clock } from "../lib/clock.ts";
import { errorText, type Log, logWith } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import { sleep } from "../lib/clock.ts";
import type { MeterSource } from "../site/mod.ts";
import { createReporter, type MeterReporter } from "./_meter_reporter.ts";
import { createSpeedwireIntake, type SpeedwireIntake } from "./_speedwire_intake.ts";
import { backOffMs } from "./pace.ts";
import { RECONNECT_BACK_OFF } from "./modbus_options.ts";
import { SPEEDWIRE_GROUP, SPEEDWIRE_PORT } from "./speedwire.ts";
import type { SpeedwireMeterOptions } from "./speedwire_options.ts";

/** A meter that is heard at the multicast group of Speedwire. Several share the port. */
export function createSpeedwireMeter(
  options: SpeedwireMeterOptions,
  clock: Clock,
  log: Log,
  spawn: Spawner,
): MeterSource {
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
      const intake = createSpeedwireIntake(options, clock, reporter);
      stop.signal.addEventListener("abort", () => {
        reporter.end();
        intake.end();
      }, { once: true });
      spawn(`meter ${options.id}`, async () => {
        try {
          await listenUntil(stop.signal, options, clock, intake, reporter);
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
  options: SpeedwireMeterOptions,
  clock: Clock,
  intake: SpeedwireIntake,
  reporter: MeterReporter,
): Promise<void> {
  for (let failures = 1; !stop.aborted; failures++) {
    const reason = await listenOnce(stop, options, intake);
    if (stop.aborted) return;
    reporter.failed(`cannot listen at ${SPEEDWIRE_GROUP}:${SPEEDWIRE_PORT}: ${reason}`);
    await sleep(clock, backOffMs(failures, RECONNECT_BACK_OFF), stop);
  }
}

/** Listens until the socket fails or `stop` aborts; resolves with the reason. */
function listenOnce(
  stop: AbortSignal,
  { localAddress }: SpeedwireMeterOptions,
  intake: SpeedwireIntake,
): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket: Socket = createSocket({ type: "udp4", reuseAddr: true });
  let reason = "stopped";
  let isClosed = false;
  const close = (why: string) => {
    if (isClosed) return;
    isClosed = true;
    reason = why;
    socket.close();
  };
  const onStop = () => close("stopped");
  stop.addEventListener("abort", onStop, { once: true });
  socket.on("error", (error) => close(errorText(error)));
  socket.on("message", (bytes) => intake.datagram(bytes));
  socket.on("close", () => {
    stop.removeEventListener("abort", onStop);
    resolve(reason);
  });
  socket.bind(SPEEDWIRE_PORT, () => {
    try {
      socket.addMembership(SPEEDWIRE_GROUP, localAddress);
    } catch (error) {
      close(errorText(error));
    }
  });
  if (stop.aborted) onStop();
  return promise;
}
