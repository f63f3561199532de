/**
 * Fills a list of working space with those that are meant, in their order. As long as there are about as
 * many as before it takes no new memory, which a filter does several times while its list grows.
 */
export function refill<T>(
  list: T[],
  from: readonly T[],
  isMeant: (one: T) => boolean,
): T[] {
  let count = 0;
  for (const one of from) if (isMeant(one)) list[count++] = one;
  list.length = count;
  return list;
}
