/** Hears a connection to a broker. */
export interface MqttListener {
  /** Connected, and subscribed to what was asked for. */
  connected(): void;
  /** `reason` in words that a person can act on. */
  disconnected(reason: string): void;
  /** `retained`: the broker kept it, from nobody knows when. */
  message(topic: string, payload: string, retained: boolean): void;
}

/** A connection to a broker that is made again whenever it is lost. */
export interface MqttLink {
  start(listener: MqttListener): void;
  /** False where too much waits for the broker already: it is to be tried again later. */
  publish(topic: string, payload: string, retain: boolean): boolean;
  /** Says a last word and ends; within a few seconds, whatever the broker does. */
  stop(): Promise<void>;
}
