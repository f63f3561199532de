/**
 * Stands in for something with many parts where a test needs a few of them. Whoever asks for another
 * part is told so at once, instead of getting `undefined`.
 */
export function partOf<Whole extends object>(parts: Partial<Whole>): Whole {
  return new Proxy(parts, {
    get(target, name) {
      if (!(name in target)) throw new Error(`Cannot read "${String(name)}": the test gives none`);
      return Reflect.get(target, name);
    },
  }) as Whole;
}
