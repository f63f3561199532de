import { assert, assertEquals, assertMatch } from "@std/assert";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { TLSSocket } from "node:tls";
import { createServer as createTcpServer, type Socket } from "node:net";
import { once } from "node:events";
// @ts-types="@types/ws"
import { type WebSocket, WebSocketServer } from "ws";
import { DAY_MS, testAuthority, type TestPair } from "../../test/support/certificates.ts";
import { addressOf, createWebSocketDialer } from "./dial_io.ts";
import type { CsmsTls, DialOutcome, DialRequest } from "./ports.ts";

const REQUEST: Omit<DialRequest, "url"> = {
  identity: "PUNE 1",
  password: "secret",
  protocols: ["ocpp1.6"],
  compression: true,
  timeoutMs: 5_000,
};

const NEVER = new AbortController().signal;

interface FakeCsms {
  readonly url: string;
  readonly requests: IncomingMessage[];
  /** The newest connection. */
  connection(): WebSocket;
}

interface CsmsFacts {
  readonly protocol: string | false;
  readonly deflate: boolean;
  /** Called for each new connection in the turn in which it opens. */
  readonly onOpen: (socket: WebSocket) => void;
}

/** A CSMS that takes everybody. */
async function withCsms(
  during: (csms: FakeCsms) => Promise<void>,
  facts: Partial<CsmsFacts> = {},
): Promise<void> {
  const { protocol = "ocpp1.6", deflate = false, onOpen = () => {} } = facts;
  const sockets: WebSocket[] = [];
  const requests: IncomingMessage[] = [];
  const server = createServer();
  const webSockets = new WebSocketServer({
    server,
    perMessageDeflate: deflate,
    handleProtocols: () => protocol,
  });
  webSockets.on("connection", (socket, request) => {
    sockets.push(socket);
    requests.push(request);
    onOpen(socket);
  });
  const url = await listening(server);
  try {
    await during({
      url,
      requests,
      connection() {
        const socket = sockets.at(-1);
        if (socket === undefined) throw new Error("Nobody is connected");
        return socket;
      },
    });
  } finally {
    for (const socket of sockets) socket.terminate();
    webSockets.close();
    await closed(server);
  }
}

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `ws://127.0.0.1:${address.port}/ocpp`;
}

function closed(server: Server | ReturnType<typeof createTcpServer>): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** A web server that is no CSMS. */
async function withHttp(
  answer: (response: ServerResponse) => void,
  during: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer((_request, response) => answer(response));
  const url = await listening(server);
  try {
    await during(url);
  } finally {
    await closed(server);
  }
}

function dial(url: string, facts: Partial<DialRequest> = {}, signal = NEVER): Promise<DialOutcome> {
  return createWebSocketDialer().dial({ ...REQUEST, url, ...facts }, signal);
}

/** The open socket; fails where there is none. */
async function open(url: string, facts: Partial<DialRequest> = {}) {
  const outcome = await dial(url, facts);
  if (outcome.kind !== "open") throw new Error(outcome.reason);
  return outcome;
}

// Opening

Deno.test("the dialer connects with identity, password and versions as OCPP-J wants them", async () => {
  await withCsms(async ({ url, requests, connection }) => {
    const { protocol } = await open(url, { protocols: ["ocpp2.0.1", "ocpp1.6"] });
    assertEquals(protocol, "ocpp1.6");
    const [request] = requests;
    assertEquals(request?.url, "/ocpp/PUNE%201");
    assertEquals(request?.headers["sec-websocket-protocol"], "ocpp2.0.1,ocpp1.6");
    assertEquals(request?.headers.authorization, `Basic ${btoa("PUNE 1:secret")}`);
    connection().terminate();
  });
});

Deno.test("the dialer shows no password to a CSMS that asks for none", async () => {
  await withCsms(async ({ url, requests }) => {
    await open(url, { password: null });
    assertEquals(requests[0]?.headers.authorization, undefined);
  });
});

const ADDRESSES: readonly (readonly [url: string, identity: string, address: string])[] = [
  ["wss://csms.example.com/ocpp", "P1", "wss://csms.example.com/ocpp/P1"],
  ["wss://csms.example.com/ocpp//", "P1", "wss://csms.example.com/ocpp/P1"],
  ["ws://10.0.0.1:80", "A/B:C %", "ws://10.0.0.1:80/A%2FB%3AC%20%25"],
];

