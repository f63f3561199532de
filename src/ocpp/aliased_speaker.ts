import type { Dialect } from "./dialects/dialect.ts";
import { lengthOf } from "./dialects/translations.ts";
import type { Enveloped, InsideAction, InsideCall, InsideResponse } from "./inside.ts";
import type { PeerOptions, PeerPorts } from "./peer.ts";
import {
  createSpeaker,
  type Speaker,
  type SpeakerListener,
  type SpokenAnswer,
  type SpokenOutcome,
} from "./speaker.ts";
import { mapRequestTokens, mapResponseTokens, type TokenMapping } from "./token_places.ts";

/** Short names for tokens that an older version cannot say. */
export interface Aliases {
  /** The token as 1.6 can say it: itself where it fits, else its alias. */
  readonly write: TokenMapping;
  /** The token behind an alias; any other text means itself. */
  readonly read: TokenMapping;
  /** Resolves when every alias given so far is on disk: none goes over a wire before. */
  written(): Promise<void>;
}

/** IdTokenType.idToken of 2.0.1 holds so many characters; that of 2.1 holds all of them. */
const TOKEN_LENGTH_MAX_201 = 36;

/**
 * Lets a dialect speak on an open socket. Tokens that its version cannot say (1.6: of more than 20
 * characters, 2.0.1: of more than 36) go out under their aliases and come back as themselves, whichever
 * side says them.
 */
export function createAliasedSpeaker(
  dialect: Dialect,
  options: PeerOptions,
  ports: PeerPorts & { readonly aliases: Aliases },
  listener: SpeakerListener,
): Speaker {
  if (dialect.version === "ocpp2.1") return createSpeaker(dialect, options, ports, listener);
  const { aliases } = ports;
  const write: TokenMapping = dialect.version === "ocpp1.6"
    ? aliases.write
    : (token) => lengthOf(token.idToken) <= TOKEN_LENGTH_MAX_201 ? token : aliases.write(token);
  const { brokenStop } = listener;

  async function written<A extends InsideAction>(
    action: A,
    answer: Enveloped<InsideResponse<A>>,
  ): Promise<Enveloped<InsideResponse<A>>> {
    const message = mapResponseTokens(action, answer.message, write);
    if (message === answer.message) return answer;
    await aliases.written();
    return { ...answer, message };
  }

  const speaker = createSpeaker(dialect, options, ports, {
    ...listener,
    async call(call): Promise<SpokenAnswer> {
      const answer = await listener.call(mapRequestTokens(call, aliases.read));
      return answer.ok ? { ok: true, ...await written(call.action, answer) } : answer;
    },
    ...(brokenStop === undefined ? {} : {
      async brokenStop(stop) {
        const idToken = stop.idToken === undefined ? {} : { idToken: aliases.read(stop.idToken) };
        return await written("StopTransaction", await brokenStop({ ...stop, ...idToken }));
      },
    }),
  });

  function heard<A extends InsideAction>(action: A, outcome: SpokenOutcome<A>): SpokenOutcome<A> {
    if (outcome.kind !== "answered") return outcome;
    return { ...outcome, message: mapResponseTokens(action, outcome.message, aliases.read) };
  }

  return {
    ...speaker,
    async call<A extends InsideAction>(
      call: InsideCall<A> & { readonly action: A },
      urgent?: boolean,
    ) {
      const said = mapRequestTokens(call, write);
      if (said !== call) await aliases.written();
      return heard<A>(call.action, await speaker.call<A>(said, urgent));
    },
    prepare: (id, call) => speaker.prepare(id, mapRequestTokens(call, write)),
    async send(prepared) {
      await aliases.written();
      return heard(prepared.insideAction, await speaker.send(prepared));
    },
  };
}
