import { type Clock, sleep } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import type { Spawner } from "../../lib/spawn.ts";
import type { OutgoingCall, PeerOutcome } from "../../ocpp/mod.ts";
import type { LostMessage } from "../charger.ts";
import type { Link } from "./link.ts";

/** A transaction-related message: of 1.6 (§3.7), or a TransactionEvent. */
export interface TransactionMessage {
  readonly action: string;
  /** What it tells; readings make room for the rest. */
  readonly part: LostMessage["part"];
  readonly about: Pick<LostMessage, "connectorId" | "startedAtWallMs">;
  /**
   * Its content, asked for when its turn comes: only then is the number of the transaction known that
   * the CSMS gave to the messages before.
   */
  payload(): unknown;
  /** The CSMS has answered. */
  delivered(answer: unknown): void;
  /** The CSMS failed to process it as often as it may, so it was thrown away. */
  discarded(): void;
}

/** The messages that wait for the CSMS, in the order in which things happened. */
export interface MessageQueue {
  add(message: TransactionMessage): void;
  /** The connection is there: go on. */
  wake(): void;
  /** Resolves when everything is delivered, or after `limitMs`. */
  drained(limitMs: number): Promise<void>;
  /** Loses everything, as some stations do at a hard reset. */
  clear(): void;
  length(): number;
  /** What never arrived as far as the station knows, oldest first. */
  lost(): readonly LostMessage[];
}

/** What a queue works with. */
export interface QueuePorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly link: Pick<Link, "isReady" | "prepare" | "send">;
  /** TransactionMessageAttempts and TransactionMessageRetryInterval. */
  attemptsMax(): number;
  retryMs(): number;
  /** When so many messages wait, the oldest meter values make room. */
  readonly lengthMax?: number;
}

/** More than a week of meter values each minute. */
const LENGTH_MAX = 20_000;

interface Entry {
  readonly message: TransactionMessage;
  /** The frame as it was sent first. A repetition is the same frame. */
  frame: OutgoingCall | null;
  attempts: number;
}

/** Creates an empty queue. One message is in flight at a time. */
export function createMessageQueue(ports: QueuePorts, stopped: AbortSignal): MessageQueue {
  const { clock, link, log, lengthMax = LENGTH_MAX } = ports;
  let entries: Entry[] = [];
  let isWorking = false;
  let onEmpty: (() => void)[] = [];
  const lost: LostMessage[] = [];

  async function work(): Promise<void> {
    isWorking = true;
    for (;;) {
      const [head] = entries;
      if (head === undefined || !link.isReady() || stopped.aborted) break;
      const waitMs = await attempt(head);
      if (waitMs > 0) await sleep(clock, waitMs, stopped);
    }
    isWorking = false;
    if (entries.length === 0) tellEmpty();
  }

  /** Sends the first message once. Returns how long to wait before anything else is sent. */
  async function attempt(head: Entry): Promise<number> {
    const frame = head.frame ?? build(head);
    if (frame === null) return 0;
    head.frame = frame;
    const outcome = await link.send(frame);
    if (outcome.kind === "result") {
      remove(head);
      head.message.delivered(outcome.payload);
      return 0;
    }
    return failed(head, outcome);
  }

  function build(head: Entry): OutgoingCall | null {
    const { action } = head.message;
    const prepared = link.prepare(action, head.message.payload());
    if ("text" in prepared) return prepared;
    if (!link.isReady()) return null;
    log("error", "message_not_valid", { action, problems: prepared });
    discard(head);
    return null;
  }

  /** 1.6 §3.7.1: each repetition waits longer; a message that is never processed is given up. */
  function failed(head: Entry, outcome: PeerOutcome): number {
    // A connection that went away says nothing about the message, and neither does silence: only an
    // error is a failure to process (OCPP-J errata 3.3).
    if (outcome.kind === "closed" || outcome.kind === "queue-full") return 0;
    if (outcome.kind === "timeout") return ports.retryMs();
    head.attempts++;
    const { action } = head.message;
    log("warning", "message_failed", { action, attempts: head.attempts, outcome: outcome.kind });
    if (head.attempts >= ports.attemptsMax()) {
      discard(head);
      return 0;
    }
    return ports.retryMs() * head.attempts;
  }

  function lose({ message: { part, about } }: Entry, why: LostMessage["why"]): void {
    lost.push({ part, ...about, why });
  }

  function discard(head: Entry): void {
    remove(head);
    lose(head, "given-up");
    head.message.discarded();
  }

  /** It was first when it was sent, unless somebody cleared the queue meanwhile. */
  function remove(head: Entry): void {
    if (entries[0] === head) entries.shift();
  }

  /** The head may be in flight, so it stays. */
  function makeRoom(): void {
    const index = entries.findIndex(({ message }, place) =>
      place > 0 && message.part === "reading"
    );
    for (const entry of index > 0 ? entries.splice(index, 1) : []) lose(entry, "no-room");
  }

  function tellEmpty(): void {
    const waiting = onEmpty;
    onEmpty = [];
    for (const resolve of waiting) resolve();
  }

  function wake(): void {
    if (!isWorking) ports.spawn("deliver transaction messages", work);
  }

  return {
    add(message) {
      if (entries.length >= lengthMax) makeRoom();
      entries.push({ message, frame: null, attempts: 0 });
      wake();
    },
    wake,
    drained(limitMs) {
      if (entries.length === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const cancel = clock.after(limitMs, resolve);
        onEmpty.push(() => {
          cancel();
          resolve();
        });
      });
    },
    clear() {
      for (const entry of entries) lose(entry, "cleared");
      entries = [];
      tellEmpty();
    },
    length: () => entries.length,
    lost: () => lost,
  };
}
