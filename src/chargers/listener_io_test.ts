import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect as connectTcp } from "node:net";
import { once } from "node:events";
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import type { FrameSocket } from "../ocpp/mod.ts";
import { type Admission, admit, type Knock } from "./admission.ts";
import type { Doorkeeper } from "./listener.ts";
import { createTcpListener } from "./listener_io.ts";
import type { ListenerOptions } from "./options.ts";

const OPTIONS: ListenerOptions = {
  host: "127.0.0.1",
  port: 0,
  path: "/ocpp",
  securityProfile: 1,
  compression: true,
  tls: null,
};

/** What a listener's doorkeeper saw: every knock, and the socket of who came in. */
interface Door {
  readonly knocks: Knock[];
  readonly entered: { readonly admission: Admission; readonly socket: FrameSocket }[];
  readonly texts: string[];
  readonly closed: string[];
  /** Resolves when the door has seen one more of what it counts. */
  next(what: "text" | "closed"): Promise<string>;
}

/** Listens on a free port; CP1 and "Scame Wallbox" are known by the password "secret". */
async function withListener(
  during: (url: string, door: Door) => Promise<void>,
  facts: { readonly options?: Partial<ListenerOptions>; readonly handshakeMs?: number } = {},
): Promise<void> {
  const options = { ...OPTIONS, ...facts.options };
  const waiting = {
    text: Promise.withResolvers<string>(),
    closed: Promise.withResolvers<string>(),
  };
  const door: Door = {
    knocks: [],
    entered: [],
    texts: [],
    closed: [],
    next: (what) => waiting[what].promise,
  };
  function tell(what: "text" | "closed", value: string): void {
    waiting[what].resolve(value);
    waiting[what] = Promise.withResolvers();
  }
  const doorkeeper: Doorkeeper = {
    knock(knock) {
      door.knocks.push(knock);
      return admit(
        knock,
        options,
        ["ocpp1.6"],
        {
          standing: (id) =>
            id === "CP1" || id === "Scame Wallbox"
              ? { kind: "known", proof: { kind: "password", password: "secret" } }
              : { kind: "unknown" },
          certificateProblem: () => null,
        },
      );
    },
    enter(socket, admission) {
      door.entered.push({ admission, socket });
      socket.listen({
        message(text) {
          door.texts.push(text);
          tell("text", text);
          socket.send(text);
        },
        alive: () => {},
        closed: (code, reason) => {
          door.closed.push(`${code} ${reason}`.trim());
          tell("closed", `${code} ${reason}`.trim());
        },
      });
    },
  };
  const listener = createTcpListener(options, () => {}, facts.handshakeMs);
  const { port } = await listener.start(doorkeeper);
  try {
    await during(`ws://127.0.0.1:${port}`, door);
  } finally {
    await listener.stop();
  }
}

interface Client {
  readonly protocol: string;
  readonly extensions: string;
  readonly socket: WebSocket;
  /** The code with which the listener closed. */
  readonly closed: Promise<number>;
  message(): Promise<string>;
  close(): Promise<void>;
}

const basic = (identity: string, password = "secret") => ({
  authorization: `Basic ${btoa(`${identity}:${password}`)}`,
});

/** Connects as a charger does; rejects with "HTTP 404" and the like. */
async function dial(
  url: string,
  { protocols = ["ocpp1.6"], headers = basic("CP1"), deflate = false }: {
    readonly protocols?: string[];
    readonly headers?: Record<string, string>;
    readonly deflate?: boolean;
  } = {},
): Promise<Client> {
  const socket = new WebSocket(url, protocols, { headers, perMessageDeflate: deflate });
  const closed = new Promise<number>((resolve) => socket.on("close", resolve));
  await new Promise<void>((resolve, reject) => {
    socket.on("open", resolve);
    socket.on("error", reject);
    socket.on("unexpected-response", (request, response) => {
      request.destroy();
      reject(new Error(`HTTP ${response.statusCode}`));
    });
  });
  return {
    protocol: socket.protocol,
    extensions: socket.extensions,
    socket,
    closed,
    message: async () => String((await once(socket, "message"))[0]),
    async close() {
      socket.close(1001, "");
      await closed;
    },
  };
}

/**
 * Says a handshake by hand and returns all that came back until the listener ended the connection, or
 * until `enough` came.
 */
async function speakHttp(url: string, head: readonly string[], enough?: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connectTcp(Number(port), hostname);
  let heard = "";
  socket.on("data", (bytes) => {
    heard += bytes.toString("latin1");
    if (enough !== undefined && heard.includes(enough)) socket.destroy();
  });
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write(head.join("\r\n"));
  await once(socket, "close");
  return heard;
}

