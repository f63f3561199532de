import { connect, createServer, type Server, type Socket } from "node:net";
import { createSeededIds, type Ids } from "../../src/lib/ids.ts";

/** What is wrong with a wire now. */
export interface WireFaults {
  /** How long bytes are under way in each direction, and how much longer at most; never out of order. */
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** Bytes wait and arrive later: how TCP shows lost packets. */
  readonly stalls: boolean;
  /**
   * Half-open: bytes vanish, and neither end hears of the other's end. A connection that meets this is
   * forgotten for good, as by a router that was restarted; new ones are opened and forgotten as well.
   */
  readonly swallows: boolean;
  /** Nobody gets through: a new connection is reset. */
  readonly refuses: boolean;
  /** In each direction of each connection; null for as fast as it goes. */
  readonly bytesPerSecond: number | null;
  /**
   * One byte in so many has its highest bit turned over, 0 for none, behind the first kilobyte of a
   * connection: wrong credentials would be another fault. Text of OCPP is ASCII, so what comes is no
   * text any more; a text that says something else could be found by TLS only.
   */
  readonly corruptsOneIn: number;
}

/** A wire without faults. */
export const SOUND_WIRE: WireFaults = {
  latencyMs: 0,
  jitterMs: 0,
  stalls: false,
  swallows: false,
  refuses: false,
  bytesPerSecond: null,
  corruptsOneIn: 0,
};

/** A TCP proxy on the loopback interface that spoils what goes through it. */
export interface FaultProxy {
  readonly port: number;
  /** Changes some faults, for open connections too, and leaves the others. */
  set(faults: Partial<WireFaults>): void;
  /** No faults any more. Connections that were forgotten stay so. */
  heal(): void;
  /** Ends every connection with RST, at both ends. */
  reset(): void;
  /** Connections that are open, forgotten ones among them. */
  connections(): number;
  /** How many connections there were. */
  opened(): number;
  stop(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";

/** Starts a proxy in front of a port. The seed draws jitter and which bytes are spoilt. */
export async function createFaultProxy(targetPort: number, seed: number): Promise<FaultProxy> {
  const ids = createSeededIds(seed);
  const pairs = new Set<Pair>();
  let faults = SOUND_WIRE;
  let opened = 0;
  // allowHalfOpen: an end is passed on when its turn comes, not answered by the runtime.
  const server = createServer({ allowHalfOpen: true }, (near) => {
    near.setNoDelay(true);
    if (faults.refuses) {
      near.on("error", () => {});
      near.resetAndDestroy();
      return;
    }
    opened++;
    const far = connect({ port: targetPort, host: LOOPBACK, allowHalfOpen: true, noDelay: true });
    const pair = joinPair(near, far, ids, () => faults, () => pairs.delete(pair));
    pairs.add(pair);
    if (faults.swallows) pair.forget();
  });
  await listen(server);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port");

  function set(changes: Partial<WireFaults>): void {
    faults = { ...faults, ...changes };
    for (const pair of pairs) {
      if (faults.swallows) pair.forget();
      pair.look();
    }
  }

  return {
    port: address.port,
    set,
    heal: () => set(SOUND_WIRE),
    reset() {
      for (const pair of [...pairs]) pair.reset();
    },
    connections: () => pairs.size,
    opened: () => opened,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const pair of [...pairs]) pair.reset();
      await closed;
    },
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, LOOPBACK, resolve);
  });
}

/** The two sockets of one connection through the proxy. */
interface Pair {
  forget(): void;
  reset(): void;
  /** The faults have changed. */
  look(): void;
}

