import { every } from "../../lib/clock.ts";
import { errorText } from "../../lib/log.ts";
import type { WebPorts } from "../ports.ts";
import { createCoalescer } from "./coalescer.ts";
import { encodedEvent, type EventStream, openEventStream } from "./event_stream.ts";
import { createPlaces } from "./places.ts";
import { watchSite } from "./subject.ts";

/** Well below the second within which a page shows what happened. */
const INTERVAL_MS = 400;
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
  readonly draw: () => Drawing;
  /** What stands in drawn HTML for the token of this viewer's forms. */
  readonly personal: (html: string) => string;
  /** False as soon as the session behind the stream is over. */
  readonly isWelcome: () => boolean;
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

interface Scene {
  readonly viewers: Map<EventStream, Viewer>;
  /** What its viewers have on their screens; null while some of them may have something older. */
  shown: Drawing | null;
}

/**
 * Creates the patches. A page is drawn by the same functions that answered the request; what differs
 * from before is sent to everybody who looks at it, as `{id: html}`. So the script in the browser
 * knows no word and no number of the site. Nothing runs while nobody looks.
 */
export function createPagePatches(ports: WebPorts): PagePatches {
  const scenes = new Map<string, Scene>();
  let endWatch: (() => void) | null = null;
  const places = createPlaces<EventStream>();
  const coalescer = createCoalescer(ports.clock, INTERVAL_MS, () => {
    patchAll();
  });
  const touch = () => coalescer.touch("pages", null);

  function patchAll(): void {
    for (const scene of [...scenes.values()]) {
      const [first] = scene.viewers.values();
      if (first === undefined) continue;
      try {
        const drawn = first.draw();
        const changes = changesSince(scene.shown, drawn);
        scene.shown = drawn;
        if (changes.length === 0) continue;
        const payload = JSON.stringify(Object.fromEntries(changes));
        tellAll(scene, payload);
      } catch (error) {
        ports.log("error", "patch_failed", { error: errorText(error) });
      }
    }
  }

  /** Most patches hold no form, and are the same for all who see the same. */
  function tellAll({ viewers }: Scene, payload: string): void {
    const forAll = encodedEvent("patch", payload);
    for (const [stream, { personal }] of viewers) {
      const own = personal(payload);
      if (own === payload) stream.sendEncoded(forAll);
      else stream.send("patch", own);
    }
  }

  function refresh(): void {
    for (const { viewers } of scenes.values()) {
      for (const [stream, viewer] of viewers) {
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
    scene?.viewers.delete(stream);
    if (scene?.viewers.size === 0) scenes.delete(viewer.key);
    if (scenes.size > 0) return;
    endWatch?.();
    endWatch = null;
    coalescer.close();
  }

  function enter(viewer: Viewer, stream: EventStream): void {
    const scene = scenes.get(viewer.key) ?? { viewers: new Map(), shown: null };
    scenes.set(viewer.key, scene);
    scene.viewers.set(stream, viewer);
    // Something may have changed between the answer to the request and now.
    scene.shown = null;
    touch();
  }

  return {
    open(viewer) {
      if (!places.makeRoom(viewer.holder)) return null;
      const stream = openEventStream(ports.clock, () => forget(viewer, stream));
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

function changesSince(shown: Drawing | null, drawn: Drawing): readonly [string, string][] {
  const parts = [...drawn.parts].filter(([id, html]) => shown?.parts.get(id) !== html);
  const { whole } = drawn;
  return whole !== null && shown?.shape !== drawn.shape
    ? [[whole.id, whole.html()], ...parts]
    : parts;
}
