import { createServer } from "node:http";
// @ts-types="@types/ws"
import { WebSocket, WebSocketServer } from "ws";
import { OCPP_VERSIONS, type OcppVersion } from "../../src/ocpp/mod.ts";
import { wrapWebSocket } from "../../src/ocpp/rpc/ws_socket_io.ts";
import { type FuzzEdge, rest } from "./edge.ts";
import { ODD_CHARGERS, ODD_PASSWORD } from "./fuzz_site_yaml.ts";
import { oneOf } from "./odd.ts";
import { createOddPeer, type OddPeer } from "./odd_peer.ts";
import type { OcppDraw, PeerAct } from "./ocpp_inputs.ts";
import { chargerAnswers, csmsAnswers } from "./right_answers.ts";

/** What a peer did, and in which version. */
interface OcppInput {
  readonly version: OcppVersion;
  readonly act: PeerAct;
}

/** How long the gateway gets to answer before the next input. */
const ANSWER_MS = 25;

const BOOT_16 = { chargePointVendor: "Odd", chargePointModel: "M" };
const BOOT_2X = { reason: "PowerUp", chargingStation: { vendorName: "Odd", model: "M" } };

/** Three chargers that say anything, one in each version. */
export function openChargerEdge(port: number, draw: OcppDraw, chance: () => number): FuzzEdge {
  const peers = new Map<OcppVersion, { readonly peer: OddPeer; readonly socket: WebSocket }>();

  async function peerOf(version: OcppVersion): Promise<OddPeer | null> {
    const known = peers.get(version);
    if (known?.peer.isOpen()) return known.peer;
    const id = ODD_CHARGERS[version];
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ocpp/${id}`, [version], {
      headers: { authorization: `Basic ${btoa(`${id}:${ODD_PASSWORD}`)}` },
    });
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once("open", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    if (!isOpen) return null;
    const rightAnswer = chargerAnswers(version);
    const ports = { draw, chance, nowWallMs: () => Date.now(), rightAnswer, rightness: 0.7 };
    const peer = createOddPeer(wrapWebSocket(socket), "charger", version, ports, (bytes) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes);
    });
    peers.set(version, { peer, socket });
    const boot = version === "ocpp1.6" ? BOOT_16 : BOOT_2X;
    peer.act({ say: JSON.stringify([2, "boot", "BootNotification", boot]) });
    await rest(ANSWER_MS);
    peer.outcome();
    return peer;
  }

  return {
    name: "charger",
    restMs: 0,
    draw(chance): OcppInput {
      const version = oneOf(OCPP_VERSIONS, chance);
      return { version, act: draw.act("charger", version, chance) };
    },
    async feed(input) {
      const { version, act } = input as OcppInput;
      const peer = await peerOf(version);
      if (peer === null) {
        await rest(500);
        return "not let in";
      }
      peer.act(act);
      await rest(ANSWER_MS);
      return `${version} ${nameOf(act)} ${peer.outcome()}`;
    },
    close() {
      for (const { socket } of peers.values()) socket.terminate();
      return Promise.resolve();
    },
  };
}

/** A CSMS that answers and asks anything; from one connection to the next it speaks another version. */
export async function openCsmsEdge(
  draw: OcppDraw,
  chance: () => number,
): Promise<FuzzEdge & { readonly port: number; connections(): number }> {
  let current: { readonly peer: OddPeer; readonly version: OcppVersion } | null = null;
  let connections = 0;
  let wanted = 0;
  const server = createServer();
  const webSockets = new WebSocketServer({
    server,
    handleProtocols: (offered) => {
      const version = OCPP_VERSIONS[wanted++ % OCPP_VERSIONS.length] ?? "ocpp1.6";
      return offered.has(version) ? version : [...offered][0] ?? false;
    },
  });
  webSockets.on("connection", (socket) => {
    connections++;
    const version = socket.protocol as OcppVersion;
    const rightAnswer = csmsAnswers(version, () => Date.now());
    const ports = { draw, chance, nowWallMs: () => Date.now(), rightAnswer, rightness: 0.85 };
    const peer = createOddPeer(wrapWebSocket(socket), "csms", version, ports, (bytes) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes);
    });
    current = { peer, version };
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();

  return {
    name: "csms",
    port: typeof address === "object" && address !== null ? address.port : 0,
    connections: () => connections,
    restMs: 0,
    draw(chance): OcppInput {
      const version = current?.version ?? "ocpp1.6";
      const act = draw.act("csms", version, chance);
      // It takes the gateway a while to dial again.
      return { version, act: "leave" in act && chance() < 0.8 ? { say: "[]" } : act };
    },
    async feed(input) {
      const { act } = input as OcppInput;
      if (current === null || !current.peer.isOpen()) {
        await rest(100);
        return "not connected";
      }
      const { peer, version } = current;
      peer.act(act);
      await rest(ANSWER_MS);
      return `${version} ${nameOf(act)} ${peer.outcome()}`;
    },
    close() {
      for (const socket of webSockets.clients) socket.terminate();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** What it is about: the action of a call, or the kind. */
function nameOf(act: PeerAct): string {
  if (!("say" in act)) return Object.keys(act)[0] ?? "";
  return /^\[2,"[^"]*","([A-Za-z0-9]{1,50})"/.exec(act.say)?.[1] ?? act.say.slice(0, 3);
}