for (const [url, identity, address] of ADDRESSES) {
  Deno.test(`addressOf() puts ${identity} behind ${url}`, () => {
    assertEquals(addressOf(url, identity), address);
  });
}

Deno.test("texts go both ways, also one that the CSMS sends in the moment in which it opens", async () => {
  await withCsms(async ({ url, connection }) => {
    const { socket } = await open(url);
    const first = Promise.withResolvers<string>();
    const ended = Promise.withResolvers<string>();
    socket.listen({
      message: first.resolve,
      alive: () => {},
      closed: (code, reason) => ended.resolve(`${code} ${reason}`),
    });
    assertEquals(await first.promise, "at once");
    const heard = once(connection(), "message");
    socket.send("hello");
    assertEquals(String((await heard)[0]), "hello");
    connection().close(1012, "update");
    assertEquals(await ended.promise, "1012 update");
  }, { onOpen: (socket) => socket.send("at once") });
});

Deno.test("compression is negotiated where the CSMS offers it, and can be left out (ruling 14)", async () => {
  await withCsms(async ({ url, connection }) => {
    await open(url);
    assert(connection().extensions.includes("permessage-deflate"));
    await open(url, { compression: false });
    assertEquals(connection().extensions, "");
  }, { deflate: true });
});

Deno.test("a frame above 1 MiB is the end with 1009 (ruling 15)", async () => {
  await withCsms(async ({ url, connection }) => {
    const { socket } = await open(url);
    const texts: number[] = [];
    socket.listen({
      message: (text) => texts.push(text.length),
      alive: () => {},
      closed: () => {},
    });
    const ended = once(connection(), "close");
    connection().send("x".repeat(1_048_576));
    connection().send("x".repeat(1_048_577));
    assertEquals((await ended)[0], 1009);
    assertEquals(texts, [1_048_576]);
  });
});

// What goes wrong

for (const status of [401, 404, 503]) {
  Deno.test(`HTTP ${status} instead of an upgrade is told as such`, async () => {
    await withHttp((response) => response.writeHead(status).end("no"), async (url) => {
      assertEquals(await dial(url), {
        kind: "failed",
        reason: `HTTP ${status}`,
        httpStatus: status,
      });
    });
  });
}

Deno.test("a redirection is not followed: the password is for the address in site.yaml", async () => {
  await withCsms(async ({ url: elsewhere, requests }) => {
    await withHttp(
      (response) => response.writeHead(302, { location: elsewhere.replace("ws:", "http:") }).end(),
      async (url) => assertEquals((await dial(url)).kind, "failed"),
    );
    assertEquals(requests, []);
  });
});

Deno.test("nobody at the address is told in words for a person", async () => {
  const server = createTcpServer();
  const url = await listening(server);
  await closed(server);
  assertEquals(await dial(url), {
    kind: "failed",
    reason: "connection refused",
    httpStatus: null,
  });
});

for (const url of ["ws://csms.example.com/ocpp#top", "ftp://csms.example.com", "no address"]) {
  Deno.test(`"${url}" fails as an attempt like any other`, async () => {
    const outcome = await dial(url);
    assertEquals([outcome.kind, outcome.kind === "failed" && outcome.httpStatus], ["failed", null]);
  });
}

Deno.test("a CSMS that takes the connection and says nothing costs no more than the time-out", async () => {
  const held: Socket[] = [];
  const server = createTcpServer((socket) => {
    held.push(socket);
    socket.on("error", () => {});
  });
  const url = await listening(server);
  const outcome = await dial(url, { timeoutMs: 100 });
  assertEquals(outcome.kind, "failed");
  for (const socket of held) socket.destroy();
  await closed(server);
});

// Stopping

Deno.test("an attempt that is called off ends at once, before and during the handshake", async () => {
  const held: Socket[] = [];
  const server = createTcpServer((socket) => {
    held.push(socket);
    socket.on("error", () => {});
  });
  const url = await listening(server);
  const stopped = { kind: "failed", reason: "stopped", httpStatus: null } as const;
  assertEquals(await dial(url, {}, AbortSignal.abort()), stopped);
  const stop = new AbortController();
  const attempt = dial(url, {}, stop.signal);
  await once(server, "connection");
  stop.abort();
  assertEquals(await attempt, stopped);
  assertEquals(held.length, 1);
  for (const socket of held) socket.destroy();
  await closed(server);
});

