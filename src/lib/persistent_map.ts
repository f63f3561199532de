const SHARDS = 64;
const NOTHING: ReadonlyMap<string, never> = new Map<string, never>();

/**
 * A map by text that is never changed: `with` and `without` give another that shares most of its
 * parts with this one, so that a change of one entry among thousands copies a few dozen. Its entries
 * are in no particular order.
 */
export class PersistentMap<V> {
  private constructor(
    private readonly shards: readonly ReadonlyMap<string, V>[],
    readonly size: number,
  ) {}

  /** The map of these entries; of two with the same key the later counts. */
  static of<V>(entries: Iterable<readonly [string, V]> = []): PersistentMap<V> {
    const shards = Array.from({ length: SHARDS }, () => new Map<string, V>());
    for (const [key, value] of entries) shards[shardOf(key)]?.set(key, value);
    const size = shards.reduce((sum, shard) => sum + shard.size, 0);
    return new PersistentMap(shards, size);
  }

  get(key: string): V | undefined {
    return this.shard(key).get(key);
  }

  has(key: string): boolean {
    return this.shard(key).has(key);
  }

  /** The map with one entry more, or replaced. */
  with(key: string, value: V): PersistentMap<V> {
    const shard = this.shard(key);
    const next = new Map(shard).set(key, value);
    return this.replaced(key, next, this.size + next.size - shard.size);
  }

  /** The map without one entry; the map itself where there is none. */
  without(key: string): PersistentMap<V> {
    if (!this.has(key)) return this;
    const next = new Map(this.shard(key));
    next.delete(key);
    return this.replaced(key, next, this.size - 1);
  }

  *keys(): Generator<string> {
    for (const shard of this.shards) yield* shard.keys();
  }

  *values(): Generator<V> {
    for (const shard of this.shards) yield* shard.values();
  }

  private shard(key: string): ReadonlyMap<string, V> {
    return this.shards[shardOf(key)] ?? NOTHING;
  }

  private replaced(key: string, shard: ReadonlyMap<string, V>, size: number): PersistentMap<V> {
    return new PersistentMap(this.shards.with(shardOf(key), shard), size);
  }
}

/** FNV-1a, which spreads ids that differ in one digit as well as random ones. */
function shardOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0) % SHARDS;
}
