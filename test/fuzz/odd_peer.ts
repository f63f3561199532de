import { isRecord } from "../../src/lib/json.ts";
import type { FrameSocket, OcppVersion } from "../../src/ocpp/mod.ts";
import { type OcppDraw, type PeerAct, type Speaker, spelledOut } from "./ocpp_inputs.ts";

/** What an odd peer works with. */
export interface OddPeerPorts {
  readonly draw: OcppDraw;
  readonly chance: () => number;
  readonly nowWallMs: () => number;
  /** A right answer to a call of the gateway; null where it has none. */
  readonly rightAnswer: (action: string, payload: Record<string, unknown>) => unknown;
  /** How many of the gateway's calls get a right answer, from 0 to 1; some get none at all. */
  readonly rightness: number;
}

/** A charger or a CSMS that says and answers whatever it is told to, right or wrong. */
export interface OddPeer {
  act(act: PeerAct): void;
  /** How the gateway answered what was said since this was last asked, in a few words. */
  outcome(): string;
  /** Frames that were drawn as answers, and are as good as any other input. */
  readonly isOpen: () => boolean;
}

/** Puts an odd peer on its end of a connection. `bytes` sends a binary message. */
export function createOddPeer(
  socket: FrameSocket,
  speaker: Speaker,
  version: OcppVersion,
  ports: OddPeerPorts,
  bytes: (bytes: Uint8Array) => void = () => {},
): OddPeer {
  const { draw, chance } = ports;
  let asked: string | null = null;
  let number: number | null = null;
  let session: string | null = null;
  let isOpen = true;
  let heard: string[] = [];

  const say = (text: string) =>
    socket.send(spelledOut(text, { asked, number, session, nowWallMs: ports.nowWallMs() }));

  function hear(text: string): void {
    const frame: readonly unknown[] = JSON.parse(text);
    const [type, id, third, fourth] = frame;
    if (type === 2) return hearCall(String(id), String(third), isRecord(fourth) ? fourth : {});
    if (type === 3 && isRecord(third) && typeof third["transactionId"] === "number") {
      number = third["transactionId"];
    }
    if (type === 3) heard.push(isRecord(third) ? `3 ${String(third["status"] ?? "")}` : "3");
    // Its text without what differs from one to the next.
    if (type === 4) {
      heard.push(`4 ${String(third)} ${String(fourth).replaceAll(/\d+|"[^"]*"/g, "#")}`);
    }
  }

  function hearCall(id: string, action: string, payload: Record<string, unknown>): void {
    asked = id;
    const { transactionInfo } = payload;
    if (isRecord(transactionInfo)) session = String(transactionInfo["transactionId"]);
    const fate = chance();
    const right = fate < ports.rightness ? ports.rightAnswer(action, payload) : null;
    if (isRecord(right)) {
      if (typeof right["transactionId"] === "number") number = right["transactionId"];
      return socket.send(JSON.stringify([3, id, right]));
    }
    // One in ten is never answered.
    if (chance() < 0.9) say(draw.answer(speaker, version, action, chance));
  }

  socket.listen({
    message: hear,
    alive: () => {},
    closed: (code) => {
      heard.push(`closed ${code}`);
      isOpen = false;
    },
  });
  return {
    act(act) {
      if ("say" in act) say(act.say);
      else if ("bytes" in act) bytes(Uint8Array.fromBase64(act.bytes));
      else if (act.leave === "close") socket.close(1000, "");
      else socket.terminate();
    },
    outcome() {
      const said = [...new Set(heard)].sort().join("; ");
      heard = [];
      return said;
    },
    isOpen: () => isOpen,
  };
}
