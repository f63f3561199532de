/** Where and how the state of the site is published. */
export interface PublishingOptions {
  /** `mqtt://host[:port]` or `mqtts://host[:port]`. */
  readonly url: string;
  /** What all our topics begin with, without a slash at either end: "sangam/pune-depot". */
  readonly prefix: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Certificates that the broker's is checked against, PEM; absent: those of the machine. */
  readonly ca?: string | undefined;
  readonly qos: 0 | 1;
  /** Where Home Assistant looks for devices; null: it is told of none. */
  readonly discoveryPrefix: string | null;
  /** Whether start, stop and limit are taken from the broker. */
  readonly commands: boolean;
  /** The token of a start that names none; null: each has to. */
  readonly startToken: string | null;
}
