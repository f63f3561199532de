import { createServer, type Server, type Socket } from "node:net";
import { errorText, type Log } from "../lib/log.ts";
import type { FileCounter, Ticket } from "./counter.ts";
import type { CounterServer, CounterServerOptions } from "./http_counter_io.ts";

/** Ports for data, first and last; null: any that is free. */
export interface FtpCounterOptions extends CounterServerOptions {
  readonly passivePorts: readonly [number, number] | null;
}

const CONNECTIONS_MAX = 64;
const LINE_BYTES_MAX = 512;
/** Who guesses is cut off. */
const SIGN_INS_MAX = 3;
const DATA_WAIT_MS = 15_000;

/**
 * Serves the counter by ftp (RFC 959, 2428, 3659): one file for who signs in, fetched or brought. No kept
 * library does it: those there are are years without a hand on them. It opens no connection itself (PORT),
 * and takes data only from where the commands come from.
 */
export function serveByFtp(
  options: FtpCounterOptions,
  counter: FileCounter,
  log: Log,
): Promise<CounterServer> {
  const sockets = new Set<Socket>();
  let turn = 0;
  const nextPort = () => {
    if (options.passivePorts === null) return 0;
    const [first, last] = options.passivePorts;
    return first + turn++ % (last - first + 1);
  };
  const server = createServer((socket) => {
    if (sockets.size >= CONNECTIONS_MAX) return void socket.destroy();
    sockets.add(socket);
    const session = createSession(socket, counter, { ...options, nextPort });
    socket.on("close", () => {
      sockets.delete(socket);
      session.close();
    });
    socket.on("error", (error) => log("debug", "ftp_broken", { error: errorText(error) }));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => {
      server.off("error", reject);
      resolve({
        port: portOf(server),
        stop: () =>
          new Promise((stopped) => {
            server.close(() => stopped());
            for (const socket of sockets) socket.destroy();
          }),
      });
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

interface SessionOptions extends FtpCounterOptions {
  readonly nextPort: () => number;
}

/** Answers that always are the same. */
const FIXED: Readonly<Record<string, string>> = {
  ALLO: "202 Not needed",
  CDUP: "250 Here",
  CWD: "250 Here",
  FEAT: "211-Features\r\n EPSV\r\n PASV\r\n REST STREAM\r\n SIZE\r\n UTF8\r\n211 End",
  MODE: "200 Stream",
  NOOP: "200 Yes",
  OPTS: "200 Yes",
  PWD: '257 "/" is here',
  STRU: "200 File",
  SYST: "215 UNIX Type: L8",
  TYPE: "200 All is binary",
  XPWD: '257 "/" is here',
};

/** One who is connected: commands one after the other. */
function createSession(socket: Socket, counter: FileCounter, options: SessionOptions) {
  let user = "";
  let signIns = 0;
  let ticket: Ticket | null = null;
  let restartAt = 0;
  let door: DataDoor | null = null;
  let text = "";
  let turn: Promise<void> = Promise.resolve();

  socket.setEncoding("utf8");
  socket.setTimeout(options.idleMs, () => socket.destroy());
  say("220 Files of chargers");
  socket.on("data", (chunk: string) => {
    text += chunk;
    const lines = text.split(/\r?\n/);
    text = lines.pop() ?? "";
    if (text.length > LINE_BYTES_MAX || lines.some((line) => line.length > LINE_BYTES_MAX)) {
      return void socket.destroy();
    }
    for (const line of lines) {
      turn = turn.then(() => obey(line)).catch(() => void socket.destroy());
    }
  });

  function say(line: string): void {
    if (!socket.destroyed) socket.write(`${line}\r\n`);
  }

  async function obey(line: string): Promise<void> {
    if (socket.destroyed) return;
    const space = line.indexOf(" ");
    const word = (space < 0 ? line : line.slice(0, space)).toUpperCase();
    const rest = space < 0 ? "" : line.slice(space + 1);
    if (word === "USER") {
      user = rest;
      return say("331 The password, please");
    }
    if (word === "PASS") return signIn(rest);
    if (word === "QUIT") return bye();
    if (ticket === null) return say("530 Sign in first");
    const fixed = FIXED[word];
    if (fixed !== undefined) return say(fixed);
    await withTicket(word, rest, ticket);
  }

  function signIn(password: string): void {
    ticket = counter.signIn(user, password);
    if (ticket !== null) return say("230 Welcome");
    say("530 Nobody of that name");
    if (++signIns >= SIGN_INS_MAX) socket.destroy();
  }

  function bye(): void {
    say("221 Bye");
    socket.end();
  }

  async function withTicket(word: string, rest: string, now: Ticket): Promise<void> {
    switch (word) {
      case "SIZE":
        return say(now.kind === "fetch" ? `213 ${now.bytes}` : "550 There is none yet");
      case "REST":
        restartAt = /^\d{1,12}$/.test(rest) ? Number(rest) : 0;
        return say(`350 From ${restartAt}`);
      case "PASV":
      case "EPSV":
        return await listen(word);
      case "RETR":
        return await hand(now);
      case "STOR":
      case "APPE":
        return await receive(now, rest);
      case "LIST":
      case "NLST":
        return await list(now);
      default:
        say("502 Not here");
    }
  }

  async function listen(word: "PASV" | "EPSV"): Promise<void> {
    door?.close();
    const address = plainAddress(socket.localAddress);
    if (word === "PASV" && address.includes(":")) return say("425 Use EPSV");
    door = await openDoor(socket, options);
    if (door === null) return say("425 No port is free");
    const { port } = door;
    if (word === "EPSV") return say(`229 Entering Extended Passive Mode (|||${port}|)`);
    const numbers = [...address.split("."), port >> 8, port & 255].join(",");
    say(`227 Entering Passive Mode (${numbers})`);
  }

  /** The connection for data, as `use` needs it; its end is told. */
  async function transfer(use: (data: Socket) => Promise<void>): Promise<void> {
    const here = door;
    door = null;
    if (here === null) return say("425 PASV or EPSV first");
    say("150 Now");
    const data = await here.take();
    here.close();
    if (data === null) return say("425 Nobody came");
    data.setTimeout(options.idleMs, () => data.destroy());
    // While data goes, commands are silent.
    socket.setTimeout(0);
    try {
      await use(data);
      say("226 Done");
    } catch {
      say("426 It was broken off");
    } finally {
      data.destroy();
      socket.setTimeout(options.idleMs);
    }
  }

  async function hand(now: Ticket): Promise<void> {
    const from = restartAt;
    restartAt = 0;
    if (now.kind !== "fetch") return say("550 There is none");
    if (from > now.bytes) return say("554 It is not as long");
    await transfer(async (data) => {
      for await (const piece of now.read(from)) {
        if (data.destroyed) throw new Error("gone");
        if (!data.write(piece)) await drained(data);
      }
      await new Promise<void>((ended) => data.end(() => ended()));
    });
  }

  async function receive(now: Ticket, path: string): Promise<void> {
    restartAt = 0;
    if (now.kind !== "bring") return say("550 Nothing is taken here");
    await transfer(async (data) => {
      const incoming = await now.open(path.split("/").at(-1) ?? "");
      let bytes = 0;
      try {
        for await (const chunk of data) {
          bytes += chunk.length;
          if (bytes > now.bytesMax) throw new Error("too large");
          await incoming.write(chunk);
        }
      } catch (error) {
        await incoming.abort();
        throw error;
      }
      await incoming.end();
    });
  }

  async function list(now: Ticket): Promise<void> {
    await transfer((data) =>
      new Promise((ended) => {
        const line = now.kind === "fetch"
          ? `-r--r--r-- 1 gateway gateway ${now.bytes} Jan 01 00:00 ${now.name}\r\n`
          : "";
        data.end(line, () => ended());
      })
    );
  }

  return { close: () => door?.close() };
}

/** A port at which one connection is awaited. */
interface DataDoor {
  readonly port: number;
  /** Who came; null where nobody did in time. It is the taker's then. */
  take(): Promise<Socket | null>;
  /** Nobody is awaited any more, and who was not taken is cut off. */
  close(): void;
}

const TRIES = 20;

async function openDoor(control: Socket, options: SessionOptions): Promise<DataDoor | null> {
  for (let turn = 0; turn < TRIES; turn++) {
    const door = await openDoorAt(control, options.nextPort());
    if (door !== null) return door;
    if (options.passivePorts === null) return null;
  }
  return null;
}

function openDoorAt(control: Socket, port: number): Promise<DataDoor | null> {
  const guest = Promise.withResolvers<Socket | null>();
  let waiting: Socket | null = null;
  let isTaken = false;
  const server = createServer((data) => {
    // Whoever is first at the port is not the one it is meant for.
    const isItsOwn = plainAddress(data.remoteAddress) === plainAddress(control.remoteAddress);
    if (waiting !== null || !isItsOwn) return void data.destroy();
    waiting = data;
    data.on("error", () => {});
    guest.resolve(data);
  });
  const timer = setTimeout(() => guest.resolve(null), DATA_WAIT_MS);
  let isClosed = false;
  const close = () => {
    if (isClosed) return;
    isClosed = true;
    clearTimeout(timer);
    guest.resolve(null);
    if (!isTaken) waiting?.destroy();
    server.close();
  };
  const take = () => {
    isTaken = true;
    return guest.promise;
  };
  return new Promise((resolve) => {
    server.once("error", () => {
      clearTimeout(timer);
      resolve(null);
    });
    server.listen(port, control.localAddress, () => {
      resolve({ port: portOf(server), take, close });
    });
  });
}

function plainAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:/, "");
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("drain", resolve);
    socket.once("close", resolve);
  });
}
