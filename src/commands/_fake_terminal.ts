import type { Terminal } from "./command.ts";

/** A terminal that a test reads, with somebody at it who types these answers. */
export interface FakeTerminal extends Terminal {
  /** Everything printed so far. */
  printed(): string;
  readonly complaints: string[];
  readonly questions: string[];
}

/** Creates a terminal; without answers nobody is there. */
export function fakeTerminal(...answers: readonly string[]): FakeTerminal {
  const texts: string[] = [];
  const complaints: string[] = [];
  const questions: string[] = [];
  return {
    print: (text) => void texts.push(text),
    complain: (line) => void complaints.push(line),
    askSecretly(question) {
      questions.push(question);
      return Promise.resolve(answers[questions.length - 1] ?? null);
    },
    signal: new AbortController().signal,
    printed: () => texts.join(""),
    complaints,
    questions,
  };
}
