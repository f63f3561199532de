/**
 * Import this first of all: from then on every Map and every Set of the program is known by the place
 * that has filled it, once it has become large. For finding what only grows.
 */

/** The largest Maps and Sets that are alive, by the place that filled them. */
export type SizesByPlace = ReadonlyMap<string, number>;

/** What is smaller than this is of no interest. */
const LARGE = 24;
const PlainMap = globalThis.Map;
const PlainSet = globalThis.Set;
type Watched = Map<unknown, unknown> | Set<unknown>;
interface Large {
  readonly ref: WeakRef<Watched>;
  /** Its text is made only if somebody asks. */
  readonly origin: Error;
}
const larges = new PlainSet<Large>();

// The frames of this file, and whoever called it.
Error.stackTraceLimit = 6;

function note(watched: Watched): void {
  larges.add({ ref: new WeakRef(watched), origin: new Error() });
}

class WatchedMap<Key, Value> extends PlainMap<Key, Value> {
  /** Whether it is built by now; what it is built from is counted at the end. */
  readonly isBuilt = true;

  override set(key: Key, value: Value): this {
    super.set(key, value);
    if (this.isBuilt && this.size === LARGE) note(this);
    return this;
  }
}

class WatchedSet<Value> extends PlainSet<Value> {
  readonly isBuilt = true;

  override add(value: Value): this {
    super.add(value);
    if (this.isBuilt && this.size === LARGE) note(this);
    return this;
  }
}

function registered<Made extends Watched>(made: Made): Made {
  if (made.size >= LARGE) note(made);
  return made;
}

// Somebody's own class that extends Map or Set is left as it is.
globalThis.Map = new Proxy(WatchedMap, {
  construct: (target, given, caller) =>
    caller === globalThis.Map
      ? registered(Reflect.construct(target, given, caller))
      : Reflect.construct(PlainMap, given, caller),
});
globalThis.Set = new Proxy(WatchedSet, {
  construct: (target, given, caller) =>
    caller === globalThis.Set
      ? registered(Reflect.construct(target, given, caller))
      : Reflect.construct(PlainSet, given, caller),
});

/** Looks at what is alive now, by the places of which `isOfInterest` says so. */
export function largestByPlace(isOfInterest: (place: string) => boolean): SizesByPlace {
  const sizes = new PlainMap<string, number>();
  for (const each of larges) {
    const watched = each.ref.deref();
    if (watched === undefined) {
      larges.delete(each);
      continue;
    }
    const place = placeOf(each.origin);
    if (!isOfInterest(place)) continue;
    sizes.set(place, Math.max(sizes.get(place) ?? 0, watched.size));
  }
  return sizes;
}

/** "src/outbox/queue.ts:40", the first line of the stack that is not of this file. */
function placeOf({ stack = "" }: Error): string {
  const lines = stack.split("\n").filter((line) => !line.includes("watched_maps.ts"));
  const place = /\/((?:src|test)\/[^\s:]+:\d+)/.exec(lines.join("\n"));
  return place?.[1] ?? "elsewhere";
}
