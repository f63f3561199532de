import type { Clock } from "../lib/clock.ts";

/** How sure the gateway is of what it calls the time. */
export type ClockTrust =
  /** The CSMS has said so in this run. */
  | "known"
  /** The machine says so, and nothing speaks against it. */
  | "presumed"
  /** The machine's time lies before what is past for certain: it has not been set yet. */
  | "untrusted";

/** How late it is at least, as the ledger knows it over restarts. */
export interface ClockNote {
  readonly atMs: number;
  readonly trust: ClockTrust;
  /** Stretches of which nobody has said how late it truly was; absent where there are none. */
  readonly open?: readonly string[];
}

/** What was learnt about times that had been written down before. */
export interface ClockLesson {
  /** To add to times of these stretches. */
  readonly shiftMs: number;
  readonly stretches: readonly string[];
  readonly by: "csms" | "machine";
  /** Nothing more will be learnt about them. */
  readonly final: boolean;
}

/**
 * Keeps the site's time. A machine without a battery boots in 1970, one with a bad battery last
 * autumn, and whoever sets a clock may set it wrong; what the gateway writes down must come out right
 * all the same. So the time never begins before what is past for certain, a clock that is set moves
 * labels only, and what was labelled before the time was known can be told and corrected.
 */
export interface Timekeeper {
  /** The site's time: the machine's, corrected. Waiting is the machine's own. */
  readonly clock: Clock;
  trust(): ClockTrust;
  /** Names the stretch of time whose labels may have to be corrected; null while they are certain. */
  stretch(): string | null;
  /** Stretches of this run and of former ones that more may be learnt about. */
  open(): readonly string[];
  /** What has been learnt about a stretch so far, in milliseconds to add. */
  shiftOf(stretch: string): number;
  /** The CSMS says what time it is, in an answer that took so long. Its word counts (1.6 §4.2, §4.6). */
  told(wallMs: number, roundTripMs: number): void;
  /** Calls for every lesson, never while somebody asks for the time. */
  listen(listener: (lesson: ClockLesson) => void): void;
  /** Lets go of what waits. */
  stop(): void;
}

/** The wall clock is taken as set, not as running unevenly, when it is suddenly off by more than this. */
const STEP_MS = 1_000;

/** A clock that is set by less was only inaccurate: that says nothing about what is long past. */
const INACCURACY_MS = 5 * 60_000;

/** The CSMS's time counts where it differs by more than this; its answer may have taken its time. */
export const CLOCK_TOLERANCE_MS = 30_000;

/** What is past for certain. */
export interface PastTimes {
  /** When this program was released: nobody runs it before. */
  readonly releasedMs: number;
  /** The newest time that the ledger knows of. */
  readonly newestMs: number;
  /** Stretches that former runs left open, without having been told the time. */
  readonly open?: readonly string[];
}

/** More runs in a row without the CSMS are not remembered. */
const FORMER_MAX = 50;

/**
 * Begins to keep time. `newId` names stretches, over the lives of the gateway too; `learnt` is what was
 * learnt of those of former lives.
 */
