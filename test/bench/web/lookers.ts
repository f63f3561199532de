/**
 * Browsers that look at the site page, in a process of their own, so that they read at once whatever
 * else the bench does: `lookers.ts PORT COUNT TOKEN`. On a line of standard input they leave, and say
 * what each got as JSON.
 */
const [port = "0", count = "0", token = ""] = Deno.args;
const LANGUAGES = ["en", "mr", "hi"];

interface Looker {
  bytes: number;
  readonly connection: Deno.TcpConn;
}

/** A real connection that is closed by leaving, with the language in a cookie as a browser has it. */
async function look(index: number): Promise<Looker> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  const looker = { connection, bytes: 0 };
  const head = [
    "GET /live?path=%2F HTTP/1.1",
    `host: 127.0.0.1:${port}`,
    `authorization: Bearer ${token}`,
    `cookie: lang=${LANGUAGES[index % LANGUAGES.length]}`,
    "accept: text/event-stream",
    "accept-encoding: gzip, deflate, br",
  ];
  await connection.write(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`));
  const buffer = new Uint8Array(65_536);
  const got = await connection.read(buffer) ?? 0;
  const answer = new TextDecoder().decode(buffer.subarray(0, got));
  if (!answer.startsWith("HTTP/1.1 200")) throw new Error(answer.slice(0, 80));
  (async () => {
    for (;;) {
      const read = await connection.read(buffer);
      if (read === null) return;
      looker.bytes += read;
    }
  })().catch(() => {});
  return looker;
}

const print = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
const lookers: Looker[] = [];
for (let index = 0; index < Number(count); index++) lookers.push(await look(index));
print("looking");
await Deno.stdin.read(new Uint8Array(16));
print(JSON.stringify(lookers.map(({ bytes }) => bytes)));
for (const { connection } of lookers) connection.close();
