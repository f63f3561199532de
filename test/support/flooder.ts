/**
 * Opens bad connections at a steady rate, from a process of its own: wrong passwords, unknown names,
 * nonsense, requests for pages, hellos that break off, silence. Tells what came of them as JSON when its
 * time is over. `flooder.ts host port seconds perSecond plain|tls`.
 */
import { connect as connectTls } from "node:tls";
import { connect, type Socket } from "node:net";

const [host = "", port = "", seconds = "", perSecond = "", way = ""] = Deno.args;
/** Half of them hold on to their connection for as long as they are let. */
const HELD_MS = 5_000;

/** What a bad connection says; a text that is cut off stands for somebody who says no more. */
const WORDS: readonly ((n: number) => string)[] = [
  (n) => handshake(`/ocpp/CP${n % 50 + 1}`, btoa(`CP${n % 50 + 1}:wrong-${n}`)),
  (n) => handshake(`/ocpp/STRANGER-${n}`),
  () => handshake("/"),
  (n) => handshake(`/ocpp/${"%2e%2e%2f".repeat(n % 30)}admin`),
  () => "GET /ocpp/CP1 HTTP/1.1\r\nhost: x\r\n\r\n",
  (n) => `[2,"${n}","Heartbeat",{}]\r\n\r\n`,
  () => "GET /ocpp/CP1 HTTP/1.1\r\nhost: ",
  () => "\x16\x03\x01\x02\x00\x01\x00",
  () => "",
];

function handshake(path: string, basic?: string): string {
  const authorization = basic === undefined ? "" : `authorization: Basic ${basic}\r\n`;
  return `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
    `sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n` +
    `sec-websocket-protocol: ocpp1.6\r\n${authorization}\r\n`;
}

const came = { opened: 0, refused: 0, letIn: 0, cut: 0, failed: 0 };

function attack(n: number): void {
  const say = WORDS[n % WORDS.length]?.(n) ?? "";
  const isHeld = n % 2 === 0;
  const to = { host, port: Number(port) };
  // Every other one speaks TLS where there is TLS; the rest sends it plain.
  const isTls = way === "tls" && n % 4 < 2;
  const socket: Socket = isTls
    ? connectTls({ ...to, rejectUnauthorized: false, servername: "localhost" }, speak)
    : connect(to, speak);
  let answer = "";
  function speak(): void {
    came.opened += 1;
    if (say !== "") socket.write(say);
    setTimeout(() => socket.destroy(), isHeld ? HELD_MS : 500);
  }
  socket.on("data", (bytes) => answer += bytes.toString("latin1"));
  socket.on("error", () => came.failed += 1);
  socket.on("close", () => {
    if (answer.startsWith("HTTP/1.1 101")) came.letIn += 1;
    else if (answer !== "") came.refused += 1;
    else came.cut += 1;
  });
}

const began = performance.now();
const total = Number(seconds) * Number(perSecond);
let sent = 0;
await new Promise<void>((resolve) => {
  const timer = setInterval(() => {
    const due = Math.min(total, (performance.now() - began) / 1_000 * Number(perSecond));
    for (; sent < due; sent++) attack(sent);
    if (sent < total) return;
    clearInterval(timer);
    resolve();
  }, 5);
});
const tookS = (performance.now() - began) / 1_000;
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify({ sent, tookS, ...came }) + "\n"));
Deno.exit(0);