function joinPair(
  near: Socket,
  far: Socket,
  ids: Ids,
  faults: () => WireFaults,
  onGone: () => void,
): Pair {
  let isForgotten = false;
  const lanes = [
    createLane(far, ids, faults),
    createLane(near, ids, faults),
  ] as const;

  function reset(): void {
    for (const lane of lanes) lane.stop();
    abort(near);
    abort(far);
  }

  function follow(from: Socket, to: Socket, lane: Lane): void {
    from.on("data", (bytes) => {
      // No encoding was set, so these are bytes.
      if (!isForgotten && typeof bytes !== "string") lane.push(Uint8Array.from(bytes));
    });
    from.on("end", () => {
      if (!isForgotten) lane.end();
    });
    // An error is followed by "close".
    from.on("error", () => {});
    from.on("close", (hadError) => {
      if (!isForgotten && hadError) {
        lane.stop();
        abort(to);
      }
      if (!near.destroyed || !far.destroyed) return;
      for (const each of lanes) each.stop();
      onGone();
    });
  }

  follow(near, far, lanes[0]);
  follow(far, near, lanes[1]);
  return {
    forget() {
      isForgotten = true;
      for (const lane of lanes) lane.stop();
    },
    reset,
    look() {
      for (const lane of lanes) lane.look();
    },
  };
}

/** RST; a socket that is still connecting has nobody to send it to yet. */
function abort(socket: Socket): void {
  if (socket.connecting) socket.once("connect", () => socket.resetAndDestroy());
  else socket.resetAndDestroy();
}

/** One direction of a connection: bytes in their order, each piece not before its time. */
interface Lane {
  push(bytes: Uint8Array): void;
  /** The sender has ended; that is passed on behind its bytes. */
  end(): void;
  look(): void;
  /** Everything that is under way vanishes. */
  stop(): void;
}

interface Piece {
  /** Null for the end of the stream. */
  readonly bytes: Uint8Array | null;
  readonly dueMs: number;
}

/** A handshake is shorter. */
const SPARED_BYTES = 1_024;

/** How often a throttled lane sends something. */
const SLICE_MS = 50;

function createLane(to: Socket, ids: Ids, faults: () => WireFaults): Lane {
  let pieces: Piece[] = [];
  let lastDueMs = 0;
  let freeAtMs = 0;
  let passedBytes = 0;
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function add(bytes: Uint8Array | null): void {
    if (isStopped) return;
    const { latencyMs, jitterMs } = faults();
    lastDueMs = Math.max(lastDueMs, performance.now() + latencyMs + jitterMs * ids.random());
    pieces.push({ bytes, dueMs: lastDueMs });
    look();
  }

  function look(): void {
    clearTimeout(timer);
    timer = undefined;
    while (!isStopped && !faults().stalls) {
      const [piece] = pieces;
      if (piece === undefined) return;
      const waitMs = Math.max(piece.dueMs, freeAtMs) - performance.now();
      if (waitMs > 0) {
        timer = setTimeout(look, waitMs);
        return;
      }
      pieces.shift();
      pass(piece);
    }
  }

  function pass({ bytes, dueMs }: Piece): void {
    if (bytes === null) {
      to.end();
      return;
    }
    const { bytesPerSecond } = faults();
    const now = bytesPerSecond === null ? bytes : bytes.subarray(0, sliceOf(bytesPerSecond));
    if (bytesPerSecond !== null) {
      freeAtMs = performance.now() + now.length / bytesPerSecond * 1000;
      if (now.length < bytes.length) pieces.unshift({ bytes: bytes.subarray(now.length), dueMs });
    }
    const oneIn = passedBytes < SPARED_BYTES ? 0 : faults().corruptsOneIn;
    passedBytes += now.length;
    to.write(spoilt(now, oneIn, ids));
  }

  return {
    push: add,
    end: () => add(null),
    look,
    stop() {
      isStopped = true;
      pieces = [];
      clearTimeout(timer);
    },
  };
}

function sliceOf(bytesPerSecond: number): number {
  return Math.max(1, Math.floor(bytesPerSecond * SLICE_MS / 1000));
}

function spoilt(bytes: Uint8Array, oneIn: number, ids: Ids): Uint8Array {
  if (oneIn === 0) return bytes;
  return bytes.map((byte) => ids.random() * oneIn < 1 ? byte ^ 0x80 : byte);
}
