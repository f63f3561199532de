/**
 * Charging sessions of a real site (Caltech, March 2019, from ACN-Data) for the load bench. The data is
 * not part of this repository: it is looked for in `../shared/data` beside it, or where ACN_DATA says.
 */

/** One EV at one station. Times count periods of five minutes from the first of the month. */
export interface Session {
  readonly station: string;
  readonly arrival: number;
  readonly departure: number;
  readonly energyKwh: number;
}

const FILE = "acn-caltech-2019-03-sessions.csv";

/** The folder of the data; null where it is not on this machine. */
export function acnFolder(): string | null {
  const beside = new URL("../../../../shared/data", import.meta.url).pathname;
  const folders = [Deno.env.get("ACN_DATA"), beside].filter((folder) => folder !== undefined);
  return folders.find((folder) => isFile(`${folder}/${FILE}`)) ?? null;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}

/** The sessions of the month, as they arrive. Throws where a line is not a session. */
export function readSessions(folder: string): Session[] {
  const [, ...lines] = Deno.readTextFileSync(`${folder}/${FILE}`).trim().split("\n");
  return inOrder(lines.map((line, index) => {
    const [, station, arrival, departure, energyKwh] = line.split(",");
    const session = {
      station: station ?? "",
      arrival: Number(arrival),
      departure: Number(departure),
      energyKwh: Number(energyKwh),
    };
    if (!(session.departure > session.arrival && session.energyKwh >= 0)) {
      throw new Error(`Cannot read session on line ${index + 2} of ${FILE}: ${line}`);
    }
    return session;
  }));
}

function inOrder(sessions: Session[]): Session[] {
  return sessions.sort((a, b) => a.arrival - b.arrival);
}

const DAY = 288;
const DAYS = 31;

/** The sessions of one half of the month. */
export function halfOf(sessions: readonly Session[], half: "first" | "second"): Session[] {
  const isFirst = (session: Session) => session.arrival < 15 * DAY;
  return sessions.filter((session) => isFirst(session) === (half === "first"));
}

/**
 * Another month of the same kind: each day draws its sessions from all working days or all weekends,
 * up to a third more of them, and each takes any free station. Decided by the seed.
 */
export function resampled(
  sessions: readonly Session[],
  stations: readonly string[],
  seed: number,
): Session[] {
  const chance = chances(seed);
  const draw = <T>(from: readonly T[]): T | undefined => from[Math.floor(chance() * from.length)];
  const dayOf = (session: Session) => Math.floor(session.arrival / DAY);
  // 1 March 2019 was a Friday.
  const isWeekend = (day: number) => day % 7 === 1 || day % 7 === 2;
  const freeFrom = new Map<string, number>();
  const month: Session[] = [];
  for (let day = 0; day < DAYS; day++) {
    const pool = sessions.filter((session) => isWeekend(dayOf(session)) === isWeekend(day));
    const here = sessions.filter((session) => dayOf(session) === day).length;
    const count = Math.round(here * (0.9 + 0.4 * chance()));
    const drawn = Array.from({ length: count }, () => draw(pool)).filter((one) =>
      one !== undefined
    );
    const moved = drawn.map((one) => {
      const arrival = day * DAY + one.arrival % DAY;
      return { ...one, arrival, departure: arrival + one.departure - one.arrival };
    });
    for (const session of inOrder(moved)) {
      const station = draw(stations.filter((name) => (freeFrom.get(name) ?? 0) <= session.arrival));
      if (station === undefined) continue;
      freeFrom.set(station, session.departure);
      month.push({ ...session, station });
    }
  }
  return inOrder(month);
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6D2B79F5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
