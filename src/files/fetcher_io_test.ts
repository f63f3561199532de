import { assert, assertEquals } from "@std/assert";
import { makeTestCertificates } from "../../test/support/mosquitto.ts";
import { fileAnswer, memorySink, noise, serveWebFor } from "./_servers_for_test.ts";
import { type FileRules, resolvedProblem } from "./file_rules.ts";
import { createFetcher } from "./fetcher_io.ts";

const HERE: FileRules = { schemes: ["http", "https", "ftp"], hosts: ["127.0.0.1", "localhost"] };
const live = () => new AbortController().signal;

function fetcherWith(
  rules: FileRules,
  more: {
    readonly ca?: string;
    readonly bytesMax?: number;
    readonly resolve?: (host: string) => Promise<readonly string[]>;
  } = {},
) {
  const { ca = null, bytesMax = 1_000_000, resolve } = more;
  return createFetcher({
    rules: () => rules,
    ca: () => ca,
    idleMs: 2_000,
    bytesMax,
    ...(resolve === undefined ? {} : { resolve }),
  });
}

Deno.test("a file comes by http, byte by byte", async () => {
  const content = noise(300_000);
  const server = await serveWebFor(fileAnswer(content));
  const sink = memorySink();
  const outcome = await fetcherWith(HERE).fetch(
    `http://127.0.0.1:${server.port}/fw.bin?token=7`,
    sink,
    live(),
  );
  await server.stop();
  assertEquals(outcome, { kind: "ended" });
  assertEquals(sink.content(), content);
  assertEquals(server.asked, ["GET /fw.bin?token=7"]);
});

Deno.test("what was broken off goes on where it was, where the server still has the same file", async () => {
  const content = noise(300_000);
  const server = await serveWebFor(fileAnswer(content, { breakAfter: 100_000, breaks: 2 }));
  const fetcher = fetcherWith(HERE);
  const url = `http://127.0.0.1:${server.port}/fw.bin`;
  const sink = memorySink();
  const kinds = [];
  for (let turn = 0; turn < 3; turn++) kinds.push((await fetcher.fetch(url, sink, live())).kind);
  await server.stop();
  assertEquals(kinds, ["broken", "broken", "ended"]);
  assertEquals(sink.content(), content);
  assertEquals(server.asked.length, 3);
  assert(/ bytes=\d+-$/.test(server.asked[2] ?? ""), "only the rest was asked for");
});

Deno.test("where another file lies there meanwhile, it begins anew", async () => {
  const first = noise(200_000, 1);
  const second = noise(150_000, 2);
  let answer = fileAnswer(first, { breakAfter: 50_000, breaks: 1 });
  const server = await serveWebFor((request, response) => answer(request, response));
  const fetcher = fetcherWith(HERE);
  const url = `http://127.0.0.1:${server.port}/fw.bin`;
  const sink = memorySink();
  assertEquals((await fetcher.fetch(url, sink, live())).kind, "broken");
  answer = fileAnswer(second, { etag: '"two"' });
  assertEquals((await fetcher.fetch(url, sink, live())).kind, "ended");
  await server.stop();
  assertEquals(sink.content(), second);
});

Deno.test("https counts only with a certificate of a root that is known, and for its name", async () => {
  const made = await makeTestCertificates();
  const content = noise(70_000);
  const server = await serveWebFor(fileAnswer(content), made);
  const url = `https://localhost:${server.port}/fw.bin`;
  const resolve = () => Promise.resolve(["127.0.0.1"]);
  const sink = memorySink();
  const trusted = fetcherWith(HERE, { ca: made.ca, resolve });
  assertEquals(await trusted.fetch(url, sink, live()), { kind: "ended" });
  assertEquals(sink.content(), content);
  const stranger = await fetcherWith(HERE, { resolve }).fetch(url, memorySink(), live());
  assertEquals(stranger.kind, "broken");
  const other = { ...HERE, hosts: ["files.example.com", "127.0.0.1"] };
  const wrongName = await fetcherWith(other, { ca: made.ca, resolve })
    .fetch(`https://files.example.com:${server.port}/fw.bin`, memorySink(), live());
  assertEquals(wrongName.kind, "broken");
  await server.stop();
});

Deno.test("a file that is too large is refused, also where its server does not say how large it is", async () => {
  const content = noise(300_000);
  const open = await serveWebFor((_request, response) => {
    response.write(content);
    response.end();
  });
  const told = await serveWebFor(fileAnswer(content));
  const fetcher = fetcherWith(HERE, { bytesMax: 100_000 });
  for (const { port } of [open, told]) {
    const sink = memorySink();
    const outcome = await fetcher.fetch(`http://127.0.0.1:${port}/fw.bin`, sink, live());
    assertEquals(outcome, { kind: "refused", reason: "It is larger than 100000 bytes" });
    assert(sink.bytes <= 100_000);
  }
  await open.stop();
  await told.stop();
});

for (
  const [status, kind] of [[404, "refused"], [403, "refused"], [429, "broken"], [
    503,
    "broken",
  ]] as const
) {
  Deno.test(`HTTP ${status} is ${kind === "broken" ? "tried again" : "the end"}`, async () => {
    const server = await serveWebFor((_request, response) => {
      response.writeHead(status);
      response.end();
    });
    const outcome = await fetcherWith(HERE)
      .fetch(`http://127.0.0.1:${server.port}/`, memorySink(), live());
    await server.stop();
    assertEquals(outcome, { kind, reason: `127.0.0.1 answers HTTP ${status}` });
  });
}

