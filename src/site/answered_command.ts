/**
 * A command that a tool sent with a key of its own, and what it was answered: the same key again gets
 * the same answer, and nothing is done twice. Holds digests, never the key or the body.
 */
export interface AnsweredCommand {
  /** Digest of who asked, what for, and under which key. */
  readonly id: string;
  /** Digest of what was sent. */
  readonly sent: string;
  readonly atWallMs: number;
  /** Null: it was begun, and nobody knows yet what came of it. */
  readonly answer: {
    readonly status: number;
    readonly contentType: string;
    readonly body: string;
  } | null;
}
