import { every } from "../../lib/clock.ts";
import { errorText } from "../../lib/log.ts";
import type { WebPorts } from "../ports.ts";
import { createCoalescer } from "./coalescer.ts";
import { encodedEvent } from "./encoded_event.ts";
import { type EventStream, openEventStream } from "./event_stream.ts";
import { createPlaces } from "./places.ts";
import { watchSite } from "./subject.ts";

/** Well below the second within which a page shows what happened. */
const INTERVAL_MS = 400;
/** With so many parts drawn at once, all pages together, each second is enough. */
export const MANY_PARTS = 150;
const LONG_INTERVAL_MS = 900;
/** Ages and durations go on while nothing happens. */
const REFRESH_MS = 5_000;

/** A page as it is now. */
export interface Drawing {
  /** Says which parts there are. While it stays the same, only parts that changed are sent. */
  readonly shape: string;
  /** The parts that change, as HTML by the id of their element. */
  readonly parts: ReadonlyMap<string, string>;
  /** The element around them, sent when the shape changed; null for a page that has no shape. */
  readonly whole: { readonly id: string; readonly html: () => string } | null;
}

/** Somebody looking at a page. */
export interface Viewer {
  /** Those with the same key see the same, and share the work of drawing it. */
  readonly key: string;
  /** Whose places it takes: a person's or a token's name. */
  readonly holder: string;
  /** Drawings of one round show one moment: what was looked up for one does for the others. */
  readonly draw: (round: number) => Drawing;
  /** What stands in drawn HTML for the token of this viewer's forms. */
  readonly personal: (html: string) => string;
  /** False as soon as the session behind the stream is over. */
  readonly isWelcome: () => boolean;
  /** It takes the stream as gzip. */
  readonly isGzipped: boolean;
}

/** Keeps open pages up to date. */
export interface PagePatches {
  /** Null where there are too many streams already. */
  open(viewer: Viewer): ReadableStream<Uint8Array> | null;
  /** Something changed that is no event of the site. */
  touch(): void;
  readonly count: () => number;
  close(): void;
}

interface Looker {
  readonly viewer: Viewer;
  /** What is on the screen; null for one that has just come, whose page may be older than anything. */
  shown: Drawing | null;
}

/** Those who look at the same. */
type Scene = Map<EventStream, Looker>;

/**
 * Creates the patches. A page is drawn by the same functions that answered the request; what differs
 * from what somebody has on the screen is sent, as `{id: html}`. So the script in the browser knows no
 * word and no number of the site. Who is behind gets one patch instead of several once it has taken
 * what it was sent. Nothing runs while nobody looks.
 */
export function createPagePatches(ports: WebPorts): PagePatches {
  const scenes = new Map<string, Scene>();
  let endWatch: (() => void) | null = null;
  let round = 0;
  let partsDrawn = 0;
  const places = createPlaces<EventStream>();
  const intervalMs = () => partsDrawn < MANY_PARTS ? INTERVAL_MS : LONG_INTERVAL_MS;
  const coalescer = createCoalescer(ports.clock, intervalMs, () => {
    patchAll();
  });
  const touch = () => coalescer.touch("pages", null);

  function patchAll(): void {
    round++;
    partsDrawn = 0;
    for (const scene of [...scenes.values()]) {
      try {
        partsDrawn += patch(scene, round);
      } catch (error) {
        ports.log("error", "patch_failed", { error: errorText(error) });
      }
    }
  }

  function refresh(): void {
    for (const scene of scenes.values()) {
      for (const [stream, { viewer }] of scene) {
        if (viewer.isWelcome()) {
          stream.comment();
          continue;
        }
        stream.send("signed-out", "{}");
        stream.close();
      }
    }
    touch();
  }

  function begin(): void {
    const endings = [watchSite(ports.events, touch), every(ports.clock, REFRESH_MS, refresh)];
    endWatch = () => endings.forEach((end) => end());
  }

  function forget(viewer: Viewer, stream: EventStream): void {
    places.free(stream);
    const scene = scenes.get(viewer.key);
    scene?.delete(stream);
    if (scene?.size === 0) scenes.delete(viewer.key);
    if (scenes.size > 0) return;
    endWatch?.();
    endWatch = null;
    coalescer.close();
  }

  function enter(viewer: Viewer, stream: EventStream): void {
    const scene: Scene = scenes.get(viewer.key) ?? new Map();
    scenes.set(viewer.key, scene);
    // Something may have changed between the answer to the request and now.
    scene.set(stream, { viewer, shown: null });
    touch();
  }

  return {
    open(viewer) {
      if (!places.makeRoom(viewer.holder)) return null;
      const stream = openEventStream(ports.clock, () => forget(viewer, stream), viewer);
      places.take(stream, viewer.holder);
      enter(viewer, stream);
      if (endWatch === null) begin();
      stream.comment();
      return stream.body;
    },
    touch,
    count: places.count,
    close() {
      for (const stream of places.all()) stream.close();
      // A command may have touched it while nobody looked.
      coalescer.close();
    },
  };
}

/** Draws once for all who look at the same, and sends each what it lacks; how many parts there are. */
function patch(scene: Scene, round: number): number {
  const lookers = [...scene].filter(([stream]) => !stream.isBehind());
  const [first] = lookers;
  if (first === undefined) return 0;
  const drawn = first[1].viewer.draw(round);
  for (const [shown, alike] of Map.groupBy(lookers, ([, { shown }]) => shown)) {
    const changes = changesSince(shown, drawn);
    for (const [, looker] of alike) looker.shown = drawn;
    if (changes.length > 0) tellAll(alike, JSON.stringify(Object.fromEntries(changes)));
  }
  return drawn.parts.size;
}

/** Most patches hold no form, and are the same for all who see the same. */
function tellAll(lookers: readonly (readonly [EventStream, Looker])[], payload: string): void {
  const isForAll = lookers[0]?.[1].viewer.personal(payload) === payload;
  const forAll = encodedEvent("patch", payload);
  for (const [stream, { viewer }] of lookers) {
    if (isForAll) stream.sendEncoded(forAll);
    else stream.send("patch", viewer.personal(payload));
  }
}

function changesSince(
  shown: Drawing | null,
  drawn: Drawing,
): readonly (readonly [string, string])[] {
  const parts = [...drawn.parts].filter(([id, html]) => shown?.parts.get(id) !== html);
  if (drawn.whole === null || shown?.shape === drawn.shape) return parts;
  const { id, html } = drawn.whole;
  const whole = html();
  // What stands in the whole need not be sent twice.
  const inside = new Set([...whole.matchAll(/ id="([^"]+)"/g)].map(([, each]) => each));
  return [[id, whole], ...parts.filter(([each]) => !inside.has(each))];
}