export function createTimekeeper(
  machine: Clock,
  { releasedMs, newestMs, open: former = [] }: PastTimes,
  newId: () => string,
  learnt: ReadonlyMap<string, number> = new Map(),
): Timekeeper {
  const floorMs = Math.max(releasedMs, newestMs);
  const isBefore = (wallMs: number) => wallMs < floorMs - CLOCK_TOLERANCE_MS;
  const listeners: ((lesson: ClockLesson) => void)[] = [];
  const shifts = new Map(learnt);
  /** Stretches that the next lesson is about. */
  let open = [newId()];
  let stretch: string | null = open[0] ?? null;
  let formerOpen = former.slice(-FORMER_MAX);
  /** What was learnt in this run before the CSMS told the time. */
  let sinceBeginMs = 0;
  let lastWallMs = machine.wallMs();
  let lastMonoMs = machine.monoMs();
  let trust: ClockTrust = isBefore(lastWallMs) ? "untrusted" : "presumed";
  let offsetMs = trust === "untrusted" ? floorMs - lastWallMs : 0;
  /** The CSMS has told the time in this run: from then on only it can know better. */
  let isAnchored = false;
  let waiting: (() => void)[] = [];

  function nowMs(): number {
    const wallMs = machine.wallMs();
    const monoMs = machine.monoMs();
    const stepMs = wallMs - lastWallMs - (monoMs - lastMonoMs);
    lastWallMs = wallMs;
    lastMonoMs = monoMs;
    if (Math.abs(stepMs) > STEP_MS) stepped(wallMs, stepMs);
    return Math.floor(wallMs + offsetMs);
  }

  /** Somebody set the machine's clock. */
  function stepped(wallMs: number, stepMs: number): void {
    // The time goes on as it went, until the CSMS says otherwise: a machine that slept shows it so.
    if (isAnchored) {
      offsetMs -= stepMs;
      if (trust === "known") trust = "presumed";
      if (stretch === null) beginStretch();
      return;
    }
    if (isBefore(wallMs)) {
      offsetMs -= stepMs;
      return;
    }
    // Monotonic clocks have parts of milliseconds, times of day have none.
    const shiftMs = Math.round(stepMs - offsetMs);
    const wasUntrusted = trust === "untrusted";
    offsetMs = 0;
    trust = "presumed";
    const isNews = wasUntrusted || Math.abs(shiftMs) > INACCURACY_MS;
    if (!isNews) return;
    sinceBeginMs += shiftMs;
    const lesson = learn(shiftMs, "machine", false);
    beginStretch();
    // Whoever asks for the time may be in the middle of something.
    waiting.push(machine.after(0, () => tell(lesson)));
  }

  function beginStretch(): void {
    stretch = newId();
    open = [...open, stretch];
  }

  function learn(shiftMs: number, by: ClockLesson["by"], final: boolean): ClockLesson {
    for (const each of open) shifts.set(each, (shifts.get(each) ?? 0) + shiftMs);
    return { shiftMs, stretches: open, by, final };
  }

  /**
   * Before the newest time in the ledger it cannot be: then the runs that wrote it were ahead as well, by
   * the same clock. Where it is later, they may have been right: nobody can say.
   */
  function takeFormer(saidMs: number): void {
    if (sinceBeginMs === 0 && saidMs < newestMs - CLOCK_TOLERANCE_MS) {
      open = [...formerOpen, ...open];
    }
    formerOpen = [];
  }

  function tell(lesson: ClockLesson): void {
    for (const listener of listeners) listener(lesson);
  }

  return {
    clock: { wallMs: nowMs, monoMs: machine.monoMs, after: machine.after },
    trust: () => trust,
    stretch() {
      nowMs();
      return stretch;
    },
    open: () => [...formerOpen, ...open],
    shiftOf: (each) => shifts.get(each) ?? 0,
    told(wallMs, roundTripMs) {
      // A CSMS that has lost the time as well cannot help.
      if (wallMs < releasedMs) return;
      const saidMs = wallMs + Math.round(roundTripMs / 2);
      const differenceMs = saidMs - nowMs();
      const isOff = Math.abs(differenceMs) > CLOCK_TOLERANCE_MS + roundTripMs / 2;
      const shiftMs = isOff ? differenceMs : 0;
      offsetMs += shiftMs;
      takeFormer(saidMs);
      isAnchored = true;
      trust = "known";
      const isNews = open.length > 0 || isOff;
      const lesson = learn(shiftMs, "csms", true);
      open = [];
      stretch = null;
      if (isNews) tell(lesson);
    },
    listen: (listener) => void listeners.push(listener),
    stop() {
      for (const cancel of waiting) cancel();
      waiting = [];
    },
  };
}
