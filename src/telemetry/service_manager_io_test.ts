import { assertEquals } from "@std/assert";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { openServiceManager, type ServiceManager } from "./service_manager_io.ts";

interface Bench {
  readonly clock: ReturnType<typeof createVirtualClock>;
  readonly manager: ServiceManager;
  /** Where systemd listens. */
  readonly path: string;
  healthy: boolean;
  readonly logged: string[];
  /** The next word that systemd gets. */
  heard(): Promise<string>;
}

/** Runs with a socket in the place of systemd; needs `--unstable-net`, as the gateway does. */
async function withSystemd(
  environment: Readonly<Record<string, string>>,
  during: (bench: Bench) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/systemd.sock`;
  const systemd = Deno.listenDatagram({ transport: "unixpacket", path });
  const all = { NOTIFY_SOCKET: path, RUNTIME_DIRECTORY: folder, ...environment };
  const clock = createVirtualClock();
  const logged: string[] = [];
  const log = (_level: string, event: string) => void logged.push(event);
  const spawn = createSpawner(log);
  const bench: Omit<Bench, "manager" | "path"> = {
    clock,
    healthy: true,
    logged,
    heard: async () => new TextDecoder().decode((await systemd.receive())[0]),
  };
  // No longer than needed: other tests run in this process, and start others.
  for (const [name, value] of Object.entries(all)) Deno.env.set(name, value);
  const manager = openServiceManager({ clock, log, spawn }, () => bench.healthy);
  for (const name of Object.keys(all)) Deno.env.delete(name);
  try {
    await during(Object.assign(bench, { manager, path }));
  } finally {
    manager.close();
    await spawn.drain();
    systemd.close();
    await Deno.remove(folder, { recursive: true });
  }
  assertEquals(clock.pending(), 0);
}

const ignore = !("listenDatagram" in Deno);

Deno.test({
  name: "systemd is told when the gateway is ready and when it stops",
  ignore,
  async fn() {
    await withSystemd({}, async ({ manager, heard }) => {
      await manager.ready();
      assertEquals(await heard(), "READY=1");
      await manager.stopping();
      assertEquals(await heard(), "STOPPING=1");
    });
  },
});

Deno.test({
  name:
    "the watchdog beats three times in its period while the gateway is healthy, and not otherwise",
  ignore,
  async fn() {
    await withSystemd({ WATCHDOG_USEC: "30000000" }, async (bench) => {
      const { clock, manager, heard } = bench;
      for (let beat = 0; beat < 3; beat++) {
        await clock.advance(10_000);
        assertEquals(await heard(), "WATCHDOG=1");
      }
      bench.healthy = false;
      await clock.advance(60_000);
      await manager.stopping();
      assertEquals(await heard(), "STOPPING=1", "nothing came in between");
    });
  },
});

Deno.test({
  name: "without a watchdog there is no beat",
  ignore,
  async fn() {
    await withSystemd({}, ({ clock }) => {
      assertEquals(clock.pending(), 0);
      return Promise.resolve();
    });
  },
});

Deno.test({
  name: "a systemd that is gone is noted and does no harm",
  ignore,
  async fn() {
    await withSystemd({}, async ({ manager, logged, path }) => {
      await Deno.remove(path);
      await manager.ready();
      assertEquals(logged, ["notify_failed"]);
    });
  },
});

Deno.test("outside of systemd nothing happens", async () => {
  const clock = createVirtualClock();
  const spawn = createSpawner(() => {});
  const manager = openServiceManager({ clock, log: () => {}, spawn }, () => true);
  await manager.ready();
  await manager.stopping();
  assertEquals(clock.pending(), 0);
  manager.close();
});
