import { connect } from "node:net";
import type { FuzzEdge } from "./edge.ts";
import { drawHandshake, drawRequest, type RawRequest, TOKEN_PLACE } from "./web_inputs.ts";

interface WireInput {
  readonly request: RawRequest;
}

/** A request that nobody answers is given up after this. */
const PATIENCE_MS = 3_000;

/** Sends bytes from an address of the loopback network; resolves with the first line that comes back. */
function exchange(bytes: Uint8Array, port: number, localAddress: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", localAddress });
    let head = "";
    const finish = (what: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(what);
    };
    const timer = setTimeout(() => finish("silence"), PATIENCE_MS);
    socket.on("error", (error) => finish(Object(error)["code"] ?? "error"));
    socket.on("close", () => finish(head === "" ? "closed" : firstLine(head)));
    socket.on("data", (piece) => {
      if (head.length < 2_000) head += String(piece);
    });
    socket.write(bytes);
  });
}

function firstLine(text: string): string {
  return text.split("\r\n", 1)[0] ?? "";
}

/** Pages and API, asked by an administrator's script that has lost its mind. */
export function openWebEdge(port: number, token: string): FuzzEdge {
  return {
    name: "web",
    // Its token allows fifty a second.
    restMs: 30,
    draw: (chance): WireInput => ({ request: drawRequest(chance) }),
    async feed(input) {
      const text = decoded((input as WireInput).request).replaceAll(TOKEN_PLACE, token);
      const bytes = Uint8Array.from(text, (unit) => unit.charCodeAt(0));
      const status = await exchange(bytes, port, "127.0.0.1");
      const route = firstLine(text).replaceAll(/[^A-Za-z/ ].*/g, "").slice(0, 40);
      return `${route} ${status}`;
    },
    close: () => Promise.resolve(),
  };
}

/** The chargers' port, before anybody is let in. */
export function openDoorEdge(port: number, chance: () => number): FuzzEdge {
  return {
    name: "door",
    restMs: 60,
    draw: (chance): WireInput => ({ request: drawHandshake(chance) }),
    async feed(input) {
      const bytes = Uint8Array.fromBase64((input as WireInput).request);
      // Many addresses, for one that fails too often is not listened to any more.
      const byte = () => 1 + Math.floor(chance() * 250);
      return await exchange(bytes, port, `127.${byte()}.${byte()}.${byte()}`);
    },
    close: () => Promise.resolve(),
  };
}

/** One character a byte. */
function decoded(base64: string): string {
  return Array.from(Uint8Array.fromBase64(base64), (byte) => String.fromCharCode(byte)).join("");
}
