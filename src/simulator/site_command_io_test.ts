import { assert, assertEquals } from "@std/assert";
import { createServer } from "node:http";
import { parse } from "yaml";
import { openTerminal } from "./_terminal.ts";
import { simulateSite } from "./site_command_io.ts";

/** A gateway that writes down who knocks with which password, and lets nobody in. */
async function withDoor(
  work: (url: string, knocks: ReadonlyMap<string, string>, all: Promise<void>) => Promise<void>,
  count: number,
): Promise<void> {
  const knocks = new Map<string, string>();
  const all = Promise.withResolvers<void>();
  const server = createServer();
  server.on("upgrade", (request, socket) => {
    knocks.set(request.url ?? "", request.headers.authorization ?? "");
    socket.destroy();
    if (knocks.size === count) all.resolve();
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  await work(`ws://127.0.0.1:${port}/ocpp`, knocks, all.promise);
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

Deno.test("chargers of a drawn site dial with the passwords that its site.yaml has", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/site.yaml`;
  await withDoor(async (url, knocks, all) => {
    const terminal = openTerminal();
    const args = ["--gateway", url, "--chargers", "5", "--seed", "3", "--port", "0"];
    const ended = simulateSite([...args, "--write", file, "--faults", "--quirks"], terminal);
    await all;
    terminal.stop();
    assertEquals(await ended, 0);
    assertEquals(terminal.complaints, []);
    const yaml = parse(await Deno.readTextFile(file));
    assertEquals(yaml.chargers.known.length, 5);
    assertEquals(yaml.listen.chargers[0].port, Number(new URL(url).port));
    for (const { id, password } of yaml.chargers.known) {
      assertEquals(knocks.get(`/ocpp/${id}`), `Basic ${btoa(`${id}:${password}`)}`);
      assert(!terminal.printed().includes(password), "passwords are not shown");
    }
    assert(/site seed 3: 5 chargers \(.*\) with \d+ sockets/.test(terminal.printed()));
  }, 5);
  const { mode } = await Deno.stat(file);
  assertEquals((mode ?? 0) & 0o777, 0o600);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("without a file the site.yaml is printed", async () => {
  const terminal = openTerminal();
  const args = ["--gateway", "ws://127.0.0.1:1/ocpp", "--chargers", "1", "--port", "0", "--quiet"];
  const ended = simulateSite(args, terminal);
  const text = await terminal.shows(/(# Written by[\s\S]*\n}\n)/);
  terminal.stop();
  assertEquals(await ended, 0);
  assertEquals(parse(text).chargers.known.length, 1);
});

Deno.test("its own file is written over, nobody else's is", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/site.yaml`;
  const run = async () => {
    const terminal = openTerminal();
    const args = ["--gateway", "ws://127.0.0.1:1/ocpp", "--port", "0", "--quiet", "--write", file];
    const ended = simulateSite(args, terminal);
    const first = await Promise.race([ended, terminal.shows(/seed/)]);
    terminal.stop();
    return { code: await ended, first, terminal };
  };
  assertEquals((await run()).code, 0);
  const before = await Deno.readTextFile(file);
  assertEquals((await run()).code, 0);
  assert(await Deno.readTextFile(file) !== before, "another site was drawn");
  await Deno.writeTextFile(file, "site: { name: Mine }\n");
  const { code, terminal } = await run();
  assertEquals(code, 1);
  assertEquals(terminal.complaints, [
    `Cannot write ${file}: there is another file of that name`,
  ]);
  assertEquals(await Deno.readTextFile(file), "site: { name: Mine }\n");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a port that is taken ends it with 1, and leaves nothing behind", async () => {
  const first = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = first.addr;
  const terminal = openTerminal();
  // The broker's port is the third: CSMS and meter are running by then.
  const args = ["--gateway", "ws://127.0.0.1:1/ocpp", "--port", String(port - 2)];
  assertEquals(await simulateSite(args, terminal), 1);
  assert(terminal.complaints[0]?.startsWith("Cannot start the site: "), terminal.complaints.join());
  first.close();
});
