import { assertEquals } from "@std/assert";
import { mayActAs, type Role, ROLES } from "../site/mod.ts";
import { createSystemClock } from "../lib/clock_io.ts";
import { createFixture, createFixtureAt, FIXTURE_OPTIONS, FIXTURE_TOKEN } from "./_fixture.ts";
import { anotherClient, type Client, CLIENT_ADDRESS, openClient, ORIGIN } from "./_client.ts";
import { ASSETS } from "./assets.ts";
import { type Access, listRoutes, methodsOf, type Route, ROUTES } from "./routes.ts";
import { serveWeb } from "./server_io.ts";
import { isForPeople, neededRole } from "./visitor.ts";
import type { Web } from "./web.ts";

/** Bodies that are right, so that nothing but the role decides. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  start: { idToken: "04A1B2C3" },
  availability: { operational: true },
  limit: { amps: 10, minutes: 30 },
  reset: { type: "soft", name: "nobody" },
  security: { do: "new-password" },
  check: { text: "", base: "0".repeat(64) },
  apply: { text: "", base: "0".repeat(64) },
  trigger: { message: "StatusNotification" },
  tokens: { token: "04A1B2C3", status: "Accepted" },
  remove: { token: "VISITOR-07", name: "nobody" },
  password: { old: "x", new: "y", repeat: "z" },
  confirm: { password: "x" },
  end: { session: "x", source: "operator" },
  "second-factor": { code: "000000" },
  users: { name: "new person", role: "viewer" },
  role: { name: "nobody", role: "viewer" },
  "sign-out": { name: "nobody" },
  "api-tokens": { name: "a script", role: "viewer", days: 30 },
  revoke: { id: "00000000" },
  import: { text: "" },
  language: { language: "en" },
};

function pathOf({ path }: Route): string {
  if (path.startsWith("/assets/")) return ASSETS.icon.path;
  const id = path.endsWith("/adopt") ? "CP11" : path.includes("outbox") ? "871" : "CP01";
  return path.replace(":slot", "1").replace("tokens/:id", "tokens/VISITOR-07").replace(":id", id);
}

async function knock(client: Client, route: Route): Promise<Response> {
  const path = pathOf(route);
  const fields = FIELDS[path.split("/").at(-1) ?? ""] ?? {};
  if (route.method === "GET") return await client.get(path);
  if (path.startsWith("/api/")) {
    return await client.send(path, {
      method: route.method,
      headers: { "content-type": "application/json", origin: ORIGIN },
      ...(route.method === "DELETE" ? {} : { body: JSON.stringify(fields) }),
    });
  }
  const texts = Object.entries(fields).map(([name, value]) => [name, String(value)]);
  return await client.post(path, Object.fromEntries(texts));
}

async function isLetIn(client: Client, route: Route): Promise<boolean> {
  const response = await knock(client, route);
  await response.body?.cancel();
  const isSentAway = response.headers.get("location")?.startsWith("/sign-in") === true &&
    route.path !== "/sign-out";
  return response.status !== 401 && response.status !== 403 && !isSentAway;
}

/** A stranger's own try to sign in fails with 401; that is the handler's word, not the door's. */
const routes = listRoutes().filter(({ path, method }) =>
  method !== "POST" || !["/sign-in", "/sign-in/code"].includes(path)
);

function mayEnter(role: Role, access: Access): boolean {
  return access === "anyone" || mayActAs(role, neededRole(access));
}

for (const role of ROLES) {
  Deno.test(`every route lets ${role} in exactly where the table says so`, async () => {
    const fixture = await createFixture();
    const { web } = openClient(fixture);
    for (const route of routes) {
      const client = anotherClient(web);
      // So many from one address would be held back.
      await fixture.clock.advance(1_000);
      await (await client.signIn(role)).body?.cancel();
      const expected = mayEnter(role, route.access);
      assertEquals(await isLetIn(client, route), expected, `${role}: ${route.key}`);
    }
    web.close();
    await fixture.spawn.drain();
  });
}

Deno.test("through a real socket each role reaches what the table gives it, and nothing else", async () => {
  const fixture = await createFixtureAt(createSystemClock());
  const server = serveWeb(FIXTURE_OPTIONS, fixture.ports);
  const { origin } = new URL(server.url);
  const overWire: Web = {
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const headers = new Headers(request.headers);
      if (headers.has("origin")) headers.set("origin", origin);
      const body = request.method === "GET" ? null : await request.text();
      const { method } = request;
      const ask = () =>
        fetch(origin + pathname + search, { method, headers, body, redirect: "manual" });
      for (;;) {
        const answer = await ask();
        // There are more routes than one person may ask for in a moment: then as a good client does.
        if (answer.status !== 429) return answer;
        await answer.body?.cancel();
        const seconds = Number(answer.headers.get("retry-after") ?? 1);
        await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      }
    },
    routes: () => [],
    close() {},
  };
  // A session that has signed out reaches nothing any more.
  const signOutLast = routes.toSorted((left, right) =>
    Number(left.path === "/sign-out") - Number(right.path === "/sign-out")
  );
  for (const role of ROLES) {
    const client = anotherClient(overWire);
    await (await client.signIn(role)).body?.cancel();
    for (const route of signOutLast) {
      const expected = mayEnter(role, route.access);
      assertEquals(await isLetIn(client, route), expected, `${role}: ${route.key}`);
    }
  }
  await server.stop();
  await fixture.spawn.drain();
});

