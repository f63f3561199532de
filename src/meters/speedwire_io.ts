import { createSocket, type Socket } from "node:dgram";
import { type Clock, sleep } from "../lib/clock.ts";
import { errorText, type Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { MeterSource } from "../site/mod.ts";
import { createHeardSource } from "./_heard_source.ts";
import type { MeterReporter } from "./_meter_reporter.ts";
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
  return createHeardSource(
    {
      id: options.id,
      role: options.role,
      createIntake: (reporter) => createSpeedwireIntake(options, clock, reporter),
      listenUntil: (stop, intake, reporter) => listenUntil(stop, options, clock, intake, reporter),
    },
    clock,
    log,
    spawn,
  );
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
