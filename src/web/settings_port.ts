/** The configuration as it stands in its file, and how to change it. */
export interface SettingsPort {
  read(): SettingsView;
  /** Everything that is wrong with a text, and what is only remarkable. */
  check(text: string): Promise<{
    readonly problems: readonly SettingsProblem[];
    readonly notices: readonly SettingsProblem[];
  }>;
  /**
   * Puts a text in the place of the one with the digest `base` and has the gateway start anew; where that
   * does not come up, the former one comes back by itself.
   */
  apply(text: string, base: string):
    | { readonly kind: "applied" }
    | { readonly kind: "changed-meanwhile" }
    | { readonly kind: "not-written"; readonly reason: string };
}

/** The configuration now. */
export interface SettingsView {
  readonly file: string;
  readonly text: string;
  /** SHA-256 of the text. */
  readonly digest: string;
  /** Null where the gateway may replace the file; else why not. */
  readonly cannotWrite: string | null;
  /** What became of the last text that was applied here; null where none was. */
  readonly trial: {
    readonly state: "running" | "kept" | "rolled-back";
    readonly at: string;
    readonly reason: string;
  } | null;
}

/** Something wrong with a configuration. */
export interface SettingsProblem {
  readonly path: string;
  /** From 1; null for the file as a whole. */
  readonly line: number | null;
  readonly message: string;
}

/** Makes a file for whoever is asked for help: how things are and were, without secrets and people. */
export interface SupportPort {
  /** It is made while it is read. Null while another one is. */
  make(): { readonly name: string; readonly content: ReadableStream<Uint8Array> } | null;
}

/** Makes an archive of the whole site. */
export interface ArchivePort {
  /** Null while another one is being made. */
  make(): Promise<
    {
      readonly name: string;
      readonly bytes: number;
      readonly content: ReadableStream<Uint8Array>;
    } | null
  >;
}