Deno.test("the router knows the lines of the table and no others", async () => {
  const fixture = await createFixture();
  const { web } = openClient(fixture);
  assertEquals(web.routes(), Object.keys(ROUTES));
  web.close();
});

Deno.test("every route keeps strangers out, but for the few that are for anyone", async () => {
  const fixture = await createFixture();
  const client = openClient(fixture);
  const open = [];
  for (const route of routes) {
    await fixture.clock.advance(1_000);
    if (await isLetIn(client, route)) open.push(route.key);
  }
  assertEquals(open, [
    "GET /healthz",
    "GET /readyz",
    "GET /assets/:version/:file",
    "GET /sign-in",
    "POST /language",
  ]);
  client.web.close();
});

Deno.test("the admin token opens every route but those about a person's own account", async () => {
  const fixture = await createFixture();
  const client = openClient(fixture);
  const bearer: Client = {
    ...client,
    get: (path) => client.send(path, { headers: { authorization: `Bearer ${FIXTURE_TOKEN}` } }),
    send: (path, request) =>
      client.send(path, {
        ...request,
        headers: { ...request?.headers, authorization: `Bearer ${FIXTURE_TOKEN}` },
      }),
  };
  // Forms carry a session's token, which a script does not have; it has the API.
  const forScripts = routes.filter(({ method, path }) => method === "GET" || path.includes("api"));
  for (const route of forScripts) {
    assertEquals(await isLetIn(bearer, route), !isForPeople(route.access), route.key);
  }
  client.web.close();
});

Deno.test("what changes something needs at least an operator, and adopting, rebinding, security, configuration, firmware, believing a meter and testing a rotation an installer, any message and a test alert an admin", () => {
  const changing = listRoutes().filter(({ method, access }) =>
    method !== "GET" && access !== "anyone" && !isForPeople(access)
  );
  assertEquals(changing.length > 20, true);
  for (const { key, access } of changing) {
    const needed: Role | Access = /\/message$/.test(key)
      ? "admin-carefully"
      : /\/firmware\/orders|\/firmware-orders|campaigns\/:id\/state$/.test(key)
      ? "operator"
      : /\/firmware|campaigns/.test(key)
      ? "installer"
      : /\/(adopt|rebind|security|believe|configuration(\/read)?|rotation-test(\/end)?)$/.test(key)
      ? "installer"
      // Whoever may have messages sent in the site's name.
      : /\/alerts\/test$/.test(key)
      ? "admin"
      : "operator";
    assertEquals(access, needed, key);
  }
  for (const key of ["GET /api/v1/messages", "GET /api/v1/tokens", "GET /tokens"] as const) {
    assertEquals(ROUTES[key], "operator");
  }
});

Deno.test("what is about accounts and tokens is for an administrator who has just shown who it is", () => {
  const delicate = listRoutes().filter(({ path }) => /^\/(users|api-tokens|settings)/.test(path));
  assertEquals(delicate.length, 14);
  for (const { key, access } of delicate) assertEquals(access, "admin-proved", key);
  for (const key of ["GET /chargers/:id/security", "POST /chargers/:id/security"] as const) {
    assertEquals(ROUTES[key], "installer-proved");
  }
  for (const key of ["GET /chargers/:id/message", "POST /chargers/:id/message"] as const) {
    assertEquals(ROUTES[key], "admin-proved");
  }
  // A script of an admin may have it too.
  assertEquals(ROUTES["GET /api/v1/support-bundle"], "admin-carefully");
  for (const key of ["GET /audit", "GET /api/v1/audit"] as const) {
    assertEquals(ROUTES[key], "admin");
  }
});

Deno.test("metrics are for viewers, and for this machine without signing in", async () => {
  const fixture = await createFixture();
  const client = openClient(fixture);
  for (
    const [from, status] of [
      [CLIENT_ADDRESS, 401],
      ["127.0.0.1", 200],
      ["::1", 200],
      ["::ffff:127.0.0.1", 200],
      ["128.0.0.1", 401],
      ["", 401],
    ] as const
  ) {
    const response = await client.send("/metrics", { from });
    await response.body?.cancel();
    assertEquals(response.status, status, from);
  }
  // Everything else asks this machine for a sign-in too.
  assertEquals((await client.send("/api/v1/site", { from: "127.0.0.1" })).status, 401);
});

Deno.test("methodsOf() finds the methods of a path, with parameters", () => {
  assertEquals(methodsOf("/api/v1/site"), ["GET"]);
  assertEquals(methodsOf("/api/v1/tokens/04A1"), ["GET", "PUT", "DELETE"]);
  assertEquals(methodsOf("/api/v1/tokens/"), []);
  assertEquals(methodsOf("/api/v1/nothing"), []);
});
