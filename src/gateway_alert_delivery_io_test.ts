import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createAlertDelivery, webhookSignature } from "./gateway_alert_delivery_io.ts";
import { assume } from "./lib/assert.ts";
import { openPost } from "../test/support/post_server.ts";

const CLOCK = { wallMs: () => Date.UTC(2026, 0, 5, 6, 0, 0, 900) };
const LETTER = {
  id: "office-7",
  subject: "Pune Depot: Alarm: Earth fault (CP1, slot 1)",
  text: "Alarm\n",
  json: '{"version":1,"id":"office-7","note":"पृथ्वी"}',
};
const live = () => new AbortController().signal;

/** A receiver of webhooks that answers the same to all. */
function serveHook(answer: () => Response | Promise<Response>) {
  const heard: { readonly path: string; readonly headers: Headers; readonly body: string }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    heard.push({
      path: `${request.method} ${pathname}${search}`,
      headers: request.headers,
      body: await request.text(),
    });
    return await answer();
  });
  const { port } = server.addr;
  return {
    heard,
    port,
    address: {
      kind: "webhook",
      url: `http://127.0.0.1:${port}/hook?key=7f3a`,
      secret: "a secret of sixteen letters",
      isInternal: true,
    } as const,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("a webhook gets JSON with a signature that fits its time and its bytes, and the id of the message", async () => {
  await using hook = serveHook(() => new Response(null, { status: 204 }));
  await createAlertDelivery(null, CLOCK)(hook.address, LETTER, live());
  const [heard] = hook.heard;
  assume(heard !== undefined, "nothing was heard");
  assertEquals(heard.path, "POST /hook?key=7f3a");
  assertEquals(heard.body, LETTER.json);
  assertEquals(heard.headers.get("content-type"), "application/json; charset=utf-8");
  assertEquals(heard.headers.get("sangam-delivery"), "office-7");
  assertEquals(heard.headers.get("sangam-timestamp"), "1767592800");
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode("a secret of sixteen letters"),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["verify"],
  );
  const signature = heard.headers.get("sangam-signature")?.replace("sha256=", "") ?? "";
  const signed = new TextEncoder().encode(`1767592800.${heard.body}`);
  assert(await crypto.subtle.verify("HMAC", key, Uint8Array.fromHex(signature), signed));
  assert(signature !== webhookSignature("a secret of sixteen letters", "1767592801", heard.body));
});

Deno.test("without a secret nothing is signed", async () => {
  await using hook = serveHook(() => new Response("ok"));
  await createAlertDelivery(null, CLOCK)({ ...hook.address, secret: null }, LETTER, live());
  assertEquals(hook.heard[0]?.headers.has("sangam-signature"), false);
});

Deno.test("a redirect is not followed, a no is a no, and no reason tells the address", async () => {
  await using hook = serveHook(() => new Response(null, { status: 503 }));
  const deliver = createAlertDelivery(null, CLOCK);
  const no = await assertRejects(() => deliver(hook.address, LETTER, live()), Error);
  assertEquals(no.message, "127.0.0.1 answers HTTP 503");
  await using elsewhere = serveHook(() =>
    new Response(null, { status: 307, headers: { location: hook.address.url } })
  );
  const away = await assertRejects(() => deliver(elsewhere.address, LETTER, live()), Error);
  assertStringIncludes(away.message, "points elsewhere (HTTP 307)");
  assertEquals(hook.heard.length, 1);
  const nobody = { ...hook.address, url: "http://127.0.0.1:1/hook?key=7f3a" };
  const silent = await assertRejects(() => deliver(nobody, LETTER, live()), Error);
  assertEquals(silent.message, "127.0.0.1:1 refuses the connection");
});

Deno.test("networks of one's own are refused where the rule does not say so, by whatever name", async () => {
  await using hook = serveHook(() => new Response("ok"));
  const outside = { ...hook.address, isInternal: false };
  const addresses: [url: string, means: string][] = [
    [`https://127.0.0.1:${hook.port}/`, "127.0.0.1"],
    [`https://0x7f.1:${hook.port}/`, "127.0.0.1"],
    [`https://[::1]:${hook.port}/`, "::1"],
    [`https://[::ffff:127.0.0.1]:${hook.port}/`, "127.0.0.1"],
    [`https://localhost:${hook.port}/`, "127.0.0.1"],
    [`https://hooks.example.com:${hook.port}/`, "127.0.0.1"],
    [`https://hooks.example.com:${hook.port}/`, "10.0.0.7"],
    [`https://hooks.example.com:${hook.port}/`, "169.254.169.254"],
    [`http://hooks.example.com:${hook.port}/`, "203.0.113.7"],
    [`https://me:secret@hooks.example.com:${hook.port}/`, "203.0.113.7"],
    ["file:///etc/passwd", "127.0.0.1"],
  ];
  for (const [url, means] of addresses) {
    const deliver = createAlertDelivery(null, CLOCK, { resolve: () => Promise.resolve([means]) });
    await assertRejects(() => deliver({ ...outside, url }, LETTER, live()), Error, undefined, url);
  }
  // A name that is said to be internal stands for a network of one's own, and never for this machine.
  const named = { ...hook.address, url: `http://hooks.lan:${hook.port}/` };
  const deliver = createAlertDelivery(null, CLOCK, {
    resolve: () => Promise.resolve(["127.0.0.1"]),
  });
  await assertRejects(() => deliver(named, LETTER, live()), Error);
  assertEquals(hook.heard.length, 0);
});

Deno.test("who ends it does not wait for a receiver that says nothing", async () => {
  const waiting = Promise.withResolvers<Response>();
  await using hook = serveHook(() => waiting.promise);
  const ending = new AbortController();
  const sending = createAlertDelivery(null, CLOCK)(hook.address, LETTER, ending.signal);
  const rejected = assertRejects(() => sending);
  ending.abort();
  await rejected;
  waiting.resolve(new Response("late"));
});

Deno.test("an alert goes by mail with its words, and a mark by which a second one is known", async () => {
  await using post = openPost();
  const to = { kind: "email", recipients: ["electrician@example.com"] } as const;
  await createAlertDelivery(post.options, CLOCK)(to, LETTER, live());
  const said = post.lines.join("\n");
  assertStringIncludes(said, "RCPT TO:<electrician@example.com>");
  assertStringIncludes(said, "Message-ID: <alert-office-7@pune.example.com>");
  assertStringIncludes(said, "Subject: Pune Depot: Alarm: Earth fault (CP1, slot 1)");
  await assertRejects(() => createAlertDelivery(null, CLOCK)(to, LETTER, live()));
});
