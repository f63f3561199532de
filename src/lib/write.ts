/**
 * One change of a durable collection. `Collections` maps each collection's name to the type of its
 * records; rooms declare their own, and the ledger is their sum.
 */
export type WriteOf<Collections> = {
  [Name in keyof Collections & string]: Put<Name, Collections[Name]> | Drop<Name>;
}[keyof Collections & string];

/** Creates or replaces the record `key`. */
export interface Put<Name extends string, Value> {
  readonly kind: "put";
  readonly collection: Name;
  readonly key: string;
  readonly value: Value;
}

/** Removes the record `key`, if it is there. */
export interface Drop<Name extends string> {
  readonly kind: "drop";
  readonly collection: Name;
  readonly key: string;
}

/** A write that creates or replaces a record. */
export function put<Name extends string, Value>(
  collection: Name,
  key: string | number,
  value: Value,
): Put<Name, Value> {
  return { kind: "put", collection, key: String(key), value };
}

/** A write that removes a record. */
export function drop<Name extends string>(collection: Name, key: string | number): Drop<Name> {
  return { kind: "drop", collection, key: String(key) };
}