const upgrade = (path: string, more: readonly string[] = []) => [
  `GET ${path} HTTP/1.1`,
  "Host: gateway",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  `Authorization: ${basic("CP1").authorization}`,
  ...more,
  "",
  "",
];

// Subprotocols

Deno.test("the listener answers with the first version of the charger that it speaks", async () => {
  await withListener(async (url, door) => {
    const charger = await dial(`${url}/ocpp/CP1`, { protocols: ["ocpp2.0.1", "ocpp1.6"] });
    assertEquals(charger.protocol, "ocpp1.6");
    assertEquals(door.knocks[0]?.protocols, ["ocpp2.0.1", "ocpp1.6"]);
    await charger.close();
  });
});

Deno.test("a charger that names no version is answered without one, and taken for 1.6 (quirk 1)", async () => {
  await withListener(async (url, door) => {
    const charger = await dial(`${url}/ocpp/CP1`, { protocols: [] });
    assertEquals(charger.protocol, "");
    assertEquals(door.entered[0]?.admission.kind, "admit");
    await charger.close();
  });
});

Deno.test("a charger without a common version gets its handshake without subprotocol, then a close (OCPP-J)", async () => {
  await withListener(async (url, door) => {
    const head15 = upgrade("/ocpp/CP1", ["Sec-WebSocket-Protocol: ocpp1.5"]);
    // A close frame, unmasked, with code 1002.
    const close = "\x88\x18\x03\xeano common OCPP version";
    const heard = await speakHttp(url, head15, close);
    const [head = "", frames = ""] = heard.split("\r\n\r\n");
    assert(head.startsWith("HTTP/1.1 101 "), head);
    assert(!/sec-websocket-protocol/i.test(head), head);
    assertEquals(frames, close);
    assertEquals(door.entered, []);
  });
});

// Who is turned away, before any upgrade

const TURNED_AWAY: readonly (readonly [
  what: string,
  path: string,
  headers: Record<string, string>,
  status: string,
])[] = [
  ["an unknown identity", "/ocpp/CP9", basic("CP9"), "HTTP 404"],
  ["a path without identity", "/ocpp/", basic("CP1"), "HTTP 404"],
  ["a wrong password", "/ocpp/CP1", basic("CP1", "guess"), "HTTP 401"],
  ["no password", "/ocpp/CP1", {}, "HTTP 401"],
];

for (const [what, path, headers, status] of TURNED_AWAY) {
  Deno.test(`the listener says ${status} to ${what} and upgrades nothing`, async () => {
    await withListener(async (url, door) => {
      await assertRejects(() => dial(`${url}${path}`, { headers }), Error, status);
      assertEquals(door.entered, []);
    });
  });
}

Deno.test("the listener asks for Basic credentials where it says 401, and closes", async () => {
  await withListener(async (url) => {
    const head = upgrade("/ocpp/CP1").filter((line) => !line.startsWith("Authorization"));
    const heard = await speakHttp(url, head);
    assert(heard.startsWith("HTTP/1.1 401 Unauthorized\r\n"), heard);
    assert(heard.includes('WWW-Authenticate: Basic realm="OCPP"\r\n'), heard);
    assert(heard.includes("Connection: close\r\n"), heard);
  });
});

Deno.test("the listener tells a browser that chargers wait here, and closes", async () => {
  await withListener(async (url) => {
    const heard = await speakHttp(url, ["GET /ocpp/CP1 HTTP/1.1", "Host: gateway", "", ""]);
    assert(heard.startsWith("HTTP/1.1 426 "), heard);
  });
});

Deno.test("the listener refuses headers that are larger than any charger's", async () => {
  await withListener(async (url, door) => {
    const heard = await speakHttp(url, upgrade("/ocpp/CP1", [`X: ${"a".repeat(10_000)}`]));
    assert(!heard.startsWith("HTTP/1.1 101"), heard);
    assertEquals(door.knocks, []);
  });
});

// Paths (quirks 4 and 5)

const PATHS = [
  "//ocpp//CP1",
  "/ocpp/CP1/",
  "/ocpp/CP1/CP1",
  "/ws://127.0.0.1/ocpp/CP1",
  "/CP1",
  "/ocpp/%43P1",
];

for (const path of PATHS) {
  Deno.test(`the listener finds CP1 in ${path}`, async () => {
    await withListener(async (url) => {
      const charger = await dial(`${url}${path}`);
      assertEquals(charger.protocol, "ocpp1.6");
      await charger.close();
    });
  });
}

