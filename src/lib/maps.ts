/** A copy of the map with one entry more or replaced. */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

/** A copy of the map without one entry; the map itself where there is none. */
export function withoutEntry<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  if (!map.has(key)) return map;
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

/** A copy of the record without one optional field; the record itself where it has none. */
export function withoutField<T extends object, K extends keyof T>(
  record: T,
  field: undefined extends T[K] ? K : never,
): T {
  if (!Object.hasOwn(record, field)) return record;
  const { [field]: _, ...rest } = record;
  return rest as T;
}