Deno.test("a server that falls silent does not hold us up", async () => {
  const server = await serveWebFor((_request, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("a");
  });
  const fetcher = createFetcher({
    rules: () => HERE,
    ca: () => null,
    idleMs: 200,
    bytesMax: 1_000,
  });
  const outcome = await fetcher.fetch(`http://127.0.0.1:${server.port}/`, memorySink(), live());
  await server.stop();
  assertEquals(outcome.kind, "broken");
});

// SSRF: whoever may name an address reaches nothing that site.yaml does not want reached.

const OUTSIDE: FileRules = { schemes: ["http", "https", "ftp", "ftps"], hosts: [] };

for (
  const location of [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://localhost/",
    "http://10.0.0.1/",
    "http://172.16.5.4/",
    "http://192.168.1.1/",
    "http://100.64.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[64:ff9b::7f00:1]/",
    "ftp://127.0.0.1/x",
    "ftps://192.168.1.1/x",
    "file:///etc/passwd",
    "gopher://example.com/",
    "data:text/plain,x",
    "https://name:secret@files.example.com/fw.bin",
    "http://good.example.com@127.0.0.1/",
    "http://printer.local/",
    "http://gateway/",
    "sftp://files.example.com/fw.bin",
    "nonsense",
  ]
) {
  Deno.test(`SSRF: "${location}" is refused before anything is connected`, async () => {
    let asked = 0;
    const resolve = (host: string) => {
      asked++;
      return Promise.resolve([host]);
    };
    const outcome = await fetcherWith(OUTSIDE, { resolve }).fetch(location, memorySink(), live());
    assertEquals(outcome.kind, "refused");
    assertEquals(asked, 0, "no name was looked up");
    assert(outcome.kind === "refused" && !outcome.reason.includes("secret"));
  });
}

for (
  const address of ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"]
) {
  Deno.test(`SSRF: a name of the internet that stands for ${address} is refused`, async () => {
    for (const addresses of [[address], ["93.184.216.34", address]]) {
      const resolve = () => Promise.resolve(addresses);
      for (const scheme of ["http", "ftp"]) {
        const outcome = await fetcherWith(OUTSIDE, { resolve })
          .fetch(`${scheme}://evil.example.com/x`, memorySink(), live());
        assertEquals(outcome, {
          kind: "refused",
          reason: "evil.example.com is not where files come from or go to",
        });
      }
    }
  });
}

Deno.test("SSRF: a name under a wildcard may not stand for a network of our own, one that is listed itself may", () => {
  const rules: FileRules = { schemes: ["http"], hosts: ["*.example.com", "nas.example.org"] };
  const problem = (location: string, address: string) =>
    resolvedProblem(location, [address], rules);
  assertEquals(typeof problem("http://a.example.com/x", "10.0.0.9"), "string");
  for (const address of ["10.0.0.9", "172.20.0.1", "192.168.3.4", "100.64.0.1", "fd12::1"]) {
    assertEquals(problem("http://nas.example.org/x", address), null, address);
  }
  for (const address of ["127.0.0.1", "::1", "169.254.169.254", "0.0.0.0", "fe80::1"]) {
    assertEquals(typeof problem("http://nas.example.org/x", address), "string", address);
  }
});

Deno.test("SSRF: a name that turns over between two questions is asked once, and that address is connected to", async () => {
  const content = noise(1_000);
  const server = await serveWebFor(fileAnswer(content));
  let asked = 0;
  const rules: FileRules = { schemes: ["http"], hosts: ["files.example.com", "127.0.0.1"] };
  const resolve = () => Promise.resolve([asked++ === 0 ? "127.0.0.1" : "169.254.169.254"]);
  const sink = memorySink();
  const outcome = await fetcherWith(rules, { resolve })
    .fetch(`http://files.example.com:${server.port}/fw.bin`, sink, live());
  await server.stop();
  assertEquals(outcome, { kind: "ended" });
  assertEquals([asked, sink.bytes], [1, 1_000]);
});

for (
  const target of [
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://[::1]/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/x",
    "https://name:secret@127.0.0.1/x",
    "http://evil.example.com/",
  ]
) {
  Deno.test(`SSRF: a redirect to ${target} is not followed`, async () => {
    const server = await serveWebFor((_request, response) => {
      response.writeHead(302, { location: target });
      response.end();
    });
    const rules: FileRules = { schemes: ["http", "https"], hosts: ["127.0.0.1"] };
    const outcome = await fetcherWith(rules)
      .fetch(`http://127.0.0.1:${server.port}/`, memorySink(), live());
    await server.stop();
    assertEquals(outcome.kind, "refused");
  });
}

Deno.test("SSRF: redirects without end come to an end, and none leads from https to http", async () => {
  const made = await makeTestCertificates();
  const loop = await serveWebFor((_request, response) => {
    response.writeHead(307, { location: "/again" });
    response.end();
  });
  const down = await serveWebFor((_request, response) => {
    response.writeHead(301, { location: `http://127.0.0.1:${loop.port}/` });
    response.end();
  }, made);
  const fetcher = fetcherWith(HERE, { ca: made.ca });
  const endless = await fetcher.fetch(`http://127.0.0.1:${loop.port}/`, memorySink(), live());
  assertEquals(endless, { kind: "refused", reason: "It is redirected more than 5 times" });
  assertEquals(loop.asked.length, 6);
  const lower = await fetcher.fetch(`https://127.0.0.1:${down.port}/`, memorySink(), live());
  assertEquals(lower, { kind: "refused", reason: "It is redirected from https to http" });
  assertEquals(loop.asked.length, 6, "nobody asked there");
  await loop.stop();
  await down.stop();
});
