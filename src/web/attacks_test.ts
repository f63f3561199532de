import { assertEquals, assertStringIncludes } from "@std/assert";
import { createSystemClock } from "../lib/clock_io.ts";
import {
  createFixture,
  createFixtureAt,
  FIXTURE_COST,
  FIXTURE_OPTIONS,
  FIXTURE_PASSWORD,
} from "./_fixture.ts";
import { openClient, openClientAs, ORIGIN } from "./_client.ts";
import { listRoutes } from "./routes.ts";
import { serveWeb } from "./server_io.ts";
import { createFirstUser } from "./sign_in/first_user.ts";

/** A path of a route, with something that is there for each parameter. */
function pathOf(path: string): string {
  return path.replace(":slot", "1").replace(/:id$/, "CP01").replace(":id", "CP01")
    .replace(":version", "0").replace(":file", "site.css");
}

Deno.test("A4: nobody reads the name of a charger, a card or a person without signing in", async () => {
  const fixture = await createFixture();
  const client = openClient(fixture);
  const { chargers, tokens, transactions, circuits, meters, waiting } = fixture.state;
  const names = [
    ...chargers.map(({ id }) => id),
    ...waiting.map(({ id }) => id),
    ...tokens.map(({ token }) => token),
    ...transactions.map(({ id }) => id),
    ...circuits.map(({ id }) => `"${id}"`),
    ...meters.map(({ id }) => `"${id}"`),
    ...fixture.users.list().map(({ name }) => `"${name}"`),
  ];
  assertEquals(names.length > 20, true);
  const paths = listRoutes().map(({ method, path }) => [method, pathOf(path)] as const);
  for (const [method, path] of [...paths, ["GET", "/chargers/CP99"], ["GET", "/%"]] as const) {
    await fixture.clock.advance(1_000);
    const response = await client.send(path, { method });
    // An answer that a mistake kept from naming anybody would be no proof.
    assertEquals(response.status < 500, true, `${method} ${path}: ${response.status}`);
    const text = [await response.text(), ...response.headers.values()].join("\n")
      // Where a stranger is to be sent after signing in is what the stranger asked for.
      .replaceAll(encodeURIComponent(path), "");
    for (const name of names) {
      assertEquals(text.includes(name), false, `${method} ${path} tells ${name}`);
    }
  }
  // The same names are there for who may see them.
  const viewer = await openClientAs(fixture, "viewer");
  assertStringIncludes(await viewer.text("/chargers"), chargers[0]?.id ?? "?");
});

Deno.test("A4: an account that is there and one that is not are told apart by nothing", async () => {
  const fixture = await createFixture();
  const answer = async (name: string, from: string) => {
    const client = openClient(fixture);
    const response = await client.send("/sign-in", {
      method: "POST",
      from,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        origin: ORIGIN,
      },
      body: new URLSearchParams({ name, password: "wrong" }).toString(),
    });
    return [response.status, (await response.text()).replaceAll(name, "NAME")];
  };
  assertEquals(await answer("operator", "10.0.0.1"), await answer("nobody", "10.0.0.2"));
});

Deno.test("A19: tricks with the path lead no stranger past the door, and no viewer past the table", async () => {
  const clock = createSystemClock();
  const fixture = await createFixtureAt(clock);
  const server = serveWeb(FIXTURE_OPTIONS, fixture.ports);
  const { port } = new URL(server.url);
  const paths = [
    "/assets/../users",
    "/assets/%2e%2e/users",
    "/assets/..%2fusers",
    "/sign-in/../api/v1/tokens",
    "/sign-in%2f..%2fapi%2fv1%2ftokens",
    "//api/v1/tokens",
    "/api//v1/tokens",
    "/api/v1/tokens/",
    "/API/v1/tokens",
    "/api/v1/tokens%00",
    "/api/v1/tokens%20",
    "/api/v1/%74okens",
    "/api/v1/tokens;a=b",
    "/api\\v1\\tokens",
    "/healthz/../api/v1/tokens",
    "/healthz/../../api/v1/tokens",
    "/api/v1/ｔokens",
    "/%",
    "/%ff%fe",
    `/${"a".repeat(300)}`,
    `/chargers/${"%2e%2e%2f".repeat(40)}`,
    "http://127.0.0.1/api/v1/tokens",
    "*",
  ];
  for (const path of paths) {
    const { status, text } = await rawGet(Number(port), path);
    const isKeptOut = [303, 400, 401, 403, 404, 405].includes(status);
    assertEquals(isKeptOut, true, `${path}: ${status}`);
    assertEquals(/VISITOR-07|CP01/.test(text), false, path);
  }
  await server.stop();
  await fixture.spawn.drain();
});

/** A request whose path no client library has tidied up. */
async function rawGet(port: number, path: string) {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const request = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const chunks: Uint8Array[] = [];
  for (let open = true; open;) {
    const buffer = new Uint8Array(65_536);
    const length = await connection.read(buffer).catch(() => null);
    if (length === null) open = false;
    else chunks.push(buffer.slice(0, length));
  }
  const text = new TextDecoder().decode(await new Blob(chunks as BlobPart[]).arrayBuffer());
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 400), text };
}

Deno.test("A20: there is no default password: the first one is drawn, is refused after a day and opens nothing but its own change", async () => {
  const fixture = await createFixture();
  for (const { name } of fixture.users.list()) await fixture.users.remove(name);
  const first = await createFirstUser(fixture.users, fixture.ports, FIXTURE_COST);
  const again = await createFirstUser(fixture.users, fixture.ports, FIXTURE_COST);
  assertEquals(first?.password === again?.password, false);
  const client = openClient(fixture);
  for (const guess of ["admin", "password", "sangam", "", FIXTURE_PASSWORD]) {
    const response = await client.signIn("admin", guess);
    assertEquals(response.status === 303, false, guess);
    await fixture.clock.advance(60 * 60_000);
  }
  assertEquals((await client.signIn("admin", again?.password)).status, 303);
  for (const { method, path } of listRoutes()) {
    if (
      /^\/(sign-|language|account\/(password|presence|confirm)|assets|healthz|readyz)/.test(path)
    ) {
      continue;
    }
    await fixture.clock.advance(100);
    const response = await client.send(pathOf(path), {
      method,
      headers: { origin: ORIGIN },
    });
    const sentTo = response.headers.get("location");
    await response.body?.cancel();
    const isHeld = response.status === 403 || sentTo === "/account/password";
    assertEquals(isHeld, true, `${method} ${path}`);
  }
  await fixture.clock.advance(24 * 3_600_000);
  const late = await openClient(fixture).signIn("admin", again?.password);
  assertEquals(late.status, 401);
  assertStringIncludes(await late.text(), "more than a day old");
});

Deno.test("A20: no page goes over plain HTTP but on this machine itself, and a cookie never leaves TLS", async () => {
  const fixture = await createFixture();
  const tls = openClient(fixture, { tls: { cert: "", key: "" } });
  const response = await tls.signIn("viewer");
  assertEquals([response.status, response.headers.getSetCookie().length], [303, 2]);
  for (const cookie of response.headers.getSetCookie()) {
    assertEquals(/^__Host-\w+=.*; HttpOnly; Secure; SameSite=Strict$/.test(cookie), true, cookie);
  }
});