Deno.test("a connection that stands is not touched when the attempts are called off", async () => {
  await withCsms(async ({ url, connection }) => {
    const stop = new AbortController();
    const outcome = await createWebSocketDialer().dial({ ...REQUEST, url }, stop.signal);
    stop.abort();
    assertEquals(outcome.kind, "open");
    if (outcome.kind !== "open") return;
    const heard = once(connection(), "message");
    outcome.socket.send("still here");
    assertEquals(String((await heard)[0]), "still here");
  });
});

// Certificates

/** A CSMS with TLS that asks for a certificate; resolves with the name in it, or null. */
async function withTls(
  server: TestPair,
  during: (url: string, shown: () => readonly (string | null)[]) => Promise<void>,
): Promise<void> {
  const names: (string | null)[] = [];
  const https = createTlsServer({ ...server, requestCert: true, rejectUnauthorized: false });
  const webSockets = new WebSocketServer({ server: https, handleProtocols: () => "ocpp1.6" });
  webSockets.on("connection", (socket, { socket: below }) => {
    const certificate = below instanceof TLSSocket ? below.getPeerCertificate() : null;
    names.push(typeof certificate?.subject?.CN === "string" ? certificate.subject.CN : null);
    socket.close();
  });
  const url = (await listening(https)).replace("ws://127.0.0.1", "wss://localhost");
  try {
    await during(url, () => names);
  } finally {
    webSockets.close();
    await closed(https);
  }
}

const OPERATORS = await testAuthority("operators");
const STRANGERS = await testAuthority("strangers");

async function reasonAt(url: string, tls: Partial<CsmsTls>): Promise<string> {
  const outcome = await dial(url, { tls: { ca: null, moreCa: [], own: null, ...tls } });
  if (outcome.kind === "open") {
    outcome.socket.terminate();
    return "open";
  }
  assert(outcome.isCertificateWrong === true, outcome.reason);
  return outcome.reason;
}

Deno.test("the dialer takes a CSMS whose root site.yaml names, or the CSMS has installed before", async () => {
  await withTls(await OPERATORS.issue("csms"), async (url, shown) => {
    assertEquals(await reasonAt(url, { ca: OPERATORS.cert }), "open");
    assertEquals(await reasonAt(url, { moreCa: [STRANGERS.cert, OPERATORS.cert] }), "open");
    assertEquals(await reasonAt(url, { ca: STRANGERS.cert, moreCa: [OPERATORS.cert] }), "open");
    assertEquals(shown(), [null, null, null]);
  });
});

Deno.test("the dialer shows its certificate where the CSMS asks for one (security profile 3)", async () => {
  await withTls(await OPERATORS.issue("csms"), async (url, shown) => {
    const own = await OPERATORS.issue("PUNE-1");
    assertEquals(await reasonAt(url, { ca: OPERATORS.cert, own }), "open");
    assertEquals(shown(), ["PUNE-1"]);
  });
});

Deno.test("the dialer says what is wrong with the certificate of a CSMS, and does not connect", async () => {
  const past = { notAfter: new Date(Date.now() - 60_000) };
  const future = { notBefore: new Date(Date.now() + DAY_MS / 2) };
  const servers: readonly [TestPair, ca: string | null, reason: RegExp][] = [
    [await OPERATORS.issue("csms"), STRANGERS.cert, /issuer is not known/],
    [await OPERATORS.issue("csms"), null, /issuer is not known/],
    [await OPERATORS.issue("csms", past), OPERATORS.cert, /expired|not valid now/],
    [await OPERATORS.issue("csms", future), OPERATORS.cert, /not yet valid|not valid now/],
  ];
  for (const [server, ca, reason] of servers) {
    await withTls(server, async (url, shown) => {
      assertMatch(await reasonAt(url, { ca }), reason);
      assertEquals(shown(), []);
    });
  }
  await withTls(await OPERATORS.issue("csms"), async (url) => {
    const elsewhere = url.replace("localhost", "[::ffff:127.0.0.1]");
    assertMatch(await reasonAt(elsewhere, { ca: OPERATORS.cert }), /another name/);
  });
});
