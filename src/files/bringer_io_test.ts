import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { makeTestCertificates } from "../../test/support/mosquitto.ts";
import { noise, serveWebFor } from "./_servers_for_test.ts";
import { createBringer } from "./bringer_io.ts";
import { addressesOf, createFileCounter, type Ticket } from "./counter.ts";
import { serveByFtp } from "./ftp_counter_io.ts";

const CONTENT = noise(300_000);
const FILE = {
  name: "cp1.zip",
  bytes: CONTENT.length,
  async *read() {
    for (let at = 0; at < CONTENT.length; at += 50_000) {
      yield await Promise.resolve(CONTENT.subarray(at, Math.min(at + 50_000, CONTENT.length)));
    }
  },
};
const HOSTS = ["127.0.0.1", "localhost"];

function bringer(ca: string | null = null, hosts: readonly string[] = HOSTS) {
  return createBringer({
    rules: () => ({ schemes: ["https", "http", "ftps", "ftp", "sftp"], hosts }),
    ca: () => ca,
    idleMs: 3_000,
  });
}

const bring = (location: string, by = bringer()) =>
  by.bring(location, FILE, new AbortController().signal);

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of request) parts.push(chunk);
  return new Uint8Array(Buffer.concat(parts));
}

/** A place that takes what comes, and remembers it. */
function place(answer: (request: IncomingMessage) => number) {
  const taken: { readonly asked: string; readonly body: Uint8Array }[] = [];
  return {
    taken,
    async answer(request: IncomingMessage, response: ServerResponse) {
      const body = await bodyOf(request);
      const status = answer(request);
      if (status < 300) taken.push({ asked: `${request.method} ${request.url}`, body });
      response.writeHead(status).end();
    },
  };
}

async function withPlace(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  run: (url: string, asked: readonly string[]) => Promise<void>,
): Promise<void> {
  const server = await serveWebFor(answer);
  try {
    await run(`http://127.0.0.1:${server.port}`, server.asked);
  } finally {
    await server.stop();
  }
}

Deno.test("it is put where it is wanted: into a folder by its name, elsewhere as it is", async () => {
  const here = place(() => 201);
  await withPlace(here.answer, async (url) => {
    assertEquals(await bring(`${url}/logs/?site=1`), { kind: "ended" });
    assertEquals(await bring(`${url}/upload?signature=x`), { kind: "ended" });
    assertEquals(here.taken.map(({ asked }) => asked), [
      "PUT /logs/cp1.zip?site=1",
      "PUT /upload?signature=x",
    ]);
    for (const { body } of here.taken) assertEquals(body, CONTENT);
  });
});

Deno.test("a server without PUT gets it by POST; one that has neither does not support it", async () => {
  const here = place(({ method }) => method === "POST" ? 200 : 405);
  await withPlace(here.answer, async (url) => {
    assertEquals(await bring(`${url}/upload`), { kind: "ended" });
    assertEquals(here.taken.map(({ asked }) => asked), ["POST /upload"]);
  });
  await withPlace(place(() => 405).answer, async (url) => {
    const outcome = await bring(`${url}/upload`);
    assert(outcome.kind === "refused" && outcome.why === "NotSupportedOperation");
  });
});

Deno.test("a server that refuses is told apart from one that is busy, also where it answers before all has come", async () => {
  for (const [status, kind] of [[403, "refused"], [503, "broken"]] as const) {
    await withPlace((_request, response) => void response.writeHead(status).end(), async (url) => {
      const outcome = await bring(`${url}/upload`);
      assertEquals(outcome.kind, kind, `${status}`);
    });
  }
});

Deno.test("a redirect is looked at anew: not to where files may not go, and not round and round", async () => {
  const to = (location: string) => async (request: IncomingMessage, response: ServerResponse) => {
    await bodyOf(request);
    response.writeHead(307, { location }).end();
  };
  await withPlace(to("http://169.254.169.254/latest"), async (url) => {
    const outcome = await bring(`${url}/upload`);
    assert(outcome.kind === "refused" && outcome.reason.includes("169.254.169.254"));
  });
  await withPlace(to("/again"), async (url, asked) => {
    const outcome = await bring(`${url}/upload`);
    assert(outcome.kind === "refused" && outcome.why === "BadMessage");
    assertEquals(asked.length, 6);
  });
  const here = place(() => 200);
  await withPlace(here.answer, async (there) => {
    await withPlace(to(`${there}/there`), async (url) => {
      assertEquals(await bring(`${url}/upload`), { kind: "ended" });
      assertEquals(here.taken[0]?.body, CONTENT);
    });
  });
});

Deno.test("https under an authority of the site's; another authority gets nothing", async () => {
  const made = await makeTestCertificates();
  const here = place(() => 201);
  const server = await serveWebFor(here.answer, made);
  try {
    const location = `https://localhost:${server.port}/logs/`;
    assertEquals((await bring(location)).kind, "broken");
    assertEquals(here.taken.length, 0);
    assertEquals(await bring(location, bringer(made.ca)), { kind: "ended" });
    assertEquals(here.taken[0]?.body, CONTENT);
  } finally {
    await server.stop();
  }
});

Deno.test("it is stored by ftp; a wrong password is refused as such, and stands in no reason", async () => {
  const taken: { name: string; bytes: Uint8Array }[] = [];
  const inbox: Ticket = {
    kind: "bring",
    bytesMax: 1_000_000,
    open(name) {
      const parts: Uint8Array[] = [];
      return Promise.resolve({
        write: (chunk) => Promise.resolve(void parts.push(chunk.slice())),
        end() {
          taken.push({ name, bytes: new Uint8Array(Buffer.concat(parts)) });
          return Promise.resolve();
        },
        abort: () => Promise.resolve(),
      });
    },
  };
  const counter = createFileCounter();
  const secret = "0123456789abcdef".repeat(3);
  counter.offer(secret, inbox);
  const here = { host: "127.0.0.1", port: 0, idleMs: 3_000, passivePorts: null };
  const server = await serveByFtp(here, counter, () => {});
  try {
    const where = { address: "127.0.0.1", httpPort: null, isHttps: false, ftpPort: server.port };
    const { ftp } = addressesOf(where, secret, "");
    assertEquals(await bring(`${ftp}logs`), { kind: "ended" });
    assertEquals(taken.map(({ name }) => name), ["cp1.zip"]);
    assertEquals(taken[0]?.bytes, CONTENT);
    const outcome = await bring(`ftp://somebody:hunter2@127.0.0.1:${server.port}/`);
    const reason = `127.0.0.1:${server.port} answers FTP 530`;
    assertEquals(outcome, { kind: "refused", why: "PermissionDenied", reason });
  } finally {
    await server.stop();
  }
});

Deno.test("nobody there is a try that may work later; where files may not go they do not", async () => {
  const server = await serveWebFor(() => {});
  await server.stop();
  assertEquals((await bring(`http://127.0.0.1:${server.port}/`)).kind, "broken");
  for (const wrong of ["http://127.0.0.1/", "ftp://10.0.0.1/logs", "sftp://files.example.com/"]) {
    assertEquals((await bring(wrong, bringer(null, []))).kind, "refused", wrong);
  }
});