Deno.test("the listener decodes an identity with a blank and compares it with the user name", async () => {
  await withListener(async (url) => {
    const headers = basic("Scame Wallbox");
    const charger = await dial(`${url}/ocpp/Scame%20Wallbox`, { headers });
    await charger.close();
  });
});

// Frames

Deno.test("texts go both ways, and a close arrives with its code and reason", async () => {
  await withListener(async (url, door) => {
    const charger = await dial(`${url}/ocpp/CP1`);
    const echo = charger.message();
    charger.socket.send('[2,"1","Heartbeat",{}]');
    assertEquals(await echo, '[2,"1","Heartbeat",{}]');
    const closed = door.next("closed");
    charger.socket.close(1001, "bye");
    assertEquals(await closed, "1001 bye");
  });
});

Deno.test("a frame of 64 KiB arrives, and one byte more is the end with 1009 (ruling 15)", async () => {
  await withListener(async (url, door) => {
    const charger = await dial(`${url}/ocpp/CP1`);
    const arrived = door.next("text");
    charger.socket.send("x".repeat(65_536));
    assertEquals((await arrived).length, 65_536);
    charger.socket.send("x".repeat(65_537));
    assertEquals(await charger.closed, 1009);
    assertEquals(door.texts.length, 1);
  });
});

Deno.test("a frame that is small until it is inflated is measured after that (ruling 14)", async () => {
  await withListener(async (url, door) => {
    const charger = await dial(`${url}/ocpp/CP1`, { deflate: true });
    charger.socket.send("x".repeat(1_000_000));
    assertEquals(await charger.closed, 1009);
    assertEquals(door.texts, []);
  });
});

Deno.test("a binary frame is the end with 1003: OCPP-J is text", async () => {
  await withListener(async (url, door) => {
    const charger = await dial(`${url}/ocpp/CP1`);
    charger.socket.send(new Uint8Array([1, 2, 3]));
    assertEquals(await charger.closed, 1003);
    assertEquals(door.texts, []);
  });
});

Deno.test("compression is negotiated without context take-over where the charger offers it (ruling 14)", async () => {
  await withListener(async (url) => {
    const charger = await dial(`${url}/ocpp/CP1`, { deflate: true });
    assert(charger.extensions.includes("permessage-deflate"), charger.extensions);
    const echo = charger.message();
    const long = JSON.stringify([2, "1", "DataTransfer", { data: "abc".repeat(2_000) }]);
    charger.socket.send(long);
    assertEquals(await echo, long);
    await charger.close();
  });
});

Deno.test("compression is left out where the charger does not offer it, or the listener is told not to", async () => {
  await withListener(async (url) => {
    const charger = await dial(`${url}/ocpp/CP1`);
    assertEquals(charger.extensions, "");
    await charger.close();
  });
  await withListener(async (url) => {
    const charger = await dial(`${url}/ocpp/CP1`, { deflate: true });
    assertEquals(charger.extensions, "");
    await charger.close();
  }, { options: { compression: false } });
});

// Patience

const SLOW: readonly (readonly [what: string, head: readonly string[]])[] = [
  ["says nothing at all", []],
  ["never ends its headers", ["GET /ocpp/CP1 HTTP/1.1", "Host: gateway", ""]],
];

for (const [what, head] of SLOW) {
  Deno.test(`who ${what} is cut off when his time is over`, async () => {
    await withListener(async (url, door) => {
      const heard = await speakHttp(url, head);
      assert(!heard.startsWith("HTTP/1.1 101"), heard);
      assertEquals(door.knocks, []);
    }, { handshakeMs: 100 });
  });
}

// Start and stop

Deno.test("start() fails where the port is taken", async () => {
  await withListener(async (url) => {
    const port = Number(new URL(url).port);
    const second = createTcpListener({ ...OPTIONS, port }, () => {});
    const doorkeeper: Doorkeeper = {
      knock: () => ({ kind: "refuse", status: 404, chargerId: null, reason: "unknown identity" }),
      enter: () => {},
    };
    await assertRejects(() => second.start(doorkeeper), Error, "EADDRINUSE");
    await second.stop();
  });
});

Deno.test("after stop() nobody can connect any more, and nothing of the listener is left running", async () => {
  let url = "";
  let charger: Client | null = null;
  await withListener(async (at, door) => {
    url = at;
    charger = await dial(`${url}/ocpp/CP1`);
    door.entered[0]?.socket.close(1012, "gateway restarts");
    assertEquals(await charger.closed, 1012);
  });
  await assertRejects(() => dial(`${url}/ocpp/CP1`), Error, "ECONNREFUSED");
});
