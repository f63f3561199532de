/** A bus of typed events: each name has its own kind of value. */
export interface Events<Map> {
  emit<Name extends keyof Map>(name: Name, value: Map[Name]): void;
  /** Calls `listen` for each later event of that name. The returned function ends it. */
  on<Name extends keyof Map>(name: Name, listen: (value: Map[Name]) => void): () => void;
}

interface Subscription {
  readonly listen: (value: never) => void;
}

/**
 * Creates a bus. A listener that throws does not keep the others from hearing; `onError` is told.
 */
export function createEvents<Map>(onError: (error: unknown) => void): Events<Map> {
  const subscriptions = new globalThis.Map<keyof Map, Set<Subscription>>();
  return {
    emit(name, value) {
      const current = subscriptions.get(name) ?? new Set();
      // A copy, since who subscribes in answer to an event is to hear only later ones.
      for (const subscription of [...current]) {
        if (!current.has(subscription)) continue;
        try {
          (subscription.listen as (value: unknown) => void)(value);
        } catch (error) {
          onError(error);
        }
      }
    },
    on(name, listen) {
      const current = subscriptions.get(name) ?? new Set();
      const subscription = { listen };
      current.add(subscription);
      subscriptions.set(name, current);
      return () => current.delete(subscription);
    },
  };
}
