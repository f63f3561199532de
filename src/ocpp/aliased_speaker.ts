import type { Dialect } from "./dialects/dialect.ts";
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

/** Short names for tokens that 1.6 cannot say. */
export interface Aliases {
  /** The token as 1.6 can say it: itself where it fits, else its alias. */
  readonly write: TokenMapping;
  /** The token behind an alias; any other text means itself. */
  readonly read: TokenMapping;
  /** Resolves when every alias given so far is on disk: none goes over a wire before. */
  written(): Promise<void>;
}

/**
 * Lets a dialect speak on an open socket. Where it is 1.6, tokens of more than 20 characters go out
 * under their aliases and come back as themselves (ruling 8), whichever side says them.
 */
export function createAliasedSpeaker(
  dialect: Dialect,
  options: PeerOptions,
  ports: PeerPorts & { readonly aliases: Aliases },
  listener: SpeakerListener,
): Speaker {
  if (dialect.version !== "ocpp1.6") return createSpeaker(dialect, options, ports, listener);
  const { aliases } = ports;
  const { brokenStop } = listener;

  async function written<A extends InsideAction>(
    action: A,
    answer: Enveloped<InsideResponse<A>>,
  ): Promise<Enveloped<InsideResponse<A>>> {
    const message = mapResponseTokens(action, answer.message, aliases.write);
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
      const said = mapRequestTokens(call, aliases.write);
      if (said !== call) await aliases.written();
      return heard<A>(call.action, await speaker.call<A>(said, urgent));
    },
    prepare: (id, call) => speaker.prepare(id, mapRequestTokens(call, aliases.write)),
    async send(prepared) {
      await aliases.written();
      return heard(prepared.insideAction, await speaker.send(prepared));
    },
  };
}
